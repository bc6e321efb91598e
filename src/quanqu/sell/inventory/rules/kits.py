"""Kits in their parts: what is held, what is available, what is short.

Source: docs/rules/stock-kits.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    MOST_PARTS,
    Hold,
    HoldLine,
    HoldRequest,
    Kit,
    KitError,
    KitPart,
    Movement,
    Shortage,
)
from quanqu.sell.inventory.rules.admission import At

__all__ = ["check_parts", "in_parts", "kit_lines", "kit_units", "moved_parts", "told_of_kits"]

Kits = Mapping[int, Sequence[KitPart]]


def check_parts(kit: Kit, kits: Kits, parts_of_kits: frozenset[int]) -> None:
    """Refuse a kit that cannot be; `parts_of_kits`: items that are parts of other kits.

    Raises: KitError.
    """
    keys = [one.variant_key for one in kit.parts]
    if not 1 <= len(keys) <= MOST_PARTS:
        raise KitError(problem=f"it has 1 to {MOST_PARTS} parts")
    if len(set(keys)) != len(keys):
        raise KitError(problem="a part is named twice")
    if any(not 1 <= one.quantity <= LARGEST_QUANTITY for one in kit.parts):
        raise KitError(problem=f"there are 1 to {LARGEST_QUANTITY} of each part")
    if kit.variant_key in keys:
        raise KitError(problem="it is made of itself")
    if set(keys) & kits.keys():
        raise KitError(problem="a part is a kit itself")
    if kit.variant_key in parts_of_kits:
        raise KitError(problem="it is a part of another kit")


def in_parts(request: HoldRequest, kits: Kits) -> HoldRequest:
    """Return a request with the parts of its kits in their place."""
    lines: list[HoldLine] = []
    for line in request.lines:
        parts = kits.get(line.variant_key)
        if parts is None:
            lines.append(line)
            continue
        lines += [
            HoldLine(line.place_key, part.variant_key, line.quantity * part.quantity)
            for part in parts
        ]
    return replace(request, lines=tuple(lines))


def kit_lines(request: HoldRequest, kits: Kits) -> list[HoldLine]:
    """Return what a request asks of kits, summed up by place and kit."""
    asked: dict[At, int] = {}
    for line in request.lines:
        if line.variant_key in kits:
            at = (line.place_key, line.variant_key)
            asked[at] = asked.get(at, 0) + line.quantity
    return [HoldLine(*at, quantity) for at, quantity in asked.items()]


def moved_parts(movements: Sequence[Movement], kits: Kits) -> tuple[Movement, ...]:
    """Return movements with those of kits made by their parts."""
    moved: list[Movement] = []
    for one in movements:
        parts = kits.get(one.variant_key)
        if parts is None:
            moved.append(one)
            continue
        moved += [
            replace(
                one, variant_key=part.variant_key, quantity=one.quantity * part.quantity, lot=""
            )
            for part in parts
        ]
    return tuple(moved)


def kit_units(parts: Sequence[KitPart], units: Mapping[At, int]) -> dict[int, int]:
    """Return how many kits there are at each place: the least over its parts."""
    places = [{place for place, item in units if item == part.variant_key} for part in parts]
    found = {
        place: min(units[place, part.variant_key] // part.quantity for part in parts)
        for place in set.intersection(*places)
    }
    return {place: count for place, count in found.items() if count > 0}


def told_of_kits(answer: Hold, request: HoldRequest, kits: Kits) -> Hold:
    """Return an answer about parts as one about the lines that were asked for.

    Of a short line less is available than asked for, also where only what other lines of the same
    request want of a part makes it short.
    """
    short = {(one.line.place_key, one.line.variant_key): one for one in answer.short}
    told: dict[At, Shortage] = {}
    for line in request.lines:
        at, parts = (line.place_key, line.variant_key), kits.get(line.variant_key)
        if parts is None:
            if at in short:
                told[at] = short[at]
            continue
        fits = [
            short[line.place_key, part.variant_key].available // part.quantity
            for part in parts
            if (line.place_key, part.variant_key) in short
        ]
        if fits:
            told[at] = Shortage(line, min([*fits, line.quantity - 1]))
    queued = [
        at
        for at in told
        if {at, *((at[0], part.variant_key) for part in kits.get(at[1], ()))} & set(answer.queued)
    ]
    return replace(
        answer,
        short=tuple(told.values()),
        is_of_kits=bool(kit_lines(request, kits)),
        queued=tuple(queued),
    )
