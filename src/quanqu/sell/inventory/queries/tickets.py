"""Places in line, as an actor may see them."""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, number_array, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    Ticket,
    TicketFilters,
    TicketNotFoundError,
    TicketState,
)
from quanqu.sell.inventory.models import Ticket as TicketRow
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["count_tickets", "get_ticket", "list_tickets", "tickets_by_id"]

_NEWEST: Final = Sorting("newest", "key", read=read_number)
_STANDS: Final = (
    "SELECT k.id, CASE WHEN k.state = 'waiting' THEN (SELECT count(*) FROM inventory_ticket a "
    "WHERE a.place_key = k.place_key AND a.variant_key = k.variant_key AND a.state = 'waiting' "
    "AND a.key <= k.key) END, l.waiting FROM inventory_ticket k JOIN inventory_level l "
    "ON l.place_key = k.place_key AND l.variant_key = k.variant_key WHERE k.id = ANY(%s::uuid[])"
)


def get_ticket(*, actor: Actor, ticket_id: UUID) -> Ticket:
    """Return a place in line at a place in scope. Raises: NotAllowedError, TicketNotFoundError."""
    rows = _seen(actor, TicketFilters()).filter(id=ticket_id)
    for found in _told(rows):
        return found
    raise TicketNotFoundError(ref=encode("tkt", ticket_id))


def list_tickets(
    *, actor: Actor, filters: TicketFilters, cursor: str | None = None, limit: int = 50
) -> Page[Ticket]:
    """Return a page of places in line, the newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor, filters), cursor, limit)
    return Page(tuple(_told(rows)), following)


def count_tickets(*, actor: Actor, filters: TicketFilters) -> int:
    """Return how many places in line match. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def tickets_by_id(ticket_ids: Collection[UUID]) -> dict[UUID, Ticket]:
    """Return places in line by their id; unknown ones are left out."""
    return {one.id: one for one in _told(TicketRow.objects.filter(id__in=ticket_ids))}


def _seen(actor: Actor, filters: TicketFilters) -> "QuerySet[TicketRow]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = TicketRow.objects.all()
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.variant_keys is not None:
        found = found.filter(variant_key__in=filters.variant_keys)
    if filters.states:
        found = found.filter(state__in=[one.value for one in filters.states])
    return found.filter(owner=filters.owner) if filters.owner else found


def _told(rows: Iterable[TicketRow]) -> list[Ticket]:
    """Return rows with where each stands in its line."""
    rows = list(rows)
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [number_array(one.id for one in rows)])
        stands = {ticket: (position, line) for ticket, position, line in cursor.fetchall()}
    return [
        Ticket(
            key=one.key,
            id=one.id,
            owner=one.owner,
            place_key=one.place_key,
            variant_key=one.variant_key,
            quantity=one.quantity,
            channel=one.channel,
            turn_s=one.turn_s,
            state=TicketState(one.state),
            joined_at=one.joined_at,
            waits_until=one.waits_until,
            settled_at=one.settled_at,
            position=stands[one.id][0],
            line=stands[one.id][1],
        )
        for one in rows
    ]
