"""The REST API of holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.db.facade import Work
from quanqu.infra.http.contracts import IdempotencyMismatchError
from quanqu.infra.http.facade import call_name, idempotent, lean_call, names_call
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import format_time, utc_now
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api import render
from quanqu.sell.inventory.api.naming import Named, hold_name, items_at
from quanqu.sell.inventory.api.schemas import ConsumptionIn, ExtensionIn, HoldIn, HoldOut, Id
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    Hold,
    HoldLine,
    HoldNotFoundError,
    HoldRequest,
    HoldSettledError,
    HoldState,
    HoldView,
    NotAvailableError,
    PlaceClosedError,
    QueueWaitingError,
)

router = Router(tags=["stock"])


@router.post("/stock/holds", response={201: HoldOut}, summary="Hold goods")
@names_call
def hold_goods(request: HttpRequest, body: HoldIn) -> dict[str, Any]:
    """Hold all lines for an owner, or none; those that are short are told.

    The hold itself remembers its Idempotency-Key, for as long as it is known.
    """
    actor = actor_of(request)
    return hold_for(actor, body, call_name(request, actor), utc_now())


@lean_call("stock/holds", body=HoldIn)
def hold_for(actor: Actor, body: HoldIn, once: UUID | None, now: datetime) -> Work[dict[str, Any]]:
    """Hold goods for a caller, under the name of the call if it has one."""
    named = items_at(actor, body.lines)
    lines = tuple(
        HoldLine(one.place_key, one.variant_key, told.quantity)
        for one, told in zip(named, body.lines, strict=True)
    )
    ends = None if body.duration_s is None else now + timedelta(seconds=body.duration_s)
    asked = HoldRequest(
        once or new_id(), body.owner, lines, ends, channel=body.channel or "", buyer=body.buyer
    )
    answer = yield from facade.holding(actor=actor, request=asked, now=now)
    if answer.over:
        raise _over(answer, named)
    if answer.closed:
        raise _closed(answer, named)
    if answer.queued:
        raise _queued(answer, named)
    if not answer.is_granted:
        raise _short(answer, named)
    if (once is not None and answer.is_repeat) or answer.is_of_kits or answer.is_dated:
        found = facade.get_hold(actor=actor, request_id=asked.request_id)
        if not _is_same(found, asked):
            raise IdempotencyMismatchError
        return render.hold(found)
    return {
        "id": hold_name(asked.request_id),
        "owner": asked.owner,
        "channel": asked.channel or None,
        "state": HoldState.ALLOCATED if ends is None else HoldState.HELD,
        "lines": [
            {"place": one.place, "item": one.item, "quantity": line.quantity}
            for one, line in zip(named, lines, strict=True)
        ],
        "kits": [],
        "held_at": format_time(now),
        "expires_at": format_time(ends) if ends else None,
        "settled_at": None,
        "ships_from": None,
    }


@router.get("/stock/holds/{hold_id}", response=HoldOut, summary="Get a hold")
def get_hold(request: HttpRequest, hold_id: Path[Id]) -> dict[str, Any]:
    """A hold as it stands, also after it has ended."""
    with _named(hold_id) as request_id:
        return _as_it_stands(request, request_id)


@router.post("/stock/holds/{hold_id}/extension", response=HoldOut, summary="Extend a hold")
@idempotent
def extend_hold(request: HttpRequest, hold_id: Path[Id], body: ExtensionIn) -> dict[str, Any]:
    """Put off when a hold ends."""
    now = utc_now()
    ends = now + timedelta(seconds=body.duration_s)
    with _named(hold_id) as request_id:
        facade.extend_hold(actor=actor_of(request), request_id=request_id, expires_at=ends, now=now)
        return _as_it_stands(request, request_id)


@router.post("/stock/holds/{hold_id}/allocation", response=HoldOut, summary="Allocate a hold")
@idempotent
def allocate_hold(request: HttpRequest, hold_id: Path[Id]) -> dict[str, Any]:
    """Keep the goods of a hold without an end: they are paid for."""
    with _named(hold_id) as request_id:
        facade.allocate_hold(actor=actor_of(request), request_id=request_id, now=utc_now())
        return _as_it_stands(request, request_id)


@router.post("/stock/holds/{hold_id}/consumption", response=HoldOut, summary="Let goods leave")
@idempotent
def consume_hold(request: HttpRequest, hold_id: Path[Id], body: ConsumptionIn) -> dict[str, Any]:
    """Post the sale of the goods of a hold: they leave the place."""
    actor, ref = actor_of(request), body.ref or hold_id
    with _named(hold_id) as request_id:
        facade.consume_hold(actor=actor, request_id=request_id, now=utc_now(), ref=ref)
        return _as_it_stands(request, request_id)


@router.post("/stock/holds/{hold_id}/release", response=HoldOut, summary="Release a hold")
@idempotent
def release_hold(request: HttpRequest, hold_id: Path[Id]) -> dict[str, Any]:
    """Give the goods of a hold free."""
    with _named(hold_id) as request_id:
        facade.release_hold(actor=actor_of(request), request_id=request_id, now=utc_now())
        return _as_it_stands(request, request_id)


@contextmanager
def _named(hold_id: str) -> Iterator[UUID]:
    """Yield what a hold's id stands for; what is refused of it is told by that id."""
    try:
        yield decode("hld", hold_id)
    except HoldNotFoundError as error:
        raise HoldNotFoundError(ref=hold_id) from error
    except HoldSettledError as error:
        raise HoldSettledError(**error.fields | {"ref": hold_id}) from error


def _as_it_stands(request: HttpRequest, request_id: UUID) -> dict[str, Any]:
    return render.hold(facade.get_hold(actor=actor_of(request), request_id=request_id))


def _is_same(found: HoldView, asked: HoldRequest) -> bool:
    """Tell whether a hold is what was asked for; kits are asked for, their parts are held."""
    if (found.owner, found.channel) != (asked.owner, asked.channel):
        return False
    if not found.kits:
        return found.lines == asked.lines
    kits = {one.variant_key for one in found.kits}
    wanted: dict[tuple[int, int], int] = {}
    for line in asked.lines:
        if line.variant_key in kits:
            at = (line.place_key, line.variant_key)
            wanted[at] = wanted.get(at, 0) + line.quantity
    plain = [line for line in asked.lines if line.variant_key not in kits]
    held = {(one.place_key, one.variant_key): one.quantity for one in found.kits}
    return wanted == held and set(plain) <= set(found.lines)


def _over(answer: Hold, named: list[Named]) -> BuyerLimitError:
    names = {one.variant_key: one.item for one in named}
    over = [
        {
            "item": names[one.variant_key],
            "asked": one.asked,
            "left": one.left,
            "most": one.most,
            "window_s": one.window_s,
        }
        for one in answer.over
    ]
    return BuyerLimitError(count=len(over), over=over)


def _closed(answer: Hold, named: list[Named]) -> PlaceClosedError:
    names = {one.place_key: one.place for one in named}
    places = [names[key] for key in answer.closed]
    return PlaceClosedError(place=places[0], places=places)


def _queued(answer: Hold, named: list[Named]) -> QueueWaitingError:
    names = {(one.place_key, one.variant_key): one for one in named}
    items = [{"place": names[at].place, "item": names[at].item} for at in answer.queued]
    return QueueWaitingError(count=len(items), items=items)


def _short(answer: Hold, named: list[Named]) -> NotAvailableError:
    names = {(one.place_key, one.variant_key): one for one in named}
    short = []
    for one in answer.short:
        at = names[one.line.place_key, one.line.variant_key]
        short.append(
            {
                "place": at.place,
                "item": at.item,
                "asked": one.line.quantity,
                "available": one.available,
            }
        )
    return NotAvailableError(count=len(short), short=short)
