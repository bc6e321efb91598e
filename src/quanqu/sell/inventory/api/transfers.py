"""The REST API of transfers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api import render
from quanqu.sell.inventory.api.naming import items_at, place_of
from quanqu.sell.inventory.api.schemas import Id, ItemAt
from quanqu.sell.inventory.api.transfer_schemas import (
    ReceiptIn,
    TransferIn,
    TransferItemIn,
    TransferLinesIn,
    TransferOut,
    TransferQuery,
)
from quanqu.sell.inventory.contracts import (
    ReceiptLine,
    TransferDraft,
    TransferFilters,
    TransferItem,
    TransferView,
)

router = Router(tags=["stock"])


@router.get("/stock/transfers", response=PageOut[TransferOut], summary="List transfers")
def list_transfers(
    request: HttpRequest, query: Query[TransferQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The transfers from or to places in scope, the newest first."""
    actor = actor_of(request)
    filters = TransferFilters(
        unit_id=query.unit,
        place_key=place_of(actor, query.place).key if query.place else None,
        states=frozenset(query.state),
    )
    found = facade.list_transfers(
        actor=actor, filters=filters, cursor=page.cursor, limit=page.limit
    )
    rendered = iter(_rendered(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.post("/stock/transfers", response={201: TransferOut}, summary="Make a transfer")
@idempotent
def create_transfer(request: HttpRequest, body: TransferIn) -> dict[str, Any]:
    """Write down what is to go from one place to another; nothing moves before it is sent."""
    actor = actor_of(request)
    items = _items(actor, body.origin, body.lines)
    draft = TransferDraft(
        from_place_key=place_of(actor, body.origin, "stock.manage").key,
        to_place_key=place_of(actor, body.target).key,
        items=items,
        note=body.note,
    )
    return _shown(facade.create_transfer(actor=actor, draft=draft, now=utc_now()))


@router.get("/stock/transfers/{transfer_id}", response=TransferOut, summary="Get a transfer")
def get_transfer(request: HttpRequest, transfer_id: Path[Id]) -> dict[str, Any]:
    """A transfer with its lines and what became of each."""
    return _shown(facade.get_transfer(actor=actor_of(request), transfer_id=_key(transfer_id)))


@router.put("/stock/transfers/{transfer_id}/lines", response=TransferOut, summary="Change a draft")
@idempotent
def change_transfer(
    request: HttpRequest, transfer_id: Path[Id], body: TransferLinesIn
) -> dict[str, Any]:
    """Put other lines into a draft."""
    actor, key = actor_of(request), _key(transfer_id)
    before = facade.get_transfer(actor=actor, transfer_id=key)
    origin = places_by_key(keys={before.from_place_key})[before.from_place_key].id
    items = _items(actor, origin, body.lines)
    return _shown(facade.change_transfer(actor=actor, transfer_id=key, items=items))


@router.post(
    "/stock/transfers/{transfer_id}/dispatch", response=TransferOut, summary="Send a transfer"
)
@idempotent
def send_transfer(request: HttpRequest, transfer_id: Path[Id]) -> dict[str, Any]:
    """Let the goods leave: they are on the way to the other place."""
    actor = actor_of(request)
    return _shown(facade.send_transfer(actor=actor, transfer_id=_key(transfer_id), now=utc_now()))


@router.post(
    "/stock/transfers/{transfer_id}/receipts", response=TransferOut, summary="Receive goods"
)
@idempotent
def receive_transfer(
    request: HttpRequest, transfer_id: Path[Id], body: ReceiptIn
) -> dict[str, Any]:
    """Take in what arrived: in good order, broken, or beyond what was sent."""
    actor = actor_of(request)
    arrived = [ReceiptLine(one.line, one.good, one.damaged, one.surplus) for one in body.lines]
    found = facade.receive_transfer(
        actor=actor,
        transfer_id=_key(transfer_id),
        arrived=arrived,
        once=body.once or str(call_name(request, actor) or new_id()),
        now=utc_now(),
    )
    return _shown(found)


@router.post(
    "/stock/transfers/{transfer_id}/closure", response=TransferOut, summary="Close a transfer"
)
@idempotent
def close_transfer(request: HttpRequest, transfer_id: Path[Id]) -> dict[str, Any]:
    """End a transfer; what has not arrived is lost."""
    actor = actor_of(request)
    return _shown(facade.close_transfer(actor=actor, transfer_id=_key(transfer_id), now=utc_now()))


@router.post(
    "/stock/transfers/{transfer_id}/cancellation",
    response=TransferOut,
    summary="Cancel a transfer",
)
@idempotent
def cancel_transfer(request: HttpRequest, transfer_id: Path[Id]) -> dict[str, Any]:
    """Give up a transfer of which nothing has arrived; what was sent is back where it left."""
    actor = actor_of(request)
    return _shown(facade.cancel_transfer(actor=actor, transfer_id=_key(transfer_id), now=utc_now()))


def _key(transfer_id: str) -> UUID:
    return decode("trf", transfer_id)


def _items(actor: Actor, origin: str, lines: Sequence[TransferItemIn]) -> tuple[TransferItem, ...]:
    asked = [ItemAt(place=origin, item=one.item, sku=one.sku) for one in lines]
    return tuple(
        TransferItem(named.variant_key, told.quantity)
        for named, told in zip(items_at(actor, asked), lines, strict=True)
    )


def _shown(found: TransferView) -> dict[str, Any]:
    return _rendered([found])[0]


def _rendered(found: Sequence[TransferView]) -> list[dict[str, Any]]:
    places = places_by_key(
        keys={key for one in found for key in (one.from_place_key, one.to_place_key)}
    )
    labels = variant_labels(variant_keys={line.variant_key for one in found for line in one.lines})
    return [render.transfer(one, places, labels) for one in found]
