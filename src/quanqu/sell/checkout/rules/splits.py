"""Lines that are parted and put together again. Source: docs/rules/order-edits.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from quanqu.sell.checkout.contracts import (
    Delivery,
    LineSplit,
    LiveLine,
    OrderEdit,
    OrderEditError,
    OrderLineError,
    PartState,
)
from quanqu.sell.checkout.contracts.words import MOST_LINES
from quanqu.sell.checkout.rules.edits import ADDRESS_WORDS, CONTACT_WORDS
from quanqu.sell.checkout.rules.parts import OPEN

__all__ = ["SplitAt", "with_splits"]


@dataclass(frozen=True, slots=True)
class SplitAt:
    """What a split may lean on: how its order travels, which day it is there, the line and drop
    numbers that are free, where parts stand."""

    ref: str
    delivery: Delivery
    today: date
    first_line: int
    first_drop: int
    parts: Mapping[int, PartState]


def with_splits(
    edit: OrderEdit, lines: Sequence[LiveLine], at: SplitAt
) -> tuple[tuple[LiveLine, ...], dict[int, tuple[int, LineSplit]]]:
    """Return the lines as splits and joins leave them, and the new drops: number to the drop the
    split line had and the split.  Units and money stay as they are.

    Raises: OrderEditError, OrderLineError.
    """
    told = {one.line_no: one for one in lines}
    drops: dict[int, tuple[int, LineSplit]] = {}
    same: dict[tuple[object, ...], int] = {}
    for number, split in enumerate(edit.splits, at.first_line):
        line = _open(told, split.line_no, at)
        _check(split, line, at)
        drop = line.drop_no
        if split.contact is not None or split.wanted_on is not None:
            contact = tuple(sorted(split.contact.items())) if split.contact is not None else None
            drop = same.setdefault(
                (line.drop_no, contact, split.wanted_on), at.first_drop + len(same)
            )
            drops.setdefault(drop, (line.drop_no, split))
        told[line.line_no] = _with(line, line.quantity - split.quantity)
        told[number] = replace(
            _with(line, split.quantity),
            line_no=number,
            from_place_key=split.place_key or line.from_place_key,
            drop_no=drop,
            part_no=line.part_no if drop == line.drop_no else 0,
        )
    for join in edit.joins:
        line, into = _open(told, join.line_no, at), _open(told, join.into, at)
        if line.line_no == into.line_no or (line.variant_key, line.unit_price_minor) != (
            into.variant_key, into.unit_price_minor,
        ):  # fmt: skip
            problem = f"lines {join.line_no} and {join.into} are not the same item at one price"
            raise OrderEditError(ref=at.ref, problem=problem)
        told[into.line_no] = _with(into, into.quantity + line.quantity)
        del told[line.line_no]
    if len(told) > MOST_LINES:
        raise OrderLineError(line=0, problem=f"an order has 1 to {MOST_LINES} lines")
    return tuple(told[number] for number in sorted(told)), drops


def _open(lines: Mapping[int, LiveLine], number: int, at: SplitAt) -> LiveLine:
    line = lines.get(number)
    if line is None:
        raise OrderEditError(ref=at.ref, problem=f"there is no line {number}")
    if line.part_no and at.parts[line.part_no] not in OPEN:
        raise OrderEditError(ref=at.ref, problem=f"line {number} has left")
    return line


def _check(split: LineSplit, line: LiveLine, at: SplitAt) -> None:
    if not 1 <= split.quantity < line.quantity:
        problem = f"1 to {line.quantity - 1} of its units can be split off"
        raise OrderLineError(line=split.line_no, problem=problem)
    is_elsewhere = split.place_key is not None and split.place_key != line.from_place_key
    if not is_elsewhere and split.contact is None and split.wanted_on is None:
        problem = "what is split off needs another place, day or address"
        raise OrderEditError(ref=at.ref, problem=problem)
    if split.contact is not None:
        if at.delivery is not Delivery.SHIP:
            raise OrderEditError(ref=at.ref, problem="what is not sent has no address")
        wanted = {name for name, text in split.contact.items() if text}
        if wanted - ADDRESS_WORDS - CONTACT_WORDS or not wanted & ADDRESS_WORDS:
            raise OrderEditError(ref=at.ref, problem="the other address is not told")
    if split.wanted_on is not None and split.wanted_on < at.today:
        raise OrderEditError(ref=at.ref, problem="the day it is to leave has passed")


def _with(line: LiveLine, quantity: int) -> LiveLine:
    return replace(line, quantity=quantity, amount_minor=quantity * line.unit_price_minor)
