"""Hold the goods of an order as it is after an edit, in one act with what is given free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.locking import set_part
from quanqu.sell.checkout.actions.sourcing import question_of
from quanqu.sell.checkout.contracts import LiveLine, NotEnoughError, PartState
from quanqu.sell.checkout.models import Line, Order, Part
from quanqu.sell.checkout.queries.drops import drop_days
from quanqu.sell.checkout.queries.places import buyer_of, channel_of
from quanqu.sell.checkout.rules.parts import OPEN
from quanqu.sell.inventory.contracts import Hold, HoldLine, HoldRequest
from quanqu.sell.inventory.facade import swap_holds
from quanqu.sell.sourcing.contracts import DecisionNotFoundError, Parcel, ShippedLine
from quanqu.sell.sourcing.facade import allocate, amend

__all__ = ["NOWHERE", "Beside", "hold_edited"]

NOWHERE: Final = 0
"""The place of an added line for which none was named."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Holds of another order that are given free, or wanted, in the same act."""

    release: tuple[UUID, ...] = ()
    requests: tuple[HoldRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that leave one place together, instead of a part that is there (None: nothing)."""

    part: Part | None
    place_key: int
    drop_no: int
    lines: tuple[LiveLine, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """An order whose goods change: how it was, how it is to be, under which name."""

    row: Order
    parts: Sequence[Part]
    before: Sequence[LiveLine]
    edit_id: UUID
    now: datetime
    beside: Beside


def hold_edited(
    row: Order,
    parts: Sequence[Part],
    before: Sequence[LiveLine],
    wanted: Sequence[LiveLine],
    *,
    edit_id: UUID,
    now: datetime,
    beside: Beside = Beside(),
) -> None:
    """Hold what a locked order is to be, give free what it is no longer, and write its lines.

    A part whose lines change is given up for a new one, so that whoever works at it sees it: its
    goods change hands in the same act.  Added lines without a place come from the first place that
    has them among those the order leaves from; else from where sourcing says, if it decided before.
    Locks: levels by (place, item), then what sourcing locks.
    Raises: NotEnoughError.
    """
    work = _Work(row, parts, before, edit_id, now, beside)
    answers: list[Hold] = []
    for place in _candidates(work, wanted):
        placed = [
            replace(one, from_place_key=place) if one.from_place_key == NOWHERE else one
            for one in wanted
        ]
        groups = _groups(work, placed)
        answers = _swap(work, groups)
        if all(one.is_granted for one in answers):
            _write(work, groups, ())
            return
    free = [one for one in wanted if one.from_place_key == NOWHERE]
    if free and row.sourcing_id is not None:
        parcels = _sourced(work, free)
        groups = _groups(work, [one for one in wanted if one.from_place_key != NOWHERE])
        answers = _swap(work, groups)
        if all(one.is_granted for one in answers):
            _write(work, groups, parcels, free)
            return
    raise _short(answers, wanted)


def _candidates(work: _Work, wanted: Sequence[LiveLine]) -> list[int]:
    """Return the places to try for lines without one; one attempt where all have theirs."""
    if all(one.from_place_key != NOWHERE for one in wanted):
        return [NOWHERE]
    row = work.row
    leaving = [one.place_key for one in work.parts if one.state in OPEN]
    own = [] if row.sourcing_id is not None else [row.pickup_place_key or row.place_key]
    return list(dict.fromkeys([*leaving, *own]))


def _groups(work: _Work, wanted: Sequence[LiveLine]) -> list[_Group]:
    """Return what changes: for each part whose lines differ those it keeps, and new places."""
    is_open = {one.no: one for one in work.parts if one.state in OPEN}
    was: dict[int, set[tuple[int, int, int]]] = {}
    for one in work.before:
        was.setdefault(one.part_no, set()).add((one.line_no, one.quantity, one.from_place_key))
    at: dict[tuple[int, int], int] = {}
    for number, part in is_open.items():
        at.setdefault((part.place_key, part.drop_no), number)
    told: dict[int | tuple[int, int], list[LiveLine]] = {number: [] for number in is_open}
    for one in wanted:
        stays, goes = is_open.get(one.part_no), (one.from_place_key, one.drop_no)
        if one.part_no and stays is None:
            continue  # it has left
        if stays is not None and (stays.place_key, stays.drop_no) == goes:
            told[one.part_no].append(one)
        elif goes in at:
            told[at[goes]].append(one)
        else:
            told.setdefault(goes, []).append(one)
    groups = []
    for key, lines in told.items():
        found = is_open.get(key) if isinstance(key, int) else None
        now = {(one.line_no, one.quantity, one.from_place_key) for one in lines}
        if found is None or now != was.get(found.no, set()):
            place = found.place_key if found else lines[0].from_place_key
            drop = found.drop_no if found else lines[0].drop_no
            groups.append(_Group(found, place, drop, tuple(lines)))
    return groups


def _swap(work: _Work, groups: Sequence[_Group]) -> list[Hold]:
    row = work.row
    requests = [
        HoldRequest(
            _hold_id(work, one),
            encode("ord", row.id),
            tuple(HoldLine(one.place_key, line.variant_key, line.quantity) for line in one.lines),
            None,
            channel=channel_of(row.place_key),
            buyer=buyer_of(row.subject_key),
        )
        for one in groups
        if one.lines
    ]
    release = [one.part.hold_id for one in groups if one.part is not None]
    return swap_holds(
        actor=SYSTEM,
        release=[*release, *work.beside.release],
        requests=[*requests, *work.beside.requests],
        now=work.now,
    )


def _hold_id(work: _Work, group: _Group) -> UUID:
    named = f"at {group.place_key} {group.part.no if group.part else 0}"
    return uuid5(work.edit_id, f"{named} to {group.drop_no}" if group.drop_no else named)


def _sourced(work: _Work, lines: Sequence[LiveLine]) -> tuple[Parcel, ...]:
    """Let sourcing decide where added lines come from. Raises: NotEnoughError."""
    row = work.row
    decision = allocate(
        actor=SYSTEM,
        request_id=uuid5(work.edit_id, "sourced"),
        owner=encode("ord", row.id),
        question=question_of(row, lines),
        expires_at=None,
        now=work.now,
        buyer=buyer_of(row.subject_key),
    )
    if decision.unfilled:
        left = {one.variant_key for one in decision.unfilled}
        raise _lacking([one for one in lines if one.variant_key in left], {})
    return decision.parcels


def _write(
    work: _Work, groups: Sequence[_Group], parcels: Sequence[Parcel], free: Sequence[LiveLine] = ()
) -> None:
    """Write the parts and lines of a locked order whose goods are held."""
    row, number = work.row, max(one.no for one in work.parts)
    made: list[tuple[int, UUID, int, int, tuple[LiveLine, ...]]] = []
    for group in groups:
        if group.part is not None:
            set_part(group.part, PartState.CANCELLED, work.now)
        if group.lines:
            number += 1
            at = (number, _hold_id(work, group), group.place_key, group.drop_no)
            made.append((*at, group.lines))
    for parcel in parcels:
        items = {one.variant_key for one in parcel.lines}
        mine = tuple(one for one in free if one.variant_key in items)
        if parcel.hold_id is not None and mine:
            number += 1
            made.append((number, parcel.hold_id, parcel.place_key, 0, mine))
    days = drop_days(row.key)
    Part.objects.bulk_create(
        Part(order_key=row.key, no=no, place_key=place, hold_id=hold_id, drop_no=drop,
             wanted_on=days.get(drop), state=PartState.WAITING.value, changed_at=work.now)
        for no, hold_id, place, drop, _ in made
    )  # fmt: skip
    touched = [one for group in groups for one in group.lines]
    numbers = {one.line_no for one in work.before if one.part_no in
               {group.part.no for group in groups if group.part}}  # fmt: skip
    gone = numbers | {one.line_no for one in touched} | {one.line_no for one in free}
    Line.objects.filter(order_key=row.key, line_no__in=gone).delete()
    Line.objects.bulk_create(
        _row(row, one, part_no=no, place_key=place)
        for no, _, place, _, lines in made
        for one in lines
    )
    _tell_sourcing(work, groups, parcels)


def _row(row: Order, line: LiveLine, *, part_no: int, place_key: int) -> Line:
    return Line(
        order_key=row.key,
        line_no=line.line_no,
        variant_key=line.variant_key,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        amount_minor=line.amount_minor,
        from_place_key=place_key,
        part_no=part_no,
        drop_no=line.drop_no,
    )


def _tell_sourcing(work: _Work, groups: Sequence[_Group], parcels: Sequence[Parcel]) -> None:
    """Let the decision of sourcing be what is held now, so that it can move it again."""
    if work.row.sourcing_id is None:
        return
    changed: dict[UUID, tuple[UUID, tuple[ShippedLine, ...]] | None] = {
        one.part.hold_id: (_hold_id(work, one), _shipped(one.lines)) if one.lines else None
        for one in groups
        if one.part is not None
    }
    fresh = [
        Parcel(
            place_key=one.place_key,
            lines=_shipped(one.lines),
            km=None,
            cost_minor=0,
            leaves_at=work.now,
            arrives_at=work.now,
            day=work.now.date(),
            hold_id=_hold_id(work, one),
        )
        for one in groups
        if one.part is None and one.lines
    ]
    try:
        amend(
            request_id=work.row.sourcing_id,
            amend_id=work.edit_id,
            changed=changed,
            added=parcels,
            uncounted=fresh,
            cause="edited",
            now=work.now,
        )
    except DecisionNotFoundError:  # its request is too old to be known
        work.row.sourcing_id = None
        Order.objects.filter(key=work.row.key).update(sourcing_id=None)


def _shipped(lines: Iterable[LiveLine]) -> tuple[ShippedLine, ...]:
    units: dict[int, int] = {}
    for one in lines:
        units[one.variant_key] = units.get(one.variant_key, 0) + one.quantity
    return tuple(ShippedLine(variant, count) for variant, count in units.items())


def _short(answers: Sequence[Hold], wanted: Sequence[LiveLine]) -> Exception:
    available = {
        (one.line.place_key, one.line.variant_key): one.available
        for answer in answers
        for one in answer.short
    }
    lacking = {variant for _, variant in available}
    over = [one for answer in answers for one in answer.over]
    if over and not lacking:
        lacking = {one.variant_key for one in over}
    return _lacking(
        [one for one in wanted if one.variant_key in lacking],
        {variant: units for (_, variant), units in available.items()},
    )


def _lacking(lines: Sequence[LiveLine], available: Mapping[int, int]) -> NotEnoughError:
    short = [
        {"line": one.line_no, "sku": one.sku, "asked": one.quantity,
         "available": available.get(one.variant_key, 0)}
        for one in lines
    ]  # fmt: skip
    return NotEnoughError(count=len(short), short=short)
