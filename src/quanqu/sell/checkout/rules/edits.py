"""What may be edited when, and what follows for the money. Source: docs/rules/order-edits.md."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from quanqu.sell.checkout.contracts import (
    EditKind,
    LiveLine,
    LiveState,
    MoneyBalance,
    OrderEdit,
    OrderEditError,
    OrderLineError,
    PartState,
)
from quanqu.sell.checkout.contracts.words import LARGEST_MINOR, MOST_LINES
from quanqu.sell.checkout.ports import RepriceQuestion
from quanqu.sell.checkout.rules.parts import OPEN

__all__ = [
    "ADDRESS_WORDS",
    "CONTACT_WORDS",
    "PARTS",
    "STAGES",
    "AgreedPrices",
    "balance_of",
    "check_stage",
    "kinds_of",
    "with_quantities",
]

_S, _P = LiveState, PartState
STAGES: Final[dict[EditKind, frozenset[LiveState]]] = {
    EditKind.GOODS: frozenset({_S.CONFIRMED, _S.PROCESSING, _S.READY_FOR_PICKUP}),
    EditKind.ADDRESS: frozenset({_S.AWAITING_PAYMENT, _S.CONFIRMED, _S.PROCESSING}),
    EditKind.CONTACT: frozenset(
        {_S.AWAITING_PAYMENT, _S.CONFIRMED, _S.PROCESSING, _S.READY_FOR_PICKUP}
    ),
    EditKind.GIFT: frozenset({_S.AWAITING_PAYMENT, _S.CONFIRMED, _S.PROCESSING}),
}
"""In which states of an order what may be edited.  While money is awaited its amount is fixed: who
pays just now must not find another total."""
PARTS: Final[dict[EditKind, frozenset[PartState]]] = {
    EditKind.GOODS: OPEN,
    EditKind.ADDRESS: frozenset({_P.WAITING, _P.PICKING, _P.GONE, _P.CANCELLED}),
    EditKind.CONTACT: frozenset(PartState),
    EditKind.GIFT: frozenset({_P.WAITING, _P.PICKING, _P.GONE, _P.CANCELLED}),
}
"""Where parts may stand: that of a line for goods, all of them for the rest.  What is packed has
its address on it."""

ADDRESS_WORDS: Final = frozenset({"street", "postcode", "city", "region", "country"})
CONTACT_WORDS: Final = frozenset({"name", "phone", "email"})
_LARGEST_QUANTITY: Final = 1_000_000


class AgreedPrices:
    """The repricer of a house without one: what was agreed stays, a new line costs what the place
    asks."""

    def reprice(self, *, question: RepriceQuestion) -> Sequence[int | None]:
        """Return the agreed prices, or what is asked."""
        return [
            one.asked_minor if one.agreed_minor is None else one.agreed_minor
            for one in question.lines
        ]


def kinds_of(edit: OrderEdit) -> set[EditKind]:
    """Return what an edit is about."""
    kinds = set()
    is_parted = edit.splits or edit.joins
    if edit.add or edit.quantities or edit.places or is_parted or edit.shipping_minor is not None:
        kinds.add(EditKind.GOODS)
    if edit.contact.keys() & ADDRESS_WORDS:
        kinds.add(EditKind.ADDRESS)
    if edit.contact.keys() & CONTACT_WORDS:
        kinds.add(EditKind.CONTACT)
    if edit.gift_message is not None or edit.hides_prices is not None:
        kinds.add(EditKind.GIFT)
    return kinds


def check_stage(
    edit: OrderEdit, state: LiveState, parts: Collection[PartState], *, ref: str
) -> None:
    """Refuse what may not be edited as the order stands. Raises: OrderEditError."""
    kinds = kinds_of(edit)
    if not kinds or edit.contact.keys() - ADDRESS_WORDS - CONTACT_WORDS:
        raise OrderEditError(ref=ref, problem="there is nothing to change")
    for kind in sorted(kinds):
        if state not in STAGES[kind]:
            problem = f"{kind.value} cannot be changed while the order is {state.value}"
            raise OrderEditError(ref=ref, problem=problem)
        stuck = [] if kind is EditKind.GOODS else sorted(set(parts) - PARTS[kind])
        if stuck:
            problem = f"{kind.value} cannot be changed once a part is {stuck[0].value}"
            raise OrderEditError(ref=ref, problem=problem)


def with_quantities(
    edit: OrderEdit, lines: Sequence[LiveLine], parts: Mapping[int, PartState], *, ref: str
) -> tuple[LiveLine, ...]:
    """Return the lines with the units and places of an edit; those with none are left out.

    `parts`: where each part stands, by number.  Raises: OrderEditError, OrderLineError.
    """
    places = {one.line_no: one.place_key for one in edit.places}
    known = {one.line_no: one for one in lines}
    for number in sorted({*edit.quantities, *places}):
        if number not in known:
            raise OrderEditError(ref=ref, problem=f"there is no line {number}")
        if parts[known[number].part_no] not in PARTS[EditKind.GOODS]:
            raise OrderEditError(ref=ref, problem=f"line {number} has left")
    _check_units(edit)
    kept = tuple(
        replace(
            one,
            quantity=units,
            from_place_key=places.get(one.line_no, one.from_place_key),
        )
        for one in lines
        if (units := edit.quantities.get(one.line_no, one.quantity))
    )
    if not kept and not edit.add:
        raise OrderEditError(ref=ref, problem="nothing would be left: cancel the order instead")
    if len(kept) + len(edit.add) > MOST_LINES:
        raise OrderLineError(line=0, problem=f"an order has 1 to {MOST_LINES} lines")
    return kept


def _check_units(edit: OrderEdit) -> None:
    for number, units in sorted(edit.quantities.items()):
        if not 0 <= units <= _LARGEST_QUANTITY:
            problem = f"the quantity is 0 to {_LARGEST_QUANTITY}"
            raise OrderLineError(line=number, problem=problem)
    for number, one in enumerate(edit.add, 1):
        if not 1 <= one.quantity <= _LARGEST_QUANTITY:
            problem = f"the quantity is 1 to {_LARGEST_QUANTITY}"
            raise OrderLineError(line=number, problem=problem)
    if edit.shipping_minor is not None and not 0 <= edit.shipping_minor <= LARGEST_MINOR:
        raise OrderLineError(line=0, problem="the shipping is negative or too large")


def balance_of(*, wanted: int, secured: int, refundable: int) -> MoneyBalance:
    """Return what follows for money: what is still due, what goes back now, and what is promised
    beyond the need.

    `wanted`: total less what went back for returned goods.  `secured`: promised or taken and
    neither given up nor given back.  `refundable`: taken and still here.  Units: minor units.
    """
    beyond = secured - wanted
    back = min(max(beyond, 0), max(refundable, 0))
    return MoneyBalance(due=max(-beyond, 0), back=back, over=max(beyond, 0) - back)
