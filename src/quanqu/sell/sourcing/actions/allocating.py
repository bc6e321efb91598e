"""Allocate a request once, and move what a place cannot ship."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.sourcing.actions.deciding import (
    Held,
    Wish,
    decide_and_hold,
)
from quanqu.sell.sourcing.actions.records import record_decision
from quanqu.sell.sourcing.contracts import (
    Decision,
    DecisionNotFoundError,
    NothingToMoveError,
    OrderLine,
    Parcel,
    Question,
    RequestReusedError,
    ShippedLine,
    WaveOrder,
)
from quanqu.sell.sourcing.models import Decision as DecisionRow
from quanqu.sell.sourcing.models import Request
from quanqu.sell.sourcing.queries.decisions import as_decision, parcels_in, unfilled_in
from quanqu.sell.sourcing.queries.versions import acting
from quanqu.sell.sourcing.rules.choosing import keeps_nothing, merged
from quanqu.sell.sourcing.rules.digests import digest

FIRST: Final = "ordered"
LONGEST_CAUSE: Final = 100


def allocate(
    *,
    actor: Actor,
    request_id: UUID,
    owner: str,
    question: Question,
    expires_at: datetime | None,
    now: datetime,
    buyer: str = "",
) -> Decision:
    """Decide where an order ships from and hold the goods there, in one act.

    `request_id`: asked again under the same id, the first decision counts, whatever has become of
    it.  `owner`: what the goods are held for.  `expires_at`: when the holds end by themselves;
    None: they are allocations.  `buyer`: who buys, for limits per buyer; it is not kept.
    Every parcel has a hold of its own.  Where others take goods or
    capacity meanwhile, it is decided again without them.  An order that cannot be shipped whole is
    a decision too: `unfilled` and `unfillable` tell.
    Locks: the request, levels by (place, item), loads by (place, day).
    Raises: QuestionError, RequestReusedError, SourcingContestedError, BuyerLimitError,
    NotAllowedError.
    """
    asked = WaveOrder(request_id, owner, question, expires_at)
    return allocate_at(actor=actor, order=asked, only=None, cause=FIRST, now=now, buyer=buyer)


def allocate_at(
    *, actor: Actor, order: WaveOrder, only: int | None, cause: str, now: datetime, buyer: str = ""
) -> Decision:
    """Allocate an order, at the one place first if it is told."""
    request_id, owner = order.request_id, order.owner
    asked = replace(order.question, lines=merged(order.question.lines))
    told = digest(asked)
    with transaction.atomic():
        row, is_new = _claim(request_id, owner, asked, told, now)
        if not is_new:
            if (row.digest, row.owner) != (told, owner):
                raise RequestReusedError(ref=encode("srq", request_id))
            return as_decision(_latest(row))
        force = acting(asked.company_key, asked.channel)
        wish = Wish(request_id, 0, owner, asked, order.expires_at, only=only, buyer=buyer)
        held = decide_and_hold(actor=actor, wish=wish, acting=force, now=now)
        left = held.choice.unfilled if held.parcels else range(len(asked.lines))
        decided = record_decision(
            row,
            wish,
            held,
            force,
            parcels=held.parcels,
            unfilled=tuple(_shipped(asked.lines[at]) for at in left),
            cause=cause,
            move_id=None,
            now=now,
        )
        return as_decision(decided)


def move(
    *,
    actor: Actor,
    request_id: UUID,
    move_id: UUID,
    question: Question,
    items: Collection[tuple[int, int]],
    closed: Collection[int] = (),
    cause: str,
    expires_at: datetime | None,
    now: datetime,
    buyer: str = "",
) -> Decision:
    """Ship items from elsewhere, because a place found too few of them or refused.

    `items`: (place, item) to move; none of them is asked of that place again, and nothing is asked
    of the places `closed`.  The new holds are placed and the old ones given free in one act; lines
    of the same parcel that do not move are held again with it.  Where the rest cannot be shipped
    and a person is to decide or the order is to go, the holds stay as they are and the decision
    says what is unfilled.  The same move again gives the decision as it stands.
    `question`: the order as at first; its lines give value and weight.
    Raises: DecisionNotFoundError; NothingToMoveError where no parcel has one of the items;
    QuestionError, SourcingContestedError, HoldSettledError where goods have left.
    """
    with transaction.atomic():
        row = Request.objects.select_for_update().filter(request_id=request_id).first()
        if row is None or row.revision < 0:
            raise DecisionNotFoundError(ref=encode("srq", request_id))
        last = _latest(row)
        if DecisionRow.objects.filter(request=row, move_id=move_id).exists():
            return as_decision(last)
        parcels = parcels_in(last)
        leaving = [one for one in parcels if _lines_of(one, items)]
        if not leaving:
            raise NothingToMoveError(ref=encode("srq", request_id))
        lines = _asked_again(question, leaving, items)
        asked = replace(question, company_key=row.company_key, lines=lines)
        wish = replace(_wish(row, asked, leaving, items, closed, expires_at), buyer=buyer)
        force = acting(row.company_key, row.channel)
        held = decide_and_hold(actor=actor, wish=wish, acting=force, now=now)
        decided = record_decision(
            row,
            wish,
            held,
            force,
            parcels=_after(parcels, leaving, wish, held),
            unfilled=_left(last, asked, held),
            cause=cause[:LONGEST_CAUSE],
            move_id=move_id,
            now=now,
        )
        return as_decision(decided)


def _claim(
    request_id: UUID, owner: str, asked: Question, told: str, now: datetime
) -> tuple[Request, bool]:
    """Return the row of a request, locked, and whether it is new.

    Who asks the same at the same time waits here until the first has committed.
    """
    row = Request(
        request_id=request_id,
        company_key=asked.company_key,
        channel=asked.channel,
        owner=owner,
        digest=told,
        asked_at=now,
        revision=-1,
        is_filled=False,
    )
    Request.objects.bulk_create([row], ignore_conflicts=True)
    kept = Request.objects.select_for_update().get(request_id=request_id)
    return kept, kept.revision < 0


def _latest(row: Request) -> DecisionRow:
    return DecisionRow.objects.select_related("request", "version").get(
        request=row, revision=row.revision
    )


def _lines_of(parcel: Parcel, items: Collection[tuple[int, int]]) -> tuple[ShippedLine, ...]:
    """Return the lines of a parcel that move."""
    return tuple(one for one in parcel.lines if (parcel.place_key, one.variant_key) in items)


def _asked_again(
    question: Question, leaving: Sequence[Parcel], items: Collection[tuple[int, int]]
) -> tuple[OrderLine, ...]:
    """Return the lines that move, with value and weight by their share of the order's."""
    whole = {line.variant_key: line for line in merged(question.lines)}
    found = []
    for line in (line for one in leaving for line in _lines_of(one, items)):
        told = whole.get(line.variant_key, OrderLine(line.variant_key, line.quantity))
        found.append(
            OrderLine(
                line.variant_key,
                line.quantity,
                told.value_minor * line.quantity // told.quantity,
                told.weight_g * line.quantity // told.quantity,
            )
        )
    return merged(tuple(found))


def _wish(
    row: Request,
    asked: Question,
    leaving: Sequence[Parcel],
    items: Collection[tuple[int, int]],
    closed: Collection[int],
    expires_at: datetime | None,
) -> Wish:
    revision = row.revision + 1
    kept = []
    for one in leaving:
        moving = _lines_of(one, items)
        rest = tuple(line for line in one.lines if line not in moving)
        if rest:
            hold_id = uuid5(row.request_id, f"{revision}/{one.hold_id}")
            kept.append(replace(one, lines=rest, hold_id=hold_id))
    stays = {one.place_key for one in kept}
    return Wish(
        request_id=row.request_id,
        revision=revision,
        owner=row.owner,
        question=asked,
        expires_at=expires_at,
        release=tuple(one.hold_id for one in leaving if one.hold_id is not None),
        taken=tuple((one.place_key, one.day) for one in leaving if one.place_key not in stays),
        kept=tuple(kept),
        without=frozenset(items),
        closed=frozenset(closed),
    )


def _after(
    parcels: Sequence[Parcel], leaving: Sequence[Parcel], wish: Wish, held: Held
) -> tuple[Parcel, ...]:
    """Return the parcels of the request after a move; all of them where nothing was held."""
    if keeps_nothing(held.choice):
        return tuple(parcels)
    staying = [one for one in parcels if one not in leaving]
    return (*staying, *wish.kept, *held.parcels)


def _left(last: DecisionRow, asked: Question, held: Held) -> tuple[ShippedLine, ...]:
    """Return the lines of the request that stay behind after a move."""
    moved = {line.variant_key for line in asked.lines}
    before = [one for one in unfilled_in(last) if one.variant_key not in moved]
    lost = held.choice.unfilled
    if keeps_nothing(held.choice):
        lost = tuple(range(len(asked.lines)))
    return (*before, *(_shipped(asked.lines[at]) for at in lost))


def _shipped(line: OrderLine) -> ShippedLine:
    return ShippedLine(line.variant_key, line.quantity)
