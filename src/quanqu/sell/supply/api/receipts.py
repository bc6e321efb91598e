"""Receipts of goods, and the costs that are shared out over them."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.sell.supply import facade
from quanqu.sell.supply.api import render
from quanqu.sell.supply.api.orders import places_of
from quanqu.sell.supply.api.schemas import ChargeIn, Id, ReceiptIn, ReceiptOut, ReceiptQuery
from quanqu.sell.supply.contracts import (
    ChargeDraft,
    ReceiptDraft,
    ReceiptFilters,
    ReceivedLine,
)

router = Router()


@router.get("/receipts", response=PageOut[ReceiptOut], summary="List receipts")
def list_receipts(
    request: HttpRequest, query: Query[ReceiptQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The receipts at places in scope, newest first."""
    actor = actor_of(request)
    filters = ReceiptFilters(
        order_id=query.purchase_order or "",
        place_keys=places_of(actor, query.unit),
        since=query.since,
        until=query.until,
    )
    found = facade.list_receipts(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    shown = {row["id"]: row for row in render.receipts(found.items)}
    return cursor_page(request, found, lambda row: shown[row.id])


@router.get("/receipts/{receipt_id}", response=ReceiptOut, summary="Get a receipt")
def get_receipt(request: HttpRequest, receipt_id: Path[Id]) -> dict[str, Any]:
    """A receipt with its lines and costs."""
    found = facade.get_receipt(actor=actor_of(request), receipt_id=receipt_id)
    return render.receipts([found])[0]


@router.post(
    "/purchase-orders/{purchase_id}/receipts", response={201: ReceiptOut}, summary="Receive goods"
)
@idempotent
def receive_goods(
    request: HttpRequest, purchase_id: Path[Id], body: ReceiptIn
) -> Status[dict[str, Any]]:
    """Take a delivery in; the same reference with the same lines again changes nothing."""
    now = utc_now()
    draft = ReceiptDraft(
        reference=body.reference,
        lines=tuple(ReceivedLine(one.line_no, one.good, one.damaged) for one in body.lines),
        received_at=body.received_at or now,
        note=body.note,
    )
    made = facade.receive_goods(actor=actor_of(request), order_id=purchase_id, draft=draft, now=now)
    return Status(201, render.receipts([made])[0])


@router.post(
    "/receipts/{receipt_id}/charges", response={201: ReceiptOut}, summary="Share a cost out"
)
@idempotent
def record_charge(
    request: HttpRequest, receipt_id: Path[Id], body: ChargeIn
) -> Status[dict[str, Any]]:
    """Share freight, duty, insurance or another cost out over a receipt's lines."""
    actor = actor_of(request)
    receipt = facade.get_receipt(actor=actor, receipt_id=receipt_id)
    currency = receipt.lines[0].unit_cost.currency
    draft = ChargeDraft(
        kind=body.kind,
        amount_minor=Money.parse(body.amount, currency).minor,
        basis=body.basis,
        reference=body.reference,
        weights_g={one.line_no: one.weight_g for one in body.weights},
    )
    made = facade.record_charge(actor=actor, receipt_id=receipt_id, draft=draft, now=utc_now())
    return Status(201, render.receipts([made])[0])
