"""The REST API of quotes: write, approve, send, accept, order."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    money_out,
    names_call,
)
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.customers.facade import get_customer
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import get_unit, place_refs, places_by_key, resolve_scope
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.contracts import ContactDraft, TenderDraft
from quanqu.sell.quotes import facade
from quanqu.sell.quotes.api.schemas import (
    CompanyId,
    Id,
    QuoteChangeIn,
    QuoteDetailOut,
    QuoteEditIn,
    QuoteIn,
    QuoteLimitIn,
    QuoteLimitOut,
    QuoteOrderIn,
    QuoteOut,
    QuoteQuery,
    QuoteStepIn,
)
from quanqu.sell.quotes.contracts import (
    QuoteAct,
    QuoteDetail,
    QuoteDraft,
    QuoteFilters,
    QuoteItemError,
    QuoteLineDraft,
    QuoteNotFoundError,
    QuoteOrdering,
    QuoteRow,
)

router = Router(tags=["quotes"])
MANAGE = "orders.manage"
_QUOTE = "/quotes/{quote_id}"


@router.post("/quotes", response={201: QuoteDetailOut}, summary="Write a quote")
@names_call
def make_quote(request: HttpRequest, body: QuoteIn) -> dict[str, Any]:
    """Write the draft of a quote: lines at agreed prices, valid until a day."""
    actor = actor_of(request)
    place = _place(actor, body.place)
    draft = _draft(
        body, call_name(request, actor) or new_id(), place, body.currency,
        _subject(actor, body.customer) if body.customer else None,
    )  # fmt: skip
    made = facade.make_quote(actor=actor, draft=draft, now=utc_now())
    return _shown(actor, made.id)


@router.get("/quotes", response=PageOut[QuoteOut], summary="List quotes")
def list_quotes(
    request: HttpRequest, query: Query[QuoteQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The quotes in scope, newest first."""
    filters = QuoteFilters(query.unit, (query.state,) if query.state else (), query.search)
    found = facade.list_quotes(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: _row(row, places))


@router.get(_QUOTE, response=QuoteDetailOut, summary="Get a quote")
def get_quote(request: HttpRequest, quote_id: Path[Id]) -> dict[str, Any]:
    """A quote with its lines beside what the place asks today, and what was done with it."""
    return _shown(actor_of(request), decode("quo", quote_id))


@router.put(_QUOTE, response=QuoteDetailOut, summary="Change a quote")
def change_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteEditIn) -> dict[str, Any]:
    """Write a quote anew: it is a draft again, to be approved and sent anew."""
    actor, key = actor_of(request), decode("quo", quote_id)
    row = facade.get_quote(actor=actor, quote_id=key).row
    place = places_by_key(keys=[row.place_key])[row.place_key]
    draft = _draft(body, key, place, row.currency, row.subject_key)
    facade.change_quote(actor=actor, quote_id=key, edition=body.edition, draft=draft, now=utc_now())
    return _shown(actor, key)


@router.post(f"{_QUOTE}/approval", response=QuoteDetailOut, summary="Approve a quote")
@idempotent
def approve_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteStepIn) -> dict[str, Any]:
    """Above the limit of its company, somebody else than who wrote it approves it."""
    return _moved(request, quote_id, QuoteAct.APPROVE, body)


@router.post(f"{_QUOTE}/sending", response=QuoteDetailOut, summary="Send a quote")
@idempotent
def send_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteStepIn) -> dict[str, Any]:
    """The buyer has it: its prices hold until its last day."""
    return _moved(request, quote_id, QuoteAct.SEND, body)


@router.post(f"{_QUOTE}/acceptance", response=QuoteDetailOut, summary="Accept a quote")
@idempotent
def accept_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteStepIn) -> dict[str, Any]:
    """The buyer said yes."""
    return _moved(request, quote_id, QuoteAct.ACCEPT, body)


@router.post(f"{_QUOTE}/rejection", response=QuoteDetailOut, summary="Reject a quote")
@idempotent
def reject_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteStepIn) -> dict[str, Any]:
    """The buyer said no, or the house took it back."""
    return _moved(request, quote_id, QuoteAct.REJECT, body)


@router.post(f"{_QUOTE}/order", response=QuoteDetailOut, summary="Order a quote")
@names_call
def order_quote(request: HttpRequest, quote_id: Path[Id], body: QuoteOrderIn) -> dict[str, Any]:
    """Make an order of a quote at its prices, exactly one whoever asks how often."""
    actor, key = actor_of(request), decode("quo", quote_id)
    currency = facade.get_quote(actor=actor, quote_id=key).row.currency
    ordering = QuoteOrdering(
        tenders=tuple(
            TenderDraft(
                one.tender, Money.parse(one.amount, currency).minor if one.amount else None,
                one.token, one.payer, one.account, one.return_url,
            )
            for one in body.tenders
        ),
        delivery=body.delivery,
        pickup_place_key=_place(actor, body.pickup_place).key if body.pickup_place else None,
        contact=ContactDraft(**body.contact.dict()) if body.contact else None,
    )  # fmt: skip
    facade.order_quote(actor=actor, quote_id=key, ordering=ordering, now=utc_now())
    return _shown(actor, key)


@router.put(
    "/companies/{company_id}/quote-rules", response=QuoteLimitOut, summary="Set who sends quotes"
)
def set_limit(
    request: HttpRequest, company_id: Path[CompanyId], body: QuoteLimitIn
) -> dict[str, Any]:
    """Say up to which total one person sends quotes of a company alone."""
    actor = actor_of(request)
    company = get_unit(actor=actor, unit_id=company_id)
    minor = Money.parse(body.amount, body.currency).minor if body.amount is not None else None
    facade.set_quote_limit(
        actor=actor, company_key=company.key, limit_minor=minor, currency=body.currency,
        now=utc_now(),
    )  # fmt: skip
    return _limit(company.key)


@router.get(
    "/companies/{company_id}/quote-rules", response=QuoteLimitOut, summary="Get who sends quotes"
)
def get_limit(request: HttpRequest, company_id: Path[CompanyId]) -> dict[str, Any]:
    """Up to which total one person sends quotes of a company alone."""
    actor = actor_of(request)
    actor.require("orders.view")
    return _limit(get_unit(actor=actor, unit_id=company_id).key)


def _limit(company_key: int) -> dict[str, Any]:
    limit = facade.quote_limit(company_key=company_key)
    return {"limit": money_out(Money(*limit)) if limit else None}


def _moved(request: HttpRequest, quote_id: str, act: QuoteAct, body: QuoteStepIn) -> dict[str, Any]:
    actor, key = actor_of(request), decode("quo", quote_id)
    facade.move_quote(actor=actor, quote_id=key, act=act, now=utc_now(), detail=body.detail)
    return _shown(actor, key)


def _draft(
    body: QuoteChangeIn,
    quote_id: UUID,
    place: PlaceInfo,
    currency: str | None,
    subject_key: int | None,
) -> QuoteDraft:
    told = currency or place.details.currency
    known = variants_by_sku(skus={(place.company_key, one.sku) for one in body.lines})
    lines = []
    for one in body.lines:
        item = known.get((place.company_key, one.sku))
        if item is None:
            raise QuoteItemError(ref=one.sku)
        lines.append(
            QuoteLineDraft(item.key, one.quantity, Money.parse(one.unit_price, told).minor)
        )
    return QuoteDraft(
        id=quote_id,
        place_key=place.key,
        currency=told,
        buyer=body.buyer,
        lines=tuple(lines),
        valid_until=body.valid_until,
        subject_key=subject_key,
        shipping_minor=Money.parse(body.shipping, told).minor,
        note=body.note,
    )


def _place(actor: Actor, place_id: str) -> PlaceInfo:
    scope = resolve_scope(actor=actor, permission=MANAGE)
    ref = place_refs(place_ids={place_id}).get(place_id)
    if ref is None or not (scope.everything or ref.key in scope.places):
        raise QuoteNotFoundError(ref=f"place {place_id}")
    return places_by_key(keys=[ref.key])[ref.key]


def _subject(actor: Actor, customer_id: str) -> int:
    customer = get_customer(actor=actor, customer_id=decode("cus", customer_id))
    return min(customer.subject_keys)


def _shown(actor: Actor, quote_id: UUID) -> dict[str, Any]:
    found = facade.get_quote(actor=actor, quote_id=quote_id)
    return _detail(found, places_by_key(keys=[found.row.place_key]))


def _row(row: QuoteRow, places: dict[int, PlaceInfo]) -> dict[str, Any]:
    return {
        "id": encode("quo", row.id),
        "number": row.number,
        "place": places[row.place_key].id,
        "state": row.state,
        "edition": row.edition,
        "buyer": row.buyer,
        "total": money_out(Money(row.total_minor, row.currency)),
        "valid_until": row.valid_until.isoformat(),
        "needs_approval": row.needs_approval,
        "order": encode("ord", row.order_id) if row.order_id else None,
        "made_at": format_time(row.made_at),
    }


def _detail(found: QuoteDetail, places: dict[int, PlaceInfo]) -> dict[str, Any]:
    currency = found.row.currency
    return _row(found.row, places) | {
        "shipping": money_out(Money(found.shipping_minor, currency)),
        "note": found.note,
        "lines": [
            {
                "line": one.line_no,
                "sku": one.sku,
                "name": one.name,
                "quantity": one.quantity,
                "unit_price": money_out(Money(one.unit_price_minor, currency)),
                "asked": None
                if one.asked_minor is None
                else money_out(Money(one.asked_minor, currency)),
                "amount": money_out(Money(one.amount_minor, currency)),
            }
            for one in found.lines
        ],
        "steps": [
            {
                "at": format_time(one.at),
                "actor": one.actor,
                "act": one.act,
                "detail": one.detail,
            }
            for one in found.steps
        ],
    }
