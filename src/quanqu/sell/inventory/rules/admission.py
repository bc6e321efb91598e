"""Decide requests to hold in the order they came: all lines of each, or none."""

from collections.abc import Mapping, Sequence

from quanqu.sell.inventory.contracts import Hold, HoldLine, HoldRequest, Shortage

__all__ = ["At", "admit"]

At = tuple[int, int]
"""An item at a place: (place key, variant key)."""


def admit(available: Mapping[At, int], requests: Sequence[HoldRequest]) -> list[Hold]:
    """Answer each request from what those before it left.

    `available`: units that can be promised, by place and item; what is not in it is not there.
    A request that names an item at a place twice asks for the sum.
    """
    left = dict(available)
    return [_admit_one(left, request) for request in requests]


def _admit_one(left: dict[At, int], request: HoldRequest) -> Hold:
    wanted: dict[At, int] = {}
    for line in request.lines:
        at = (line.place_key, line.variant_key)
        wanted[at] = wanted.get(at, 0) + line.quantity
    if all(left.get(at, 0) >= quantity for at, quantity in wanted.items()):
        for at, quantity in wanted.items():
            left[at] -= quantity
        return Hold(request.request_id)
    short = [
        Shortage(HoldLine(*at, quantity), max(left.get(at, 0), 0))
        for at, quantity in wanted.items()
        if left.get(at, 0) < quantity
    ]
    return Hold(request.request_id, tuple(short))
