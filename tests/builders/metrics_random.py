"""A random group with every awkward case: guests, refunds without orders, two currencies."""

import random
from datetime import date, timedelta
from typing import Any

from tests.builders.metrics import make_line, make_order, make_product, make_refund

_FIRST = date(2025, 1, 1)


def random_world(*, seed: int, orders: int, days: int = 510) -> dict[str, list[dict[str, Any]]]:
    """Build the tables of a group with so many orders; the same seed gives the same group."""
    dice = random.Random(seed)
    subjects = list(range(100, 100 + max(orders // 4, 3)))
    identity = [
        {"subject_key": s, "customer_key": s - s % dice.choice((1, 2)), "identifier_type": "email"}
        for s in subjects
    ]
    sold = [_order(dice, key, subjects, days) for key in range(1, orders + 1)]
    lines = [line for order in sold for line in _lines(dice, order)]
    refunds = [_refund(dice, key, sold, days) for key in range(1, orders // 5 + 1)]
    items = [
        {
            **{k: v for k, v in refund.items() if k not in ("order_key", "subject_key")},
            "line_no": 1,
            "variant_key": dice.randint(1, 9),
            "quantity": dice.randint(1, 3),
            "line_kind": dice.choice(("goods", "goods", "shipping")),
        }
        for refund in refunds
    ]
    return {
        "dim_identity": identity,
        "dim_product": [
            make_product(key, category=f"C{key % 3}", department=f"D{key % 2}", brand="")
            for key in range(1, 9)
        ],
        "fact_order": sold,
        "fact_order_line": lines,
        "fact_refund": refunds,
        "fact_refund_line": items,
        "fact_payment": [_payment(dice, order) for order in sold],
    }


def _day(dice: random.Random, days: int) -> str:
    return (_FIRST + timedelta(days=dice.randrange(days))).isoformat()


def _order(dice: random.Random, key: int, subjects: list[int], days: int) -> dict[str, Any]:
    return make_order(
        key,
        _day(dice, days),
        dice.randint(0, 100_000),
        place_key=dice.choice((1, 1, 2, 3)),
        subject_key=dice.choice((None, *subjects, *subjects)),
        status=dice.choice(("completed", "paid", "shipped", "cancelled", "draft")),
        item_count=dice.randint(0, 5),
        local_hour=dice.randint(0, 23),
        discount_minor=dice.choice((0, 0, dice.randint(1, 900))),
        shipping_minor=dice.choice((0, 500)),
        tax_minor=dice.randint(0, 99),
        country=dice.choice(("", "CN", "US")),
        region=dice.choice(("", "Hubei", "Ohio")),
    )


def _lines(dice: random.Random, order: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        make_line(
            order,
            number,
            dice.randint(-500, 9000),
            variant_key=dice.choice((None, *range(1, 10))),
            kind=dice.choice(("goods", "goods", "goods", "shipping", "discount")),
            quantity=dice.randint(1, 4),
        )
        for number in range(1, dice.randint(1, 4) + 1)
    ]


def _refund(
    dice: random.Random, key: int, orders: list[dict[str, Any]], days: int
) -> dict[str, Any]:
    kind = dice.choice(("return", "refund", "cancellation", "adjustment"))
    amount = dice.randint(0, 20_000)
    if dice.random() < 0.5:
        return make_refund(key, _day(dice, days), amount, kind=kind, place_key=dice.choice((1, 3)))
    order = dice.choice(orders)
    shared = ("order_key", "place_key", "subject_key", "currency")
    return make_refund(
        key, _day(dice, days), amount, kind=kind, **{name: order[name] for name in shared}
    )


def _payment(dice: random.Random, order: dict[str, Any]) -> dict[str, Any]:
    shared = ("order_key", "place_key", "company_key", "channel", "currency", "business_date")
    return {
        **{name: order[name] for name in (*shared, "part")},
        "payment_key": order["order_key"],
        "method": dice.choice(("card", "cash", "alipay")),
        "installments": dice.choice((None, 1, 3, 12)),
        "amount_minor": order["total_minor"],
        "status": dice.choice(("captured", "refunded", "failed", "pending")),
    }
