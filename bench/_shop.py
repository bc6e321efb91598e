"""A shop to buy from over HTTP: a company with a store, items, stock and the test tender."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import ChannelCode, PlaceDetails, PlaceDraft, PlaceType
from quanqu.know.org.facade import ensure_company, ensure_group, ensure_place
from quanqu.sell.catalog.contracts import LISTING_SCHEMA, PRODUCT_SCHEMA
from quanqu.sell.catalog.facade import record_listings, record_products, variant_labels
from quanqu.sell.inventory.contracts import Movement, MovementKind, Posting, StockState
from quanqu.sell.inventory.facade import post_movements
from quanqu.sell.payments.contracts import AccountDraft
from quanqu.sell.payments.facade import save_account

ITEMS: Final = 1_000
PLENTY: Final = 100_000_000
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Shop:
    """What a client names: the place and the items by outside ids, and their keys."""

    place: str
    place_key: int
    items: tuple[str, ...]
    keys: tuple[int, ...]


def open_shop(units: int = PLENTY) -> Shop:
    """Make the shop in an empty home."""
    now = utc_now()
    ensure_group(actor=SYSTEM, name="Bench", currency="CNY", now=now)
    company = ensure_company(actor=SYSTEM, code="bench", name="Bench", currency="CNY", now=now)
    details = PlaceDetails(
        place_type=PlaceType.WEB_SHOP,
        currency="CNY",
        time_zone="Asia/Shanghai",
        channel=ChannelCode.WEB,
    )
    draft = PlaceDraft("shop", "Shop", details)
    place = ensure_place(actor=SYSTEM, company_key=company.key, place=draft, now=now)
    rows = [
        {"external_product": f"P{n}", "sku": f"S{n}", "name": f"Item {n}"} for n in range(ITEMS)
    ]
    made = record_products(
        products=pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA),
        company_key=company.key,
        source="bench",
        now=now,
    )
    keys = made["variant_key"].to_pylist()
    shown = [
        {
            "variant_key": key,
            "place_key": place.key,
            "external_id": f"L{key}",
            "price_minor": 1_000,
            "currency": "CNY",
            "status": "active",
        }
        for key in keys
    ]
    record_listings(listings=pa.Table.from_pylist(shown, schema=LISTING_SCHEMA), now=now)
    for at in range(0, ITEMS, _AT_ONCE):
        goods = tuple(
            Movement(place.key, key, MovementKind.RECEIPT, StockState.ON_HAND, units)
            for key in keys[at : at + _AT_ONCE]
        )
        post_movements(actor=SYSTEM, posting=Posting(goods, now, "bench"), now=now)
    account = AccountDraft(company.key, "test", "test", {}, {}, is_test=True)
    save_account(actor=SYSTEM, draft=account, now=now)
    labels = variant_labels(variant_keys=keys)
    return Shop(place.id, place.key, tuple(labels[key].variant_id for key in keys), tuple(keys))
