"""Every channel: its data parses, its fixtures convert to what they say, real payloads too."""

import json
import os
from pathlib import Path

import pytest
from tests.builders.connectors import convert_input

from quanqu.doors.connectors.registry import CHANNELS, list_channels, manifest, mappings

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data"))
PAYLOADS = DATA / "channel_payloads"
FIXTURES = sorted(CHANNELS.glob("*/fixtures/*"))
FOLDERS = {
    "shopify_go": "shopify",
    "shopify_python": "shopify",
    "shopify_product_csv": "shopify",
    "woocommerce_v3": "woocommerce",
    "amazon_sp_api": "amazon_sp_api",
}
CHINA = {"taobao": "taobao", "jd": "jd", "youzan": "youzan", "douyin": "douyin"}
# file → what it makes, or the reasons it is refused for; the whole answer, nothing left out
MADE = {
    "order.json": "shopify_orders",
    "orders.json": "shopify_orders",
    "order_with_transaction.json": "shopify_orders",
    "customer.json": "shopify_customers",
    "product.json": "shopify_products",
    "products.json": "shopify_products",
    "refund.json": "shopify_refunds",
    "apparel.csv": "shopify_product_csv",
    "home-and-garden.csv": "shopify_product_csv",
    "jewelery.csv": "shopify_product_csv",
    "orders_2026_sandbox_examples.json": "amazon_orders_2026",
    "orders_v0_sandbox_examples.json": "amazon_orders_v0",
    "listings_items_sandbox_examples.json": "amazon_listings",
    "taobao_trade_fullinfo_get_response.json": "taobao_trades",
    "jd_pop_order_get_response.json": "jd_orders",
    "youzan_trade_push.json": "youzan_trades",
    "douyin_order_searchList_response.json": "douyin_orders",
}
MADE_WOO = {
    "orders": "woocommerce_orders",
    "order-refunds": "woocommerce_refunds",
    "products": "woocommerce_products",
    "product-variations": "woocommerce_variations",
    "product-reviews": "woocommerce_reviews",
    "customers": "woocommerce_customers",
}


def payload_files() -> list[Path]:
    """Return every file of real payloads outside the Segment specification."""
    if not PAYLOADS.is_dir():
        return []
    files = [file for file in PAYLOADS.rglob("*") if file.suffix in (".json", ".csv")]
    return sorted(file for file in files if file.parent.name != "segment_spec")


def channel_of(file: Path) -> str:
    """Return the channel a real payload belongs to."""
    if file.parent.name == "china":
        return CHINA[file.name.partition("_")[0]]
    return FOLDERS[file.parent.name]


@pytest.mark.parametrize("code", [channel.code for channel in list_channels()])
def test_channel_is_complete_data(code: str) -> None:
    known = manifest(code)

    assert known.code == code
    assert set(known.names) == {"en", "zh-hans"}
    for refusal in known.refuse:
        assert set(refusal.words) == {"en", "zh-hans"}
    for mapping in mappings(code):
        assert set(mapping.names) >= ({"en", "zh-hans"} if mapping.counted else set())
        for rule in mapping.reject:
            assert set(mapping.reasons[rule.reason]) == {"en", "zh-hans"}
    assert list((CHANNELS / code / "fixtures").glob("*/expected.json"))
    assert not list((CHANNELS / code).rglob("*.py"))


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda f: f"{f.parent.parent.name}-{f.name}")
def test_fixture_converts_as_expected(folder: Path, tmp_path: Path) -> None:
    channel = folder.parent.parent.name
    expected = json.loads((folder / "expected.json").read_text())
    files = [file for file in folder.iterdir() if file.name != "expected.json"]
    source = folder if len(files) > 1 else files[0]

    found, given = convert_input(channel, source, tmp_path)

    assert dict(found.entities) == expected["entities"]
    assert dict(found.rejects) == expected["rejects"]
    assert found.accepted == expected["accepted"]
    assert found.read == found.accepted + sum(found.rejects.values()) == given.rows


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason=f"no real payloads at {PAYLOADS.name}")
def test_every_real_payload_maps_or_is_refused_with_a_reason(tmp_path: Path) -> None:
    table = []
    for at, file in enumerate(payload_files()):
        work = tmp_path / str(at)
        work.mkdir()

        found, given = convert_input(channel_of(file), file, work)

        table.append((file, found.feeds, dict(found.entities), dict(found.rejects)))
        assert not given.failures
        assert found.read == found.accepted + sum(found.rejects.values()) == given.rows > 0
        kind = file.stem.rpartition("_")[0]
        made = MADE_WOO.get(kind) if "woo" in file.parent.name else MADE.get(file.name)
        assert found.feeds == ([made] if made else []), file.name
        if not made:
            assert set(found.rejects) - {"unknown_payload"} == set(found.rejects), file.name
    for file, feeds, entities, rejects in table:
        print(f"{file.parent.name}/{file.name}: {feeds or 'refused'} {entities} {rejects}")  # noqa: T201
    assert len(table) == len(payload_files()) >= 80
