"""The worked numbers of docs/rules/mappings.md, executed."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.builders.connectors import make_rows

from quanqu.doors.connectors.contracts import EntityKind, Field, ValueType
from quanqu.doors.connectors.feeds import table_feed
from quanqu.doors.connectors.registry import load_mapping, mappings
from quanqu.doors.connectors.rules.assemble import Defaults, assemble
from quanqu.doors.connectors.rules.columns import REASON_OF, Converted
from quanqu.doors.connectors.rules.fields import Source, evaluate
from quanqu.doors.connectors.rules.flatten import GROUP
from quanqu.doors.connectors.rules.guessing.names import likenesses
from quanqu.doors.connectors.rules.missing import (
    CODE_WORDS,
    TEXT_WORDS,
    VALUE_WORDS,
    without_words,
)
from quanqu.doors.connectors.rules.numbers import exponents_of, to_money
from quanqu.doors.connectors.rules.orders import DIFFERENCE, PlaceOf, Subjects, order_batch
from quanqu.doors.connectors.rules.times import INSTANT, to_instant
from quanqu.doors.connectors.staging import StagedTable

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = DOCS / "rules" / "mappings.md"


def table(header: str) -> list[list[str]]:
    """Return the rows of the page's table that begins with a header."""
    lines = PAGE.read_text().splitlines()
    start = lines.index(header) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    assert rows
    return rows


def told(found: Converted) -> str:
    """Return the one value found as the page writes it."""
    reason = REASON_OF[found.codes[0]]
    value = found.values[0].as_py()
    return str(reason) if reason else ("" if value is None else str(value).split("+")[0])


@pytest.mark.parametrize(("text", "currency", "minor"), table("| text | currency | minor units |"))
def test_numbers(text: str, currency: str, minor: str) -> None:
    assert told(to_money(pa.array([text]), exponents_of(pa.array([currency])))) == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    table("| text with a decimal comma | currency | minor units with a decimal comma |"),
)
def test_numbers_with_a_decimal_comma(text: str, currency: str, minor: str) -> None:
    found = to_money(pa.array([text]), exponents_of(pa.array([currency])), decimal=",")

    assert told(found) == minor


@pytest.mark.parametrize(
    ("word", "in_text", "in_code", "in_value"),
    table("| word | in a text | in an identifier or code | in a number, date or yes-or-no |"),
)
def test_words_for_no_value(word: str, in_text: str, in_code: str, in_value: str) -> None:
    groups = (TEXT_WORDS, CODE_WORDS, VALUE_WORDS)

    kept = [without_words(pa.array([word]), words).null_count == 0 for words in groups]

    assert ["kept" if is_kept else "missing" for is_kept in kept] == [in_text, in_code, in_value]


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "minor"),
    table("| quantity | price | currency | minor units |"),
)
def test_products(quantity: str, price: str, currency: str, minor: str) -> None:
    columns = {"quantity": pa.array([quantity]), "price": pa.array([price])}
    source = Source(columns.__getitem__, 1, "UTC", exponents_of(pa.array([currency])))

    assert told(evaluate(Field(times=["quantity", "price"]), ValueType.MONEY, source)) == minor


@pytest.mark.parametrize(("text", "zone", "utc"), table("| text | zone | UTC |"))
def test_times(text: str, zone: str, utc: str) -> None:
    assert told(to_instant(pa.array([text]), [], zone)) == utc


@pytest.mark.parametrize(("text", "pattern", "utc"), table("| text | format | UTC |"))
def test_formats(text: str, pattern: str, utc: str) -> None:
    assert told(to_instant(pa.array([text]), [pattern], "UTC")) == utc


@pytest.mark.parametrize(
    ("lines", "tax", "discount", "total", "added"),
    table("| lines | tax on top | discount told | total told | added line |"),
)
def test_totals(lines: str, tax: str, discount: str, total: str, added: str) -> None:
    amounts = [int(part) for part in lines.split(",") if part]
    orders = pa.table({
        GROUP: pa.array([0]), "external_id": ["1"], "place": pa.nulls(1, pa.string()),
        "placed_at": pa.array([0], pa.int64()).cast(INSTANT), "currency": ["USD"],
        "status": ["paid"], "discount_minor": [int(discount)], "tax_minor": [int(tax)],
        "tax_included": [False], "total_minor": [int(total)],
        **{name: pa.nulls(1, pa.string()) for name in (
            "number", "channel_status", "note", "country", "region", "city", "postcode_area",
            "ship_name", "ship_phone", "ship_email", "ship_street", "ship_postcode")},
    })  # fmt: skip
    rows = len(amounts)
    given = pa.table({
        GROUP: pa.array([0] * rows, pa.int64()), "amount_minor": pa.array(amounts, pa.int64()),
        "quantity": pa.array([1] * rows, pa.int64()), "kind": pa.array(["goods"] * rows),
        **{n: pa.nulls(rows, pa.int64()) for n in ("unit_price_e4", "discount_minor", "tax_minor")},
        **{n: pa.nulls(rows, pa.string()) for n in ("external_line", "sku", "name")},
    })  # fmt: skip

    batch = order_batch(
        {EntityKind.ORDERS: orders, EntityKind.LINES: given},
        places={None: PlaceOf(1, 1, "UTC")},
        currency="USD",
        subjects=Subjects(pa.nulls(1, pa.int64()), pa.nulls(0, pa.int64())),
        balance=True,
    )

    extra = [
        str(row["amount_minor"]) for row in batch.lines.to_pylist() if row["name"] == DIFFERENCE
    ]
    assert extra == ([added] if added else [])


@pytest.mark.parametrize(
    ("code", "on_invoice", "on_credit_note"),
    table("| stock code | on an invoice | on a credit note |"),
)
def test_codes_of_online_retail(code: str, on_invoice: str, on_credit_note: str) -> None:
    common = {"StockCode": code, "Description": "x", "InvoiceDate": "2010-01-01 10:00:00",
              "Price": "2.50", "Customer ID": "1", "Country": "France"}  # fmt: skip

    assert outcome({"Invoice": "1", "Quantity": "1", **common}) == on_invoice
    assert outcome({"Invoice": "C1", "Quantity": "-1", **common}) == on_credit_note


def outcome(row: dict[str, str]) -> str:
    """Say in the page's words what one row of an invoice becomes."""
    mapping = mappings("online_retail")[1]
    feed = table_feed(mapping, {"main": StagedTable("main", "f", make_rows(row))})
    made = assemble(mapping, feed.slices(0, feed.count), Defaults("GBP", "Europe/London"))
    if made.rejects:
        return made.rejects[0].reason
    lines, back = made.tables[EntityKind.LINES], made.tables[EntityKind.REFUND_LINES]
    if lines.num_rows:
        assert lines["amount_minor"].to_pylist() == [250]
        return str(lines["kind"][0])
    (kind,) = made.tables[EntityKind.REFUNDS]["kind"].to_pylist()
    sign = -1 if row["Quantity"] == "1" else 1
    assert back["amount_minor"].to_pylist() == [sign * 250]
    assert bool(np.all(back["quantity"].to_numpy() == sign))
    return "adjustment document" if kind == "adjustment" else f"return of {back['kind'][0]}"


@pytest.mark.parametrize("at", [0, 1])
def test_the_mappings_of_the_guide_are_right(at: int, tmp_path: Path) -> None:
    text = (DOCS / "guide" / "connect-a-channel.md").read_text()
    path = tmp_path / "guide.yaml"
    path.write_text(text.split("```yaml\n")[at + 1].split("```")[0])

    mapping = load_mapping(path)

    assert {entity.entity for entity in mapping.entities} >= {EntityKind.ORDERS, EntityKind.LINES}


def test_the_guide_names_the_columns_the_generic_channel_knows() -> None:
    text = (DOCS / "guide" / "import-your-data.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith(("| order", "| prod", "| cust"))]

    words = [word for row in rows for word in re.findall(r"`(\w+)` ?([\u4e00-\u9fff]*)", row)]

    assert len(words) > 20
    lost = [
        name
        for pair in words
        for name in pair
        if name not in ("", "name") and max(likenesses(name).values(), default=0) < 0.8
    ]
    assert not lost
