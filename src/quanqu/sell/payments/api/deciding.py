"""The REST API of refunds that providers refused: what awaits a decision, and deciding it."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    MoneyOut,
    PageOut,
    PageParams,
    cursor_page,
    idempotent,
    money_out,
)
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import RefundDecision, RefundWay, RefusedRefund

router = Router(tags=["payments"])
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class RefusedRefundOut(Schema):
    """A refund that a provider refused and nobody decided yet."""

    id: str
    payment: str
    reference: str
    place: str
    tender: str
    amount: MoneyOut
    reason: str
    note: str
    refused_at: str


class RefundDecisionIn(Schema):
    """How a refused refund is decided."""

    way: RefundWay
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    tender: Annotated[str, Field(max_length=40, description="How it is paid by hand.")] = ""
    payment: Annotated[Id | None, Field(description="The other payment that gives back.")] = None


class RefundDecisionOut(Schema):
    """How a refused refund was decided."""

    id: str
    way: RefundWay
    payment: str
    tender: str
    amount: MoneyOut
    reason: str
    at: str


class RefusedQuery(Schema):
    """Narrow the refunds that await a decision."""

    unit: Id = ""


@router.get("/refused-refunds", response=PageOut[RefusedRefundOut], summary="List refused refunds")
def list_refused(
    request: HttpRequest, query: Query[RefusedQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The refunds that providers refused and that await a decision, the oldest first."""
    found = facade.list_refused_refunds(
        actor=actor_of(request),
        unit_id=query.unit or None,
        cursor=page.cursor,
        limit=page.limit,
    )
    places = places_by_key(keys={one.place_key for one in found.items})
    return cursor_page(request, found, lambda row: _refused(row, places[row.place_key].id))


@router.post(
    "/refused-refunds/{refused_id}/decision",
    response=RefundDecisionOut,
    summary="Decide a refused refund",
)
@idempotent
def decide(request: HttpRequest, refused_id: Path[Id], body: RefundDecisionIn) -> dict[str, Any]:
    """Ask the provider again, let another payment give back, pay by hand, or let it be."""
    made = facade.decide_refund(
        actor=actor_of(request),
        operation_id=decode("rfd", refused_id),
        way=body.way,
        reason=body.reason,
        tender=body.tender,
        payment_id=decode("pay", body.payment) if body.payment else None,
        now=utc_now(),
    )
    return _decision(made)


def _refused(row: RefusedRefund, place: str) -> dict[str, Any]:
    return {
        "id": encode("rfd", row.operation_id),
        "payment": encode("pay", row.payment_id),
        "reference": row.reference,
        "place": place,
        "tender": row.tender,
        "amount": money_out(Money(row.amount_minor, row.currency)),
        "reason": row.reason,
        "note": row.note,
        "refused_at": format_time(row.refused_at),
    }


def _decision(made: RefundDecision) -> dict[str, Any]:
    return {
        "id": encode("rfd", made.operation_id),
        "way": made.way,
        "payment": encode("pay", made.payment_id),
        "tender": made.tender,
        "amount": money_out(Money(made.amount_minor, made.currency)),
        "reason": made.reason,
        "at": format_time(made.at),
    }
