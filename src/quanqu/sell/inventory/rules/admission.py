"""Decide requests to hold in the order they came: all lines of each, or none.

Source: docs/rules/stock-channels.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quanqu.sell.inventory.contracts import (
    BuyerLimit,
    Hold,
    HoldLine,
    HoldRequest,
    OverLimit,
    Shortage,
)

__all__ = [
    "Admission",
    "At",
    "AtChannel",
    "ChannelShare",
    "OfBuyer",
    "Queues",
    "admit",
    "can_have",
    "over_limits",
]

At = tuple[int, int]
"""An item at a place: (place key, variant key)."""
AtChannel = tuple[int, int, str]
"""An item at a place for a channel."""
OfBuyer = tuple[int, str]
"""An item and who buys it."""


@dataclass(frozen=True, slots=True)
class ChannelShare:
    """What a channel has of an item at a place: kept for it alone, and withheld from it."""

    kept: int = 0
    buffer: int = 0


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to a request, and how much of what is kept for its channel goes into it."""

    hold: Hold
    drawn: Mapping[At, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queues:
    """Where others wait in line.

    `rest`: how much of an item at a place whoever does not wait can still have.  `is_turn`: the
    requests are of those who wait, each line in its order: none is served before who stands ahead.
    """

    rest: Mapping[At, int] = field(default_factory=dict)
    is_turn: bool = False


_NO_SHARE = ChannelShare()
_NO_QUEUES = Queues()


def admit(
    available: Mapping[At, int],
    requests: Sequence[HoldRequest],
    shares: Mapping[AtChannel, ChannelShare] | None = None,
    limits: Sequence[BuyerLimit] = (),
    had: Mapping[OfBuyer, int] | None = None,
    queues: Queues = _NO_QUEUES,
) -> list[Admission]:
    """Answer each request from what those before it left.

    `available`: units that anybody can be promised, by place and item; what is not in it is not
    there.  `shares`: what channels have beside that.  `limits` and `had`: what one buyer may have
    of items, and had within their windows.  A request that names an item at a place twice asks for
    the sum.
    """
    left, told, used, rest = dict(available), dict(shares or {}), dict(had or {}), dict(queues.rest)
    by_item = {one.variant_key: one for one in limits}
    answers = []
    for request in requests:
        over = over_limits(by_item, used, request)
        if over:
            answers.append(Admission(Hold(request.request_id, over=over)))
            continue
        answers.append(_admit_one(left, told, rest, request))
        if queues.is_turn and not answers[-1].hold.is_granted:
            rest |= {(line.place_key, line.variant_key): 0 for line in request.lines}
        if answers[-1].hold.is_granted and request.buyer:
            for line in request.lines:
                key = (line.variant_key, request.buyer)
                used[key] = used.get(key, 0) + line.quantity
    return answers


def over_limits(
    limits: Mapping[int, BuyerLimit], used: Mapping[OfBuyer, int], request: HoldRequest
) -> tuple[OverLimit, ...]:
    """Return of which items a sale is more than its buyer may have; what is no sale never is."""
    if not limits or not (request.channel or request.buyer):
        return ()
    asked: dict[int, int] = {}
    for line in request.lines:
        if line.variant_key in limits:
            asked[line.variant_key] = asked.get(line.variant_key, 0) + line.quantity
    found = []
    for item, units in asked.items():
        limit = limits[item]
        before = used.get((item, request.buyer), 0) if request.buyer else 0
        if units > limit.most - before:
            left = max(limit.most - before, 0)
            found.append(OverLimit(item, units, left, limit.most, limit.window_s))
    return tuple(found)


def can_have(free: int, share: ChannelShare | None) -> int:
    """Return how much a channel can have of a level of which so much is free for all."""
    mine = share or _NO_SHARE
    return mine.kept + max(free - mine.buffer, 0)


def _admit_one(
    left: dict[At, int],
    shares: dict[AtChannel, ChannelShare],
    rest: dict[At, int],
    request: HoldRequest,
) -> Admission:
    wanted: dict[At, int] = {}
    for line in request.lines:
        at = (line.place_key, line.variant_key)
        wanted[at] = wanted.get(at, 0) + line.quantity
    mine = {at: shares.get((*at, request.channel), _NO_SHARE) for at in wanted}
    can = {at: can_have(left.get(at, 0), mine[at]) for at in wanted}
    can |= {at: min(can[at], rest[at]) for at in wanted.keys() & rest.keys()}
    if any(can[at] < quantity for at, quantity in wanted.items()):
        short = [
            Shortage(HoldLine(*at, quantity), can[at])
            for at, quantity in wanted.items()
            if can[at] < quantity
        ]
        return Admission(Hold(request.request_id, tuple(short)))
    drawn = {at: min(mine[at].kept, quantity) for at, quantity in wanted.items() if mine[at].kept}
    for at, quantity in wanted.items():
        left[at] = left.get(at, 0) - quantity + drawn.get(at, 0)
        if at in rest:
            rest[at] -= quantity
    for at, units in drawn.items():
        shares[*at, request.channel] = ChannelShare(mine[at].kept - units, mine[at].buffer)
    return Admission(Hold(request.request_id), drawn)
