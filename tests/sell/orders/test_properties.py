"""Money is conserved by whatever a batch holds; an independent count says how much it is."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.money import exponent
from quanqu.sell.orders.contracts import LINES_SCHEMA, LineKind, OrderBatch
from quanqu.sell.orders.rules import Claim, admit, line_amounts, read_orders, spread_discount
from quanqu.sell.orders.rules.money import price_divisors

MINOR = st.integers(0, 10**7)
LINE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind.value for kind in LineKind]),
        "quantity": st.integers(0, 50),
        "unit_price_e4": st.integers(0, 10**7),
        "discount_minor": st.one_of(st.none(), st.just(0), MINOR),
        "tax_minor": st.one_of(st.none(), MINOR),
        "amount_minor": st.one_of(st.none(), MINOR),
    }
)
ORDER = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["GBP", "JPY", "KWD"]),
        "shipping_minor": st.one_of(st.none(), st.just(0), MINOR),
        "discount_minor": st.one_of(st.none(), MINOR),
        "tax_minor": st.one_of(st.none(), MINOR),
        "tax_included": st.one_of(st.none(), st.booleans()),
        "lines": st.lists(LINE, min_size=1, max_size=6),
    }
)


def batch_of(orders: list[dict[str, Any]]) -> OrderBatch:
    heads = [
        {
            "record": record,
            "place_key": 1,
            "company_key": 1,
            "external_id": str(record),
            "placed_at": "2026-11-20T21:15:00Z",
            "business_date": date(2026, 11, 20),
            "status": "paid",
        }
        | {name: value for name, value in order.items() if name != "lines"}
        for record, order in enumerate(orders)
    ]
    lines = [
        {"record": record, "line_no": number} | line
        for record, order in enumerate(orders)
        for number, line in enumerate(order["lines"])
    ]
    return OrderBatch(
        orders=pa.Table.from_pylist(heads), lines=pa.Table.from_pylist(lines, LINES_SCHEMA)
    )


def expected_total(order: dict[str, Any]) -> int | None:
    """Add an order up line by line with decimals; None where shipping is told in two ways."""
    total, shipping, has_shipping = 0, 0, False
    for line in order["lines"]:
        amount = line["amount_minor"]
        if amount is None:
            exact = Decimal(line["quantity"]) * line["unit_price_e4"] / 10**4
            scaled = exact.scaleb(exponent(order["currency"]))
            amount = int(scaled.quantize(Decimal(1), ROUND_HALF_UP)) - (line["discount_minor"] or 0)
        total += amount
        if line["kind"] == "shipping":
            shipping, has_shipping = shipping + amount, True
    told = order["shipping_minor"] or 0
    if has_shipping and told and told != shipping:
        return None
    total += 0 if has_shipping else told
    if order["tax_included"] is False:
        tax = order["tax_minor"]
        total += sum(line["tax_minor"] or 0 for line in order["lines"]) if tax is None else tax
    return total if total >= 0 else None


@given(st.lists(ORDER, min_size=1, max_size=5))
def test_the_total_is_the_sum_of_the_lines(orders: list[dict[str, Any]]) -> None:
    found = read_orders(batch_of(orders), companies={1: 1})

    expected = {str(at): total for at, order in enumerate(orders) if
                (total := expected_total(order)) is not None}  # fmt: skip
    heads = found.heads.to_pylist()
    assert {head["external_id"]: head["total_minor"] for head in heads} == expected
    assert len(found.rejected) == len(orders) - len(expected)
    for head in heads:
        lines = [line for line in found.lines.to_pylist() if line["pos"] == head["pos"]]
        tax = 0 if head["is_tax_included"] else head["tax_minor"]
        assert sum(line["amount_minor"] for line in lines) + tax == head["total_minor"]
        parts = head["goods_minor"] + head["shipping_minor"] + head["fee_minor"]
        assert parts + tax == head["total_minor"]
        assert head["line_count"] == len(lines)


@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
    st.integers(0, 10**6),
    st.integers(0, 500),
)
def test_a_spread_discount_makes_the_told_total(
    amounts: list[int], discount: int, shipping: int
) -> None:
    discount = min(discount, sum(amounts))
    order = {
        "currency": "GBP",
        "shipping_minor": shipping,
        "discount_minor": discount,
        "total_minor": sum(amounts) + shipping - discount,
        "lines": [{"quantity": 1, "amount_minor": amount} for amount in amounts],
    }

    found = read_orders(batch_of([order]), companies={1: 1})

    goods = [line for line in found.lines.to_pylist() if line["kind"] == "goods"]
    assert found.heads["total_minor"].to_pylist() == [order["total_minor"]]
    assert sum(line["amount_minor"] for line in goods) == sum(amounts) - discount
    assert all(line["amount_minor"] >= 0 for line in goods)


@given(st.integers(0, 10**9), st.lists(st.integers(-5, 10**6), min_size=1, max_size=9))
def test_the_parts_of_a_discount_are_the_discount(discount: int, amounts: list[int]) -> None:
    assert sum(spread_discount(discount, amounts)) == discount


@given(
    st.integers(-(10**6), 10**6),
    st.integers(-(10**8), 10**8),
    st.sampled_from(["GBP", "JPY", "KWD", "CLF"]),
)
def test_a_line_amount_is_rounded_half_away_from_zero(
    quantity: int, price_e4: int, currency: str
) -> None:
    exact = (Decimal(quantity) * price_e4).scaleb(exponent(currency) - 4)

    found, overflow = line_amounts(
        *(pa.array([value], pa.int64()).to_numpy() for value in (quantity, price_e4)),
        price_divisors([currency]),
    )

    if not overflow[0]:
        assert int(found[0]) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


CLAIMS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=8)


@given(CLAIMS, st.integers(0, 100))
def test_admitted_claims_fit(claims: list[tuple[int, int]], spare: int) -> None:
    refunded = sum(before for _, before in claims)
    captured = refunded + spare

    refused = admit(
        [Claim(row, 1, now, before, captured, refunded) for row, (now, before) in enumerate(claims)]
    )

    kept = sum(before if row in refused else now for row, (now, before) in enumerate(claims))
    assert kept <= captured
