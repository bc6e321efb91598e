"""The REST API of returns: approve, receive, inspect, settle, exchange."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent, names_call
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_refs
from quanqu.sell.checkout.contracts import OrderItemError
from quanqu.sell.returns import facade
from quanqu.sell.returns.api import render
from quanqu.sell.returns.api.schemas import (
    ArrivalIn,
    ChargeBackIn,
    ExchangeIn,
    Id,
    InspectionIn,
    NoteIn,
    PayoutIn,
    ReturnCaseDetailOut,
    SettlementIn,
)
from quanqu.sell.returns.contracts import ExchangeDraft, ExchangeLine, Graded

router = Router()
Shown = dict[str, Any]


@router.post("/returns/{rma_id}/approval", response=ReturnCaseDetailOut, summary="Approve")
@idempotent
def approve(request: HttpRequest, rma_id: Path[Id], body: NoteIn) -> Shown:
    """Let a return come back that waits for a second word."""
    told = _told(request, rma_id)
    facade.approve_return(**told, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/refusal", response=ReturnCaseDetailOut, summary="Refuse")
@idempotent
def refuse(request: HttpRequest, rma_id: Path[Id], body: NoteIn) -> Shown:
    """Refuse a return that waits; its units are free again."""
    told = _told(request, rma_id)
    facade.refuse_return(**told, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/parcel", response=ReturnCaseDetailOut, summary="On its way")
@idempotent
def await_goods(request: HttpRequest, rma_id: Path[Id], body: NoteIn) -> Shown:
    """Note that the goods are on their way; the detail tells the parcel."""
    told = _told(request, rma_id)
    facade.await_goods(**told, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/arrival", response=ReturnCaseDetailOut, summary="Receive goods")
@idempotent
def receive(request: HttpRequest, rma_id: Path[Id], body: ArrivalIn) -> Shown:
    """Note which units arrived; what did not is free again."""
    told = _told(request, rma_id)
    units = None if body.lines is None else {one.line: one.quantity for one in body.lines}
    facade.receive_return(**told, units=units, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/inspection", response=ReturnCaseDetailOut, summary="Inspect")
@idempotent
def inspect(request: HttpRequest, rma_id: Path[Id], body: InspectionIn) -> Shown:
    """Grade what was received; what goes back is reckoned for what is accepted."""
    told = _told(request, rma_id)
    grades = [Graded(one.line, one.units) for one in body.lines]
    facade.inspect_return(**told, grades=grades, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/settlement", response=ReturnCaseDetailOut, summary="Settle")
@idempotent
def settle(request: HttpRequest, rma_id: Path[Id], body: SettlementIn) -> Shown:
    """Move the goods as their grades say and give the money back, in one transaction."""
    told = _told(request, rma_id)
    facade.settle_return(**told, tender=body.tender, to_credit=body.to_credit, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/cancellation", response=ReturnCaseDetailOut, summary="Cancel")
@idempotent
def cancel(request: HttpRequest, rma_id: Path[Id], body: NoteIn) -> Shown:
    """Give a return up before it is settled."""
    told = _told(request, rma_id)
    facade.cancel_return(**told, detail=body.detail)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/payout", response=ReturnCaseDetailOut, summary="Pay credit out")
@idempotent
def pay_out(request: HttpRequest, rma_id: Path[Id], body: PayoutIn) -> Shown:
    """Give back as money what is left of a return's credit."""
    told = _told(request, rma_id)
    facade.pay_out_credit(**told, tender=body.tender)
    return _detail(request, told["return_id"])


@router.post(
    "/returns/{rma_id}/charge-back", response=ReturnCaseDetailOut, summary="Charge the supplier"
)
@idempotent
def charge_back(request: HttpRequest, rma_id: Path[Id], body: ChargeBackIn) -> Shown:
    """Give the damaged units back to their supplier, for an expected credit."""
    told = _told(request, rma_id)
    facade.charge_supplier(**told, supplier_id=body.supplier)
    return _detail(request, told["return_id"])


@router.post("/returns/{rma_id}/exchange", response=ReturnCaseDetailOut, summary="Exchange")
@names_call
def exchange(request: HttpRequest, rma_id: Path[Id], body: ExchangeIn) -> Shown:
    """Take something instead, paid with the return's credit; the difference is paid or goes back.

    A return is exchanged once: the same call again answers the order that was placed.
    """
    told = _told(request, rma_id)
    found = facade.get_return(actor=told["actor"], return_id=told["return_id"]).row
    places = places_by_key(keys=[found.place_key])
    items = variant_refs(variant_ids={one.item for one in body.lines})
    lines = []
    for number, one in enumerate(body.lines, 1):
        if one.item not in items or items[one.item].company_key != found.company_key:
            raise OrderItemError(line=number, ref=one.item, place=places[found.place_key].id)
        told_price = one.unit_price
        price = None if told_price is None else Money.parse(told_price, found.currency).minor
        lines.append(ExchangeLine(items[one.item].key, one.quantity, price))
    draft = ExchangeDraft(tuple(lines), body.tender, body.token, body.back_tender)
    facade.exchange_return(**told, draft=draft)
    return _detail(request, told["return_id"])


def _told(request: HttpRequest, rma_id: str) -> dict[str, Any]:
    return {
        "actor": actor_of(request),
        "return_id": decode("ret", rma_id),
        "now": utc_now(),
    }


def _detail(request: HttpRequest, return_id: UUID) -> Shown:
    return render.detail(facade.get_return(actor=actor_of(request), return_id=return_id))
