"""The REST API of places in line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.contracts import IdempotencyMismatchError
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    names_call,
)
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import hold_name, item_of, items_at, items_called, place_of
from quanqu.sell.inventory.api.schemas import Channel, Code, Id, ItemAt, Quantity, Text
from quanqu.sell.inventory.contracts import (
    LONGEST_TURN_S,
    LONGEST_WAIT_S,
    Ticket,
    TicketFilters,
    TicketRequest,
    TicketState,
)

router = Router(tags=["stock"])


class TicketIn(ItemAt):
    """Units of an item at a place to wait for."""

    quantity: Quantity
    owner: Code = Field(description="What the goods are for, such as a cart's id.")
    wait_s: Annotated[int, Field(86_400, strict=True, ge=1, le=LONGEST_WAIT_S)]
    turn_s: Annotated[
        int,
        Field(
            900,
            strict=True,
            ge=1,
            le=LONGEST_TURN_S,
            description="For how long the units are held when it is its turn.",
        ),
    ]
    channel: Channel
    buyer: Text = ""


class TicketOut(Schema):
    """A place in line: the `position`-th of `line` that wait; 1 is next, null waits no more."""

    id: str
    place: str
    item: str
    sku: str
    quantity: int
    owner: str
    channel: ChannelCode | None
    state: TicketState
    position: int | None
    line: int
    turn_s: int
    joined_at: str
    waits_until: str
    settled_at: str | None
    hold: str | None = Field(description="The hold of its units, once it was served.")


class TicketQuery(Schema):
    """Narrow the list of places in line."""

    place: Id | None = None
    item: Id | None = Field(None, description="A variant's id.")
    sku: Code | None = None
    owner: Code | None = None
    state: Annotated[list[TicketState], Field(default_factory=list, max_length=10)]


@router.get("/stock/tickets", response=PageOut[TicketOut], summary="List places in line")
def list_tickets(
    request: HttpRequest, query: Query[TicketQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """Who waits for items at places in scope, and who did, the newest first."""
    actor = actor_of(request)
    items = items_called(actor, query.sku) if query.sku else None
    if query.item:
        named = frozenset({item_of(actor, query.item).key})
        items = named if items is None else items & named
    filters = TicketFilters(
        frozenset({place_of(actor, query.place).key}) if query.place else None,
        items,
        frozenset(query.state),
        query.owner or "",
    )
    found = facade.list_tickets(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    told = {one["id"]: one for one in _told(found.items)}
    return cursor_page(request, found, lambda one: told[encode("tkt", one.id)])


@router.post("/stock/tickets", response={201: TicketOut}, summary="Take a place in line")
@names_call
def join_queue(request: HttpRequest, body: TicketIn) -> dict[str, Any]:
    """Wait for units of an item at a place behind all who wait; what comes free goes by turn.

    The place in line itself remembers its Idempotency-Key, for as long as it is known.
    """
    actor, now = actor_of(request), utc_now()
    (named,) = items_at(actor, [body])
    once = call_name(request, actor)
    asked = TicketRequest(
        once or new_id(),
        body.owner,
        named.place_key,
        named.variant_key,
        body.quantity,
        now + timedelta(seconds=body.wait_s),
        body.turn_s,
        channel=body.channel or "",
        buyer=body.buyer,
    )
    ticket = facade.join_queue(actor=actor, request=asked, now=now)
    if once is not None and not _is_same(ticket, asked):
        raise IdempotencyMismatchError
    return _told([ticket])[0]


@router.get("/stock/tickets/{ticket_id}", response=TicketOut, summary="Get a place in line")
def get_ticket(request: HttpRequest, ticket_id: Path[Id]) -> dict[str, Any]:
    """A place in line as it stands: its position, or its hold."""
    key = decode("tkt", ticket_id)
    return _told([facade.get_ticket(actor=actor_of(request), ticket_id=key)])[0]


@router.post(
    "/stock/tickets/{ticket_id}/leaving", response=TicketOut, summary="Give up a place in line"
)
@idempotent
def leave_queue(request: HttpRequest, ticket_id: Path[Id]) -> dict[str, Any]:
    """Leave the line; whoever was served releases the hold instead."""
    key = decode("tkt", ticket_id)
    return _told([facade.leave_queue(actor=actor_of(request), ticket_id=key, now=utc_now())])[0]


def _is_same(ticket: Ticket, asked: TicketRequest) -> bool:
    return (
        ticket.owner, ticket.place_key, ticket.variant_key, ticket.quantity, ticket.channel,
        ticket.turn_s,
    ) == (
        asked.owner, asked.place_key, asked.variant_key, asked.quantity, asked.channel,
        asked.turn_s,
    )  # fmt: skip


def _told(rows: Sequence[Ticket]) -> list[dict[str, Any]]:
    places = places_by_key(keys={one.place_key for one in rows})
    labels = variant_labels(variant_keys={one.variant_key for one in rows})
    return [
        {
            "id": encode("tkt", one.id),
            "place": places[one.place_key].id,
            "item": labels[one.variant_key].variant_id,
            "sku": labels[one.variant_key].sku,
            "quantity": one.quantity,
            "owner": one.owner,
            "channel": one.channel or None,
            "state": one.state,
            "position": one.position,
            "line": one.line,
            "turn_s": one.turn_s,
            "joined_at": format_time(one.joined_at),
            "waits_until": format_time(one.waits_until),
            "settled_at": format_time(one.settled_at) if one.settled_at else None,
            "hold": hold_name(one.id) if one.state is TicketState.SERVED else None,
        }
        for one in rows
    ]
