"""Places in line for tests."""

from datetime import timedelta
from uuid import UUID, uuid4

from tests.builders.stock import NOW, SHOP, TEA, breaches

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import Ticket, TicketFilters, TicketRequest, TicketState
from quanqu.sell.inventory.facade import join_queue, list_tickets
from quanqu.sell.inventory.queries.laws import (
    lines_out_of_order,
    tickets_unlike_the_holds,
    waiting_unlike_the_tickets,
)

__all__ = ["line_breaches", "states", "wait_for", "waiting"]


def wait_for(
    quantity: int = 1,
    *,
    ticket_id: UUID | None = None,
    owner: str = "",
    place: int = SHOP,
    item: int = TEA,
    seconds: int = 3_600,
    turn_s: int = 600,
    now=NOW,
    **more: str,
) -> Ticket:
    """Take a place in line; without an owner it is somebody new."""
    ticket_id = ticket_id or uuid4()
    request = TicketRequest(
        ticket_id,
        owner or f"cart {ticket_id}",
        place,
        item,
        quantity,
        now + timedelta(seconds=seconds),
        turn_s,
        **more,
    )
    return join_queue(actor=SYSTEM, request=request, now=now)


def states(**narrowed: object) -> dict[str, TicketState]:
    """Return what became of every owner's ticket, in the order of arrival."""
    rows = list_tickets(actor=SYSTEM, filters=TicketFilters(**narrowed), limit=500).items
    return {one.owner: one.state for one in reversed(rows)}


def waiting(**narrowed: object) -> list[str]:
    """Return the owners that wait, in the order of arrival."""
    return [owner for owner, one in states(**narrowed).items() if one is TicketState.WAITING]


def line_breaches() -> list[str]:
    """Return what breaks a law of stock or of lines now."""
    return [
        *breaches(),
        *waiting_unlike_the_tickets(),
        *lines_out_of_order(),
        *tickets_unlike_the_holds(),
    ]
