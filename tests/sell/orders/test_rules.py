"""The arithmetic of orders and its worked examples."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pytest

from quanqu.kernel.ids import encode, new_ids
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import OrderBatch, OrderBatchError, RejectCode
from quanqu.sell.orders.rules import (
    Claim,
    admit,
    changed_fields,
    line_amounts,
    month_bounds,
    outside_ids,
    part_of,
    read_orders,
    read_refunds,
    spread_discount,
)
from quanqu.sell.orders.rules.money import price_divisors
from quanqu.sell.orders.rules.stories import COMPLETED, tell_orders, tell_refunds

BOOK = Path(__file__).parents[3] / "docs" / "rules" / "orders.md"


def rows_of(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading of docs/rules/orders.md."""
    text = BOOK.read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


@pytest.mark.parametrize(("quantity", "price", "currency", "amount"), rows_of("Line amounts"))
def test_line_amounts_are_those_of_the_book(
    quantity: str, price: str, currency: str, amount: str
) -> None:
    divisors = price_divisors([currency])
    found, overflow = line_amounts(np.array([int(quantity)]), np.array([int(price)]), divisors)

    assert Money(int(found[0]), currency).amount == amount
    assert not overflow[0]


@pytest.mark.parametrize(("discount", "amounts", "parts"), rows_of("Order discounts"))
def test_discounts_are_spread_as_in_the_book(discount: str, amounts: str, parts: str) -> None:
    weights = [int(amount) for amount in amounts.split(", ")]

    assert spread_discount(int(discount), weights) == [int(part) for part in parts.split(", ")]


def test_an_amount_beyond_the_limit_is_told_and_not_computed() -> None:
    found, overflow = line_amounts(
        np.array([10**12, 1]), np.array([10**12, 100]), np.array([100, 100])
    )

    assert list(overflow) == [True, False]
    assert list(found) == [0, 1]


def test_claims_are_admitted_in_order_while_there_is_room() -> None:
    claims = [Claim(row, 1, amount, 0, 100, 10) for row, amount in enumerate((60, 50, 30, 1))]

    assert admit(claims) == [1, 3]


def test_a_shrinking_claim_makes_room_for_an_earlier_row() -> None:
    grown = Claim(0, 1, 80, 0, 100, 60)
    shrunk = Claim(1, 1, 20, 60, 100, 60)

    assert admit([grown, shrunk]) == []
    assert admit([grown]) == [0]


def test_outside_ids_are_those_of_the_kernel() -> None:
    ids = [*new_ids(40), uuid4()]
    column = pa.chunked_array(
        [pa.array([str(one) for one in ids] + [None]), pa.array([], pa.string())]
    )

    assert outside_ids("ord", column).to_pylist() == [encode("ord", one) for one in ids] + [None]
    assert outside_ids("ord", column.slice(0, 0)).to_pylist() == []


def test_partitions_are_months_of_companies() -> None:
    assert part_of(7, date(2026, 1, 31)) == "7-202601"
    assert month_bounds(["7-202612", "12-202602"]) == (
        [7, 12],
        [date(2026, 12, 1), date(2026, 2, 1)],
        [date(2027, 1, 1), date(2026, 3, 1)],
    )


def test_only_changed_fields_are_history() -> None:
    before, after = {"status": "placed", "total_minor": 5}, {"status": "paid", "total_minor": 5}

    assert changed_fields(before, after) == ({"status": "placed"}, {"status": "paid"})
    assert changed_fields(before, before) == ({}, {})


def test_no_orders_tell_nothing() -> None:
    empty = read_orders(OrderBatch(), companies={})
    refunds = read_refunds(OrderBatch(), companies={})

    assert tell_orders(COMPLETED, empty.heads, [], empty.lines) == b""
    assert tell_refunds(refunds.heads, [], []) == b""


def one_order(**overrides: object) -> dict[str, list[object]]:
    order = {
        "record": 3,
        "place_key": 1,
        "company_key": 1,
        "external_id": "A",
        "placed_at": "2026-11-20T21:15:00Z",
        "business_date": date(2026, 11, 20),
        "currency": "GBP",
        "status": "paid",
    }
    return {name: [value] for name, value in (order | overrides).items()}


def one_line(**overrides: object) -> dict[str, list[object]]:
    line = {"record": 3, "line_no": 1, "quantity": 1, "amount_minor": 100}
    return {name: [value] for name, value in (line | overrides).items()}


def read_both(batch: OrderBatch) -> None:
    read_orders(batch, companies={1: 1})
    read_refunds(batch, companies={1: 1})


def test_columns_are_cast_and_their_absence_is_told() -> None:
    orders, lines = pa.table(one_order()), pa.table(one_line())
    found = read_orders(OrderBatch(orders=orders, lines=lines), companies={1: 1})
    assert found.heads["total_minor"].to_pylist() == [100]

    for broken in (
        OrderBatch(orders=orders.drop_columns(["status"]), lines=lines),
        OrderBatch(orders=pa.table(one_order(placed_at="soon")), lines=lines),
        OrderBatch(orders=orders, lines=pa.table(one_line(record=4))),
        OrderBatch(orders=pa.concat_tables([orders, orders]), lines=lines),
        OrderBatch(refund_lines=pa.table({"refund_external_id": ["R"], "line_no": [1],
                                          "quantity": [1], "amount_minor": [1]})),
    ):  # fmt: skip
        with pytest.raises(OrderBatchError):
            read_both(broken)


def test_nul_and_separators_are_taken_out_of_texts() -> None:
    orders = pa.table(one_order(note=" a\x00b\x1f ", external_id="A\x1e"))
    found = read_orders(OrderBatch(orders=orders, lines=pa.table(one_line())), companies={1: 1})

    assert found.heads["note"].to_pylist() == ["ab"]
    assert found.heads["external_id"].to_pylist() == ["A"]


def test_orders_of_no_known_place_are_refused() -> None:
    batch = OrderBatch(orders=pa.table(one_order()), lines=pa.table(one_line()))
    for companies in ({}, {2: 1}, {1: 2}):
        (rejected,) = read_orders(batch, companies=companies).rejected
        assert rejected.code is RejectCode.UNKNOWN_PLACE


def test_a_hash_changes_with_every_part_of_the_content() -> None:
    def digest(order: dict[str, list[object]], *lines: dict[str, list[object]]) -> str:
        table = pa.concat_tables([pa.table(line) for line in lines])
        batch = OrderBatch(orders=pa.table(order), lines=table)
        return read_orders(batch, companies={1: 1}).heads["hash"][0].as_py()

    line = one_line(sku="A", name="B")
    digests = [
        digest(one_order(), line),
        digest(one_order(note="x"), line),
        digest(one_order(), one_line(sku="AB", name="")),
        digest(one_order(), one_line(sku="A", name="B", external_line="7")),
        digest(one_order(), line, one_line(sku="A", name="B", line_no=2)),
    ]
    assert len(set(digests)) == len(digests)
    assert digest(one_order(record=9), one_line(sku="A", name="B", record=9)) == digests[0]
