"""What was changed of orders after they were placed."""

from collections.abc import Iterable
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.checkout.contracts import EditView, LiveLine
from quanqu.sell.checkout.models import Edit
from quanqu.sell.checkout.queries.orders import contact_of, find_live_order

__all__ = ["gift_of", "highest_line", "list_edits"]


def list_edits(*, actor: Actor, order_id: UUID) -> list[EditView]:
    """Return what was changed of an order the actor may see, the first first.

    Raises: NotAllowedError.
    """
    found = find_live_order(actor=actor, order_id=order_id)
    if found is None:
        return []
    return [
        EditView(
            row.id, row.edition, row.at, row.actor, row.reason, row.before, row.after,
            tuple(row.fields),
        )
        for row in Edit.objects.filter(order_key=found.order.key).order_by("edition")
    ]  # fmt: skip


def gift_of(*, order_id: UUID, actor: Actor) -> tuple[str, bool]:
    """Return the message that goes with an order as a gift, and whether its papers show no prices.

    Raises: NotAllowedError.
    """
    found = find_live_order(actor=actor, order_id=order_id)
    told = contact_of(found.order.key) if found else {}
    return told.get("gift_message", ""), bool(told.get("hides_prices"))


def highest_line(order_key: int, kept: Iterable[LiveLine]) -> int:
    """Return the highest line number an order ever had: none is given twice."""
    told = Edit.objects.filter(order_key=order_key).values_list("before", flat=True)
    used = {line["line"] for before in told for line in before["lines"]}
    return max(used | {one.line_no for one in kept}, default=0)
