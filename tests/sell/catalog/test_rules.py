"""The pure decisions of the catalogue."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.gtin import is_valid_gtin
from quanqu.sell.catalog.contracts import AttributeType, BatchColumnError, RowProblem
from quanqu.sell.catalog.rules import (
    category_levels,
    fits,
    infer_types,
    read_listings,
    read_products,
    widen,
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, AttributeType.BOOLEAN),
        (3, AttributeType.NUMBER),
        (0.5, AttributeType.NUMBER),
        ("2026-11-22", AttributeType.DATE),
        ("2026-13-22", AttributeType.TEXT),
        ("blue", AttributeType.TEXT),
        ({"amount": "1.00", "currency": "GBP"}, AttributeType.MONEY),
        (["a"], AttributeType.TEXT),
    ],
)
def test_a_type_is_learnt_from_a_value(value: object, kind: AttributeType) -> None:
    assert infer_types([{"code": value, "none": None}]) == {"code": kind}


def test_values_of_two_types_are_text() -> None:
    assert infer_types([{"size": 3}, {"size": "L"}, {"size": 4}]) == {"size": AttributeType.TEXT}
    assert widen(AttributeType.DATE, AttributeType.DATE) is AttributeType.DATE


@pytest.mark.parametrize(
    ("value", "kind", "fitting"),
    [
        (None, AttributeType.NUMBER, True),
        ("3.5", AttributeType.NUMBER, True),
        ("NaN", AttributeType.NUMBER, False),
        ("wide", AttributeType.NUMBER, False),
        (True, AttributeType.NUMBER, False),
        ([3], AttributeType.NUMBER, False),
        ("hot", AttributeType.CHOICE, True),
        ("cold", AttributeType.CHOICE, False),
        ("x", AttributeType.TEXT, True),
        (3, AttributeType.TEXT, False),
        (False, AttributeType.BOOLEAN, True),
        ("2026-11-22", AttributeType.DATE, True),
        ("22/11/2026", AttributeType.DATE, False),
    ],
)
def test_a_value_fits_a_declared_type(value: object, kind: AttributeType, fitting: bool) -> None:
    assert fits(value, kind, ("hot",)) is fitting


def test_every_level_of_a_path_is_a_category_above_its_parts() -> None:
    assert category_levels(["A > B > C", "A > D"]) == [
        ("A", "A", None, 1),
        ("A > B", "B", "A", 2),
        ("A > D", "D", "A", 2),
        ("A > B > C", "C", "A > B", 3),
    ]


@given(st.text("0123456789", min_size=7, max_size=14))
def test_only_a_right_barcode_counts(text: str) -> None:
    (gtin14,) = (
        read_products(pa.table({"external_product": ["p"], "gtin": [text]}))
        .rows["gtin14"]
        .to_pylist()
    )

    assert gtin14 == (text.zfill(14) if is_valid_gtin(text) else None)


def test_texts_are_folded_and_skus_stood_in_for() -> None:
    found = read_products(
        pa.table(
            {
                "external_product": [" p1 ", "p2", None],
                "external_variant": ["", "v2", None],
                "sku": [None, None, "S3"],
                "category_path": ["A>>B ", " > ", None],
                "gtin": ["4006381-333931", "", None],
                "image_urls": [["u", "u", " ", None], None, []],
            }
        )
    )

    rows = found.rows.to_pylist()
    assert [
        (r["external_product"], r["external_variant"], r["sku"], r["has_sku"]) for r in rows
    ] == [
        ("p1", "", "p1", False),
        ("p2", "v2", "v2", False),
        ("S3", "", "S3", True),
    ]
    assert [r["category_path"] for r in rows] == ["A > B", None, None]
    assert rows[0]["gtin"] == "4006381333931"
    assert found.images.to_pylist() == [{"row": 0, "position": 0, "url": "u"}]


def test_columns_that_cannot_be_read_are_named() -> None:
    with pytest.raises(BatchColumnError, match="weight_g"):
        read_products(pa.table({"external_product": ["p"], "weight_g": ["heavy"]}))
    with pytest.raises(BatchColumnError, match="place_key is missing"):
        read_listings(pa.table({"variant_key": [1], "external_id": ["a"]}))


def test_a_listing_without_a_status_is_active() -> None:
    found = read_listings(
        pa.table({"variant_key": [1, None], "place_key": [1, 1], "external_id": ["a", "b"]})
    )

    assert found.rows["status"].to_pylist() == ["active"]
    assert found.problems == ((1, RowProblem.UNKNOWN_VARIANT),)
