"""How parts of an order move, and the order with them. Source: docs/rules/checkout.md."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from quanqu.sell.checkout.contracts import Delivery, LiveState, PartState, PartStepError, Step

__all__ = ["OPEN", "NewPart", "after_step", "parts_by_place", "state_of_order"]

_P = PartState
OPEN: Final = frozenset({_P.WAITING, _P.PICKING, _P.READY})
"""Parts whose goods are still at their place, promised."""

_STEPS: Final[dict[Step, dict[PartState, PartState]]] = {
    Step.PICK: {_P.WAITING: _P.PICKING},
    Step.MAKE_READY: {_P.PICKING: _P.READY},
    Step.SHIP: {_P.PICKING: _P.GONE, _P.READY: _P.GONE},
    Step.HAND_OVER: {_P.READY: _P.GONE},
}


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part that is about to be."""

    no: int
    place_key: int
    hold_id: UUID


def parts_by_place(order_id: UUID, places: Sequence[int]) -> tuple[NewPart, ...]:
    """Return a part for each place, in the order in which lines name them first; the first part's
    hold has the id of the order."""
    return tuple(
        NewPart(number, place, order_id if number == 1 else uuid5(order_id, f"part {number}"))
        for number, place in enumerate(dict.fromkeys(places), 1)
    )


def after_step(
    state: PartState, step: Step, delivery: Delivery, *, ref: str, part: int
) -> PartState:
    """Return where a step leads a part.

    Goods that are sent may leave as soon as they are picked; goods a buyer takes along leave at
    once.  Raises: PartStepError.
    """
    wanted = _STEPS.get(step, {}).get(state)
    if step is Step.HAND_OVER and delivery is Delivery.CARRY_OUT and state in OPEN:
        wanted = _P.GONE
    if wanted is None or delivery not in _ONLY.get(step, frozenset(Delivery)):
        raise PartStepError(part=part, ref=ref, state=state.value, step=step.value)
    return wanted


_ONLY: Final[dict[Step, frozenset[Delivery]]] = {
    Step.SHIP: frozenset({Delivery.SHIP}),
    Step.HAND_OVER: frozenset({Delivery.PICKUP, Delivery.CARRY_OUT}),
}


def state_of_order(parts: Collection[PartState], delivery: Delivery) -> LiveState:
    """Return where a confirmed order stands, by its parts; those given free do not count."""
    live = {state for state in parts if state is not _P.CANCELLED}
    if live == {_P.GONE}:
        return LiveState.SHIPPED if delivery is Delivery.SHIP else LiveState.COMPLETED
    if delivery is Delivery.PICKUP and live <= {_P.GONE, _P.READY} and live:
        return LiveState.READY_FOR_PICKUP
    return LiveState.CONFIRMED if live <= {_P.WAITING} else LiveState.PROCESSING
