"""The REST API of invoices: ask for one, find them, take them as files, take them back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    names_call,
)
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.api import render
from quanqu.sell.invoicing.api.schemas import (
    CorrectionIn,
    Id,
    InvoiceDetailOut,
    InvoiceIn,
    InvoiceOut,
    InvoiceQuery,
)
from quanqu.sell.invoicing.contracts import Buyer, InvoiceDraft, InvoiceFilters

router = Router()


@router.post("/invoices", response={201: InvoiceOut}, summary="Write an invoice", by_alias=True)
@names_call
def issue_invoice(request: HttpRequest, body: InvoiceIn) -> Status[dict[str, Any]]:
    """Write an invoice of an order whose goods the buyer has, also long after it was bought.

    The invoice itself remembers its Idempotency-Key.
    """
    actor = actor_of(request)
    draft = InvoiceDraft(
        id=call_name(request, actor) or new_id(),
        order_id=decode("ord", body.order),
        buyer=Buyer(**body.buyer.dict()),
        part_no=body.part,
        note=body.note,
    )
    made = facade.issue_invoice(actor=actor, draft=draft, now=utc_now())
    return Status(201, render.invoice(made, render.places_of([made])))


@router.get("/invoices", response=PageOut[InvoiceOut], summary="List invoices", by_alias=True)
def list_invoices(
    request: HttpRequest, query: Query[InvoiceQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The invoices of places in scope, newest first."""
    filters = InvoiceFilters(
        unit_id=query.unit or None,
        kinds=frozenset({query.kind} if query.kind else ()),
        order_id=decode("ord", query.order) if query.order else None,
        first=query.first,
        last=query.last,
        text=query.search,
    )
    found = facade.list_invoices(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = render.places_of(found.items)
    return cursor_page(request, found, lambda row: render.invoice(row, places))


@router.get(
    "/invoices/{invoice_id}", response=InvoiceDetailOut, summary="Get an invoice", by_alias=True
)
def get_invoice(request: HttpRequest, invoice_id: Path[Id]) -> dict[str, Any]:
    """An invoice with its lines, its sums by rate, its buyer and what was taken back."""
    found = facade.get_invoice(actor=actor_of(request), invoice_id=decode("inv", invoice_id))
    return render.detail(found)


@router.get("/invoices/{invoice_id}/files/{form}", summary="Get an invoice as a file")
def get_file(request: HttpRequest, invoice_id: Path[Id], form: Path[Id]) -> HttpResponse:
    """An invoice as `pdf`, as `json`, or of EN 16931 as `xml` (UBL 2.1), its buyer in clear."""
    found = facade.invoice_file(
        actor=actor_of(request), invoice_id=decode("inv", invoice_id), form=form, now=utc_now()
    )
    return HttpResponse(
        found.content,
        content_type=found.media_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{found.name}"',
        },
    )


@router.post(
    "/invoices/{invoice_id}/correction",
    response=InvoiceOut,
    summary="Take an invoice back",
    by_alias=True,
)
@idempotent
def correct_invoice(
    request: HttpRequest, invoice_id: Path[Id], body: CorrectionIn
) -> dict[str, Any]:
    """Take a blue invoice back as a whole by a red one, so that it can be written again."""
    made = facade.correct_invoice(
        actor=actor_of(request),
        invoice_id=decode("inv", invoice_id),
        reason=body.reason,
        now=utc_now(),
    )
    return render.invoice(made, render.places_of([made]))
