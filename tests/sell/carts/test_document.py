"""The tables of docs/rules/carts.md are what the program does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from quanqu.sell.carts.contracts import (
    MOST_CART_LINES,
    CartKind,
    CartLineDraft,
    CartLineError,
    PlacingDraft,
)
from quanqu.sell.carts.rules.carts import (
    ABANDONED_AFTER,
    STUCK_AFTER,
    ends_at,
    merged,
    order_id_of,
    order_of,
)
from quanqu.sell.checkout.contracts import Delivery

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "carts.md"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
CART = UUID("0199aaaa-0000-7000-8000-000000000000")


def table(head):
    lines = DOCUMENT.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"| {head}"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def lines(told):
    """Return the lines a cell means."""
    if told == "-":
        return {}
    units, *marks = told.split()
    return {
        (1, 0): CartLineDraft(1, int(units), is_saved="later" in marks, is_gift="gift" in marks)
    }


@pytest.mark.parametrize("row", table("member"), ids=" + ".join)
def test_carts_come_together_as_the_table_says(row):
    mine, guest, together = map(lines, row)
    assert merged(mine, guest) == together


def test_a_cart_has_so_many_lines():
    many = {(item, 0): CartLineDraft(item, 1) for item in range(MOST_CART_LINES)}
    assert len(merged(many, {})) == MOST_CART_LINES
    with pytest.raises(CartLineError):
        merged(many, {(10**6, 0): CartLineDraft(10**6, 1)})


def test_carts_lie_as_long_as_the_table_says():
    kinds = {
        "a member": (CartKind.SHOPPER, True),
        "a guest": (CartKind.SHOPPER, False),
        "a store's desk": (CartKind.DESK, False),
    }
    told = dict(table("cart of"))
    assert told.keys() == kinds.keys()
    for who, (kind, is_member) in kinds.items():
        days = int(told[who].split()[0])
        assert ends_at(kind, is_member=is_member, now=NOW) == NOW + timedelta(days=days)
    text = DOCUMENT.read_text()
    assert f"for {ABANDONED_AFTER.seconds // 3600} hour is told once" in text
    assert f"after {STUCK_AFTER.seconds // 60} minutes was left" in text


@pytest.mark.parametrize(
    ("delivery", "wishes", "places"),
    [
        (Delivery.CARRY_OUT, (None, 7), (1, 7)),
        (Delivery.PICKUP, (None, 7), (5, 7)),
        (Delivery.SHIP, (None, None), (None, None)),
        (Delivery.SHIP, (None, 7), (1, 7)),
    ],
)
def test_lines_come_from_where_they_are_wished(delivery, wishes, places):
    told = [CartLineDraft(item, 1, wish) for item, wish in enumerate(wishes)]
    pickup = 5 if delivery is Delivery.PICKUP else None
    draft = PlacingDraft((), delivery, pickup)
    found = order_of(
        CART, [*told, CartLineDraft(9, 1, is_saved=True)], draft,
        place_key=1, currency="CNY", subject_key=None,
    )  # fmt: skip
    assert found.id == order_id_of(CART)
    assert tuple(one.from_place_key for one in found.lines) == places
