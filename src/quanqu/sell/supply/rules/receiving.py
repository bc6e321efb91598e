"""What may come of an order, and which movements of stock it is.

Source: docs/rules/supply.md#receiving.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from quanqu.sell.inventory.contracts import Movement, MovementKind, StockState
from quanqu.sell.supply.contracts import (
    OrderChangeError,
    OverDeliveryError,
    PurchaseDraft,
    PurchaseLine,
    ReceiptDraft,
    ReceiptLineError,
)

__all__ = [
    "check_receipt",
    "check_shrinking",
    "check_time",
    "incoming",
    "most_of",
    "receipt_movements",
    "rest_of",
]

_LARGEST: Final = 20_000_000
_AHEAD: Final = timedelta(minutes=5)


def most_of(ordered: int, over_rate: Decimal) -> int:
    """Return how many units of a line may come: what is ordered and the tolerance, whole units."""
    return ordered + int((over_rate * ordered).to_integral_value(rounding=ROUND_FLOOR))


def rest_of(ordered: int, received: int) -> int:
    """Return how many units of a line are still to come."""
    return max(ordered - received, 0)


def check_receipt(draft: ReceiptDraft, lines: Mapping[int, PurchaseLine]) -> None:
    """Refuse a delivery that cannot be, by the number of the order's line.

    `lines`: the order's lines by number.
    Raises: ReceiptLineError; OverDeliveryError beyond the tolerance.
    """
    if not 1 <= len(draft.reference.strip()) <= 80 or "\0" in draft.reference:
        raise ReceiptLineError(line=0, reason="the reference has 1 to 80 characters")
    if len(draft.note) > 1000 or "\0" in draft.note:
        raise ReceiptLineError(line=0, reason="the note has up to 1000 characters")
    if not any(one.good or one.damaged for one in draft.lines):
        raise ReceiptLineError(line=0, reason="a receipt has at least one unit")
    seen: set[int] = set()
    for one in draft.lines:
        line = lines.get(one.line_no)
        if line is None or one.line_no in seen:
            problem = "the order has no such line" if line is None else "the line comes twice"
            raise ReceiptLineError(line=one.line_no, reason=problem)
        seen.add(one.line_no)
        if not (0 <= one.good <= _LARGEST and 0 <= one.damaged <= _LARGEST):
            raise ReceiptLineError(line=one.line_no, reason="the quantity is below zero or huge")
        units = line.received + one.good + one.damaged
        if units > line.most:
            raise OverDeliveryError(
                line=one.line_no, units=units, excess=units - line.most, most=line.most
            )


def check_time(received_at: datetime, *, sent_at: datetime | None, now: datetime) -> None:
    """Refuse a time that cannot be: to come, but for clocks that go ahead a little, or before the
    order was sent. Raises: ReceiptLineError."""
    if received_at > now + _AHEAD:
        raise ReceiptLineError(line=0, reason="the time of the receipt is still to come")
    if sent_at is not None and received_at < sent_at:
        raise ReceiptLineError(line=0, reason="the order had not been sent by then")


def receipt_movements(
    draft: ReceiptDraft, lines: Mapping[int, PurchaseLine], place_key: int
) -> tuple[Movement, ...]:
    """Return what a checked delivery does to stock.

    All units come on hand and leave what is incoming, as far as that reaches; damaged ones go on
    from hand to damaged.
    """
    moved: list[Movement] = []
    for one in draft.lines:
        line, units = lines[one.line_no], one.good + one.damaged
        for kind, state, quantity in (
            (MovementKind.RECEIPT, StockState.INCOMING, -min(units, line.open)),
            (MovementKind.RECEIPT, StockState.ON_HAND, units),
            (MovementKind.DAMAGE, StockState.ON_HAND, -one.damaged),
            (MovementKind.DAMAGE, StockState.DAMAGED, one.damaged),
        ):
            if quantity:
                moved.append(Movement(place_key, line.variant_key, kind, state, quantity))
    return tuple(moved)


def incoming(changes: Mapping[int, int], place_key: int) -> tuple[Movement, ...]:
    """Return what changes of incoming stock, by item."""
    return tuple(
        Movement(place_key, variant, MovementKind.INCOMING, StockState.INCOMING, units)
        for variant, units in sorted(changes.items())
        if units
    )


def check_shrinking(draft: PurchaseDraft, lines: Sequence[PurchaseLine]) -> dict[int, int]:
    """Refuse a change of a sent order that is more than fewer units or other days.

    Returns the new quantity of each line by its number; a line that is left out gets what came.
    Raises: OrderChangeError.
    """
    wanted = {one.variant_key: one for one in draft.lines}
    unknown = set(wanted) - {line.variant_key for line in lines}
    if unknown:
        problem = "a sent order takes no further items: order them anew"
        raise OrderChangeError(line=len(lines) + 1, reason=problem)
    found = {}
    for line in lines:
        told = wanted.get(line.variant_key)
        quantity = told.quantity if told else line.received
        if quantity > line.ordered:
            problem = "a sent order does not grow: order the rest anew"
            raise OrderChangeError(line=line.line_no, reason=problem)
        if quantity < line.received:
            problem = f"{line.received} units have come already"
            raise OrderChangeError(line=line.line_no, reason=problem)
        if told and told.unit_cost_minor not in (None, line.unit_cost.minor):
            problem = "the cost of a sent order is agreed"
            raise OrderChangeError(line=line.line_no, reason=problem)
        found[line.line_no] = quantity
    return found
