"""Keep what was changed of a locked order as one entry, and let it stand where its parts are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from quanqu.sell.checkout.actions.locking import Mark, parts_of, save_step
from quanqu.sell.checkout.contracts import Delivery, LiveLine, LiveState, PartState, Step
from quanqu.sell.checkout.models import Edit, Order
from quanqu.sell.checkout.queries.orders import lines_of
from quanqu.sell.checkout.rules.parts import state_of_order

__all__ = ["Change", "keep_change", "told_of"]

_FIXED: Final = frozenset({LiveState.AWAITING_PAYMENT, LiveState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is made: under which id, from what, which words of the contact changed."""

    id: UUID
    fingerprint: bytes
    before: dict[str, Any]
    reason: str = ""
    fields: list[str] = field(default_factory=list)
    sealed: bytes | None = None


def keep_change(row: Order, change: Change, step: Step, mark: Mark) -> None:
    """Keep a change with the order as it is now, and save what it comes to."""
    row.edition += 1
    Edit.objects.create(
        id=change.id,
        order_key=row.key,
        edition=row.edition,
        at=mark.now,
        actor=mark.actor_id,
        reason=change.reason,
        before=change.before,
        after=told_of(row, lines_of([row.key])[row.key]),
        fields=change.fields,
        sealed=change.sealed,
        fingerprint=change.fingerprint,
    )
    row.save(update_fields=["edition", "goods_minor", "shipping_minor", "total_minor",
                            "due_minor", "over_minor"])  # fmt: skip
    state = LiveState(row.state)
    if state not in _FIXED:
        states = [PartState(one.state) for one in parts_of(row)]
        state = state_of_order(states, Delivery(row.delivery))
    save_step(row, step, state, mark)


def told_of(row: Order, lines: Sequence[LiveLine]) -> dict[str, Any]:
    """Return lines and money of an order as an entry keeps them."""
    return {
        "lines": [
            {"line": one.line_no, "sku": one.sku, "name": one.name, "quantity": one.quantity,
             "unit_price_minor": one.unit_price_minor, "from_place_key": one.from_place_key}
            for one in lines
        ],
        "goods_minor": row.goods_minor,
        "shipping_minor": row.shipping_minor,
        "total_minor": row.total_minor,
    }  # fmt: skip
