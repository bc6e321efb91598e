"""Recording products, variants and listings on a real database."""

import json

import pyarrow as pa
import pytest
from tests.builders.catalog import (
    COMPANY,
    MARKET,
    NOW,
    SHOP,
    make_actor,
    make_listings,
    make_products,
    record,
    show,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.models import LakeDirty
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.catalog.contracts import (
    AttributeInfo,
    AttributeRuleError,
    AttributeType,
    BatchColumnError,
    ListingOutcome,
    ProductDetail,
    ProductFilters,
    RowProblem,
)
from quanqu.sell.catalog.facade import (
    define_attribute,
    ensure_variants,
    get_product,
    list_attributes,
    list_categories,
    list_products,
    product_keys,
    record_listings,
    record_products,
    variant_keys,
    variant_labels,
)
from quanqu.sell.catalog.models import Listing, Product, Variant

pytestmark = pytest.mark.django_db

MUG = {
    "external_product": "p1",
    "external_variant": "v1",
    "sku": "MUG-W",
    "name": "White mug",
    "description": "Stoneware.",
    "brand": "Hearth",
    "category_path": "Home>Kitchen >  Mugs",
    "gtin": "4006381333931",
    "attributes": {"material": "stoneware", "litres": 0.3},
    "options": {"colour": "white"},
    "image_urls": ["https://shop.example/a.jpg", "https://shop.example/b.jpg"],
    "status": "active",
}


def only_product() -> ProductDetail:
    rows = list_products(actor=SYSTEM, filters=ProductFilters()).items
    assert len(rows) == 1
    return get_product(actor=SYSTEM, product_id=rows[0].id)


def test_a_product_is_recorded_with_all_it_has() -> None:
    (variant_key,) = record(MUG)

    product = only_product()
    assert (product.name, product.brand, product.category_path) == (
        "White mug",
        "Hearth",
        "Home > Kitchen > Mugs",
    )
    assert [m.url[-5:] for m in product.media] == ["a.jpg", "b.jpg"]
    assert {v.definition.code: (v.definition.type, v.value) for v in product.attributes} == {
        "material": (AttributeType.TEXT, "stoneware"),
        "litres": (AttributeType.NUMBER, 0.3),
    }
    (variant,) = product.variants
    assert (variant.key, variant.sku, variant.has_valid_gtin) == (variant_key, "MUG-W", True)
    assert variant.options == {"colour": "white"}
    paths = [(c.path, c.depth, c.product_count) for c in list_categories(actor=SYSTEM)]
    assert paths == [("Home", 1, 0), ("Home > Kitchen", 2, 0), ("Home > Kitchen > Mugs", 3, 1)]


def test_the_same_batch_again_changes_nothing() -> None:
    first = record(MUG, MUG | {"external_variant": "v2", "sku": "MUG-B"})
    before = list(Product.objects.values()), list(Variant.objects.values())
    LakeDirty.objects.all().delete()

    again = record(MUG, MUG | {"external_variant": "v2", "sku": "MUG-B"}, now=NOW.replace(hour=9))

    assert again == first
    assert (list(Product.objects.values()), list(Variant.objects.values())) == before
    assert not LakeDirty.objects.exists()


def test_two_variants_of_one_outside_product_are_one_product() -> None:
    record(MUG, MUG | {"external_variant": "v2", "sku": "MUG-B", "gtin": None})

    assert [v.sku for v in only_product().variants] == ["MUG-W", "MUG-B"]


def test_the_same_sku_from_another_source_is_the_same_variant() -> None:
    (mine,) = record(MUG)
    other = {"external_product": "900", "sku": "MUG-W", "name": "Mug!!", "brand": "Other"}
    (theirs,) = record(other, source="market")

    assert theirs == mine
    assert only_product().name == "White mug"


def test_the_same_barcode_from_another_source_is_the_same_variant_and_its_sku_an_alias() -> None:
    (mine,) = record(MUG)
    other = {"external_product": "900", "sku": "B00MUG", "gtin": "04006381333931"}
    (theirs,) = record(other, source="market")

    assert theirs == mine
    found = variant_keys(company_key=COMPANY, skus=["B00MUG", "none"])
    assert found.to_pylist() == [
        {"sku": "B00MUG", "variant_key": mine, "product_key": only_product().key},
        {"sku": "none", "variant_key": None, "product_key": None},
    ]


def test_one_barcode_on_two_skus_of_one_source_stays_two_variants() -> None:
    first, second = record(MUG, MUG | {"external_variant": "v2", "sku": "MUG-B"})

    assert first != second


def test_another_source_fills_gaps_and_overwrites_nothing() -> None:
    record(MUG | {"brand": None, "attributes": {"material": "stoneware"}})
    other = MUG | {"external_product": "9", "brand": "Late", "description": "Else."}
    record(other | {"attributes": {"material": "clay", "dishwasher": True}}, source="market")

    product = only_product()
    assert (product.brand, product.description) == ("Late", "Stoneware.")
    values = {v.definition.code: v.value for v in product.attributes}
    assert values == {"material": "stoneware", "dishwasher": True}


def test_the_owner_overwrites_but_null_means_not_told() -> None:
    record(MUG)
    record(MUG | {"name": "Ivory mug", "description": None})

    product = only_product()
    assert (product.name, product.description) == ("Ivory mug", "Stoneware.")


def test_a_stand_in_sku_is_not_shared_between_sources() -> None:
    (mine,) = record({"external_product": "1001", "name": "Mug"})
    (theirs,) = record({"external_product": "1001", "name": "Lamp"}, source="market")

    assert mine != theirs
    assert set(Variant.objects.values_list("sku", flat=True)) == {"1001", "market:1001"}
    assert record({"external_product": "1001", "name": "Lamp"}, source="market") == [theirs]


def test_two_outside_products_with_one_sku_share_the_variant_and_leave_no_empty_product() -> None:
    first, second = record(MUG, MUG | {"external_product": "p2", "external_variant": "v9"})

    assert first == second
    assert Product.objects.count() == 1


def test_a_bare_variant_of_an_order_line_moves_to_its_real_product() -> None:
    lines = pa.table({"sku": ["MUG-W", "MUG-B", "MUG-W"], "name": [None, "mug black", "mug white"]})
    bare = ensure_variants(company_key=COMPANY, skus=lines, source="orders", now=NOW)
    keys = dict(zip(bare["sku"].to_pylist(), bare["variant_key"].to_pylist(), strict=True))
    assert set(Product.objects.values_list("name", "is_bare")) == {
        ("mug white", True),
        ("mug black", True),
    }

    white, black = record(MUG, MUG | {"external_variant": "v2", "sku": "MUG-B"})

    assert (white, black) == (keys["MUG-W"], keys["MUG-B"])
    product = only_product()
    assert (product.is_bare, product.name, product.source) == (False, "White mug", "shop")
    moved = OutboxEvent.objects.get(name="catalog.variants_moved").payload
    assert moved["company_key"] == COMPANY
    assert set(moved["variant_keys"]) < {white, black}


def test_ensuring_known_variants_makes_nothing() -> None:
    (mine,) = record(MUG)

    found = ensure_variants(
        company_key=COMPANY, skus=pa.table({"sku": ["MUG-W"]}), source="orders", now=NOW
    )

    assert found["variant_key"].to_pylist() == [mine]
    assert Variant.objects.count() == 1


def test_another_company_has_its_own_variants() -> None:
    record(MUG)
    other = record_products(
        products=make_products(MUG), company_key=COMPANY + 1, source="shop", now=NOW
    )

    assert Variant.objects.count() == 2
    assert other["problem"].to_pylist() == [None]


def test_bad_rows_are_named_and_the_others_recorded() -> None:
    mapping = record_products(
        products=make_products(
            {"name": "no id"},
            MUG | {"status": "sold out"},
            MUG | {"external_product": "p3", "attributes": "[1]"},
            MUG | {"external_product": "p4", "options": "{"},
            MUG | {"external_product": "p5", "weight_g": -1},
            MUG | {"external_product": "p6", "name": "older"},
            MUG | {"external_product": "p6", "name": "newer"},
        ),
        company_key=COMPANY,
        source="shop",
        now=NOW,
    )

    assert mapping["problem"].to_pylist() == [
        RowProblem.MISSING_EXTERNAL_ID,
        RowProblem.UNKNOWN_STATUS,
        RowProblem.MALFORMED_ATTRIBUTES,
        RowProblem.MALFORMED_OPTIONS,
        RowProblem.NEGATIVE_WEIGHT,
        RowProblem.DUPLICATE_IN_BATCH,
        None,
    ]
    assert mapping["variant_key"].null_count == 6
    assert only_product().name == "newer"


def test_a_batch_without_its_needed_column_is_refused() -> None:
    with pytest.raises(BatchColumnError):
        record_products(
            products=pa.table({"name": ["x"]}), company_key=COMPANY, source="shop", now=NOW
        )


def test_pictures_of_a_source_are_those_of_its_last_batch() -> None:
    record(MUG)
    record(MUG | {"image_urls": ["https://shop.example/b.jpg", "https://shop.example/c.jpg"]})

    assert [m.url[-5:] for m in only_product().media] == ["b.jpg", "c.jpg"]


def test_learnt_attribute_types_widen_and_declared_ones_judge() -> None:
    actor = make_actor("catalog.manage", "catalog.view")
    record(MUG | {"attributes": {"size": 3, "care": "cold"}})
    record(MUG | {"external_product": "p2", "sku": "S2", "attributes": {"size": "L"}})
    learnt = {a.code: a.type for a in list_attributes(actor=actor, company_key=COMPANY)}
    assert learnt == {"size": AttributeType.TEXT, "care": AttributeType.TEXT}

    declared = AttributeInfo("care", "Care", AttributeType.CHOICE, "", ("hot",), True)
    define_attribute(actor=actor, company_key=COMPANY, definition=declared, now=NOW)

    (found,) = list_products(actor=SYSTEM, filters=ProductFilters(text="MUG-W")).items
    values = get_product(actor=actor, product_id=found.id).attributes
    assert {v.definition.code: v.fits for v in values} == {"size": True, "care": False}


def test_declaring_an_attribute_is_checked() -> None:
    actor = make_actor("catalog.manage")
    bad = AttributeInfo("care", "Care", AttributeType.CHOICE, "", (), True)
    with pytest.raises(AttributeRuleError):
        define_attribute(actor=actor, company_key=COMPANY, definition=bad, now=NOW)
    good = AttributeInfo("care", "Care", AttributeType.TEXT, "", (), True)
    with pytest.raises(NotAllowedError):
        define_attribute(actor=actor, company_key=COMPANY + 1, definition=good, now=NOW)


def test_listings_are_created_updated_and_left_alone() -> None:
    (key,) = record(MUG)
    row = {
        "variant_key": key,
        "place_key": SHOP,
        "external_id": "L1",
        "title": "Mug",
        "price_minor": 900,
        "currency": "GBP",
    }
    assert record_listings(listings=make_listings(row), now=NOW) == ListingOutcome(created=1)
    assert record_listings(listings=make_listings(row), now=NOW) == ListingOutcome(unchanged=1)
    cheaper = row | {"price_minor": 800, "title": None}
    assert record_listings(listings=make_listings(cheaper), now=NOW) == ListingOutcome(updated=1)

    listing = Listing.objects.get()
    assert (listing.title, listing.price_minor, listing.status) == ("Mug", 800, "active")


def test_bad_listings_are_named() -> None:
    (key,) = record(MUG)
    good = {"variant_key": key, "place_key": SHOP, "external_id": "L1", "title": "a"}
    outcome = record_listings(
        listings=make_listings(
            good,
            good | {"external_id": None},
            good | {"external_id": "L2", "variant_key": 10**9},
            good | {"external_id": "L3", "status": "gone"},
            good | {"external_id": "L4", "price_minor": 5},
            good | {"external_id": "L5", "price_minor": -5, "currency": "GBP"},
            good | {"title": "b"},
        ),
        now=NOW,
    )

    assert outcome.created == 1
    assert outcome.problems == (
        (0, RowProblem.DUPLICATE_IN_BATCH),
        (1, RowProblem.MISSING_EXTERNAL_ID),
        (2, RowProblem.UNKNOWN_VARIANT),
        (3, RowProblem.UNKNOWN_STATUS),
        (4, RowProblem.UNKNOWN_CURRENCY),
        (5, RowProblem.NEGATIVE_PRICE),
    )


def test_variants_are_looked_up_in_sets() -> None:
    first, second = record(MUG, {"external_product": "p2", "sku": "LAMP", "name": "Lamp"})
    keys = pa.chunked_array([pa.array([second, None, first, 10**9], pa.int64())])
    owners = dict(Variant.objects.values_list("key", "product_id"))

    assert product_keys(variant_keys=keys).to_pylist() == [
        owners[second],
        None,
        owners[first],
        None,
    ]
    labels = variant_labels(variant_keys=[first, second])
    assert (labels[first].name, labels[second].sku) == ("White mug", "LAMP")
    show(first, MARKET)
    assert json.loads(json.dumps(labels[first].options)) == {"colour": "white"}
