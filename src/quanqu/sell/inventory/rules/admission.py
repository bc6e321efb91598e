"""Decide requests to hold in the order they came: all lines of each, or none.

Source: docs/rules/channels.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quanqu.sell.inventory.contracts import Hold, HoldLine, HoldRequest, Shortage

__all__ = ["Admission", "At", "AtChannel", "ChannelShare", "admit"]

At = tuple[int, int]
"""An item at a place: (place key, variant key)."""
AtChannel = tuple[int, int, str]
"""An item at a place for a channel."""


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


_NO_SHARE = ChannelShare()


def admit(
    available: Mapping[At, int],
    requests: Sequence[HoldRequest],
    shares: Mapping[AtChannel, ChannelShare] | None = None,
) -> list[Admission]:
    """Answer each request from what those before it left.

    `available`: units that anybody can be promised, by place and item; what is not in it is not
    there.  `shares`: what channels have beside that.  A request that names an item at a place twice
    asks for the sum.
    """
    left, told = dict(available), dict(shares or {})
    return [_admit_one(left, told, request) for request in requests]


def _admit_one(
    left: dict[At, int], shares: dict[AtChannel, ChannelShare], request: HoldRequest
) -> Admission:
    wanted: dict[At, int] = {}
    for line in request.lines:
        at = (line.place_key, line.variant_key)
        wanted[at] = wanted.get(at, 0) + line.quantity
    mine = {at: shares.get((*at, request.channel), _NO_SHARE) for at in wanted}
    can = {at: mine[at].kept + max(left.get(at, 0) - mine[at].buffer, 0) for at in wanted}
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
    for at, units in drawn.items():
        shares[*at, request.channel] = ChannelShare(mine[at].kept - units, mine[at].buffer)
    return Admission(Hold(request.request_id), drawn)
