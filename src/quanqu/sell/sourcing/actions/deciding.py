"""Decide where a request ships from and hold the goods there, in one act."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory.contracts import BuyerLimitError, HoldLine, HoldRequest, OverLimit
from quanqu.sell.inventory.facade import swap_holds
from quanqu.sell.sourcing.actions.loads import change_loads
from quanqu.sell.sourcing.contracts import (
    Parcel,
    Question,
    ShippedLine,
    SourcingContestedError,
)
from quanqu.sell.sourcing.queries.places import nodes_of
from quanqu.sell.sourcing.queries.stock import stock_for
from quanqu.sell.sourcing.queries.versions import Acting
from quanqu.sell.sourcing.rules.choosing import Choice, choose, keeps_nothing
from quanqu.sell.sourcing.rules.nodes import Nodes
from quanqu.sell.sourcing.rules.weighing import Stock

__all__ = ["MOST_TRIES", "Held", "Wish", "decide_and_hold", "parcels_of"]

MOST_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be decided and held.

    `release` and `taken`: holds and loads that are given free when the new ones are placed; `kept`:
    parcels that stay where they are with new holds, as some of their lines have gone.
    `without`: items at places (place, item) that are not asked; `closed`: places that are not.
    `buyer`: who buys, for items of which one buyer may have so much; it is not kept.
    `only`: the one place asked at the first try, as a wave was planned.
    """

    request_id: UUID
    revision: int
    owner: str
    question: Question
    expires_at: datetime | None
    release: tuple[UUID, ...] = ()
    taken: tuple[tuple[int, date], ...] = ()
    kept: tuple[Parcel, ...] = ()
    without: frozenset[tuple[int, int]] = frozenset()
    closed: frozenset[int] = frozenset()
    only: int | None = None
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What was decided, and held."""

    choice: Choice
    nodes: Nodes
    stock: Stock
    parcels: tuple[Parcel, ...]
    tries: int


@dataclass(slots=True)
class _Gone:
    """What others took while it was decided."""

    at: set[tuple[int, int]] = field(default_factory=set)
    full: set[int] = field(default_factory=set)


class _TakenError(Exception):
    """Takes back the holds of a decision whose capacity others took."""


def decide_and_hold(*, actor: Actor, wish: Wish, acting: Acting, now: datetime) -> Held:
    """Decide on what is there, and hold it; when others were faster, decide again without it.

    Runs in the caller's transaction.  Locks: levels by (place, item), then loads by (place, day).
    Raises: SourcingContestedError after MOST_TRIES; what the facade of stock raises.
    """
    gone = _Gone(set(wish.without), set(wish.closed))
    for tried in range(1, MOST_TRIES + 1):
        nodes = nodes_of(wish.question.company_key, now)
        stock = stock_for(
            actor,
            wish.question.lines,
            nodes,
            now,
            without=gone.at | {(p, i.variant_key) for p in gone.full for i in wish.question.lines},
            with_age=acting.wants_age,
            channel=wish.question.channel,
        )
        asked = wish.question
        if tried == 1 and wish.only is not None:
            asked = replace(asked, only_place_key=wish.only)
        choice = choose(acting.profile, asked, nodes, stock, now)
        if choice.unfilled and asked.only_place_key is not None:
            continue
        is_idle = keeps_nothing(choice)
        parcels = () if is_idle else parcels_of(choice, nodes, now, wish)
        if is_idle or _hold(actor, wish, parcels, nodes, gone, now):
            return Held(choice, nodes, stock, parcels, tried)
    raise SourcingContestedError(tries=MOST_TRIES)


def parcels_of(
    choice: Choice, nodes: Nodes, now: datetime, wish: Wish | None = None
) -> tuple[Parcel, ...]:
    """Return the parcels of a choice by place; of a wish, with the ids of their holds."""
    return tuple(
        Parcel(
            place_key=nodes.each[place].key,
            lines=tuple(
                ShippedLine(choice.lines[at].variant_key, choice.lines[at].quantity) for at in lines
            ),
            km=choice.km[number],
            cost_minor=choice.cost_minor[number],
            leaves_at=nodes.each[place].leaves_at or now,
            arrives_at=choice.arrives_at[number],
            day=nodes.each[place].today,
            hold_id=None if wish is None else _hold_id(wish, nodes.each[place].key),
        )
        for number, (place, lines) in enumerate(choice.parcels)
    )


def _hold(
    actor: Actor, wish: Wish, parcels: Sequence[Parcel], nodes: Nodes, gone: _Gone, now: datetime
) -> bool:
    """Hold the parcels and count their loads, or nothing; remember who was faster."""
    requests = [_request(wish, parcel) for parcel in (*wish.kept, *parcels)]
    limits = {node.key: node.limit for node in nodes.each}
    try:
        with transaction.atomic():
            answers = swap_holds(actor=actor, release=wish.release, requests=requests, now=now)
            short = {
                (one.line.place_key, one.line.variant_key) for told in answers for one in told.short
            }
            over = [one for told in answers for one in told.over]
            if over:
                raise BuyerLimitError(count=len(over))
            gone.at |= short
            if over := [one for told in answers for one in told.over]:
                raise _over(over)
            if short:
                return False
            given = [(parcel.place_key, parcel.day) for parcel in parcels]
            full = change_loads(given=given, taken=wish.taken, limits=limits)
            gone.full |= set(full)
            if full:
                raise _TakenError
    except _TakenError:
        return False
    return True


def _over(over: Sequence[OverLimit]) -> BuyerLimitError:
    """Return the refusal of items of which a buyer may have less."""
    labels = variant_labels(variant_keys={one.variant_key for one in over})
    told = [
        {"sku": labels[one.variant_key].sku, "asked": one.asked, "left": one.left, "most": one.most}
        for one in over
    ]
    return BuyerLimitError(count=len(told), over=told)


def _request(wish: Wish, parcel: Parcel) -> HoldRequest:
    lines = tuple(
        HoldLine(parcel.place_key, line.variant_key, line.quantity) for line in parcel.lines
    )
    hold_id = parcel.hold_id or _hold_id(wish, parcel.place_key)
    return HoldRequest(
        hold_id,
        wish.owner,
        lines,
        wish.expires_at,
        channel=wish.question.channel,
        buyer=wish.buyer,
    )


def _hold_id(wish: Wish, place_key: int) -> UUID:
    """Return the id of a parcel's hold: always the same for a request, a revision and a place."""
    return uuid5(wish.request_id, f"{wish.revision}/{place_key}")
