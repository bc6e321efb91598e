"""The REST API of orders that are made one, and two again."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import MoneyOut, call_name, idempotent, money_out
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api.routes import detail_of, router
from quanqu.sell.checkout.api.schemas import Id, LiveOrderDetailOut, Text
from quanqu.sell.checkout.contracts import OrderMerge

_MERGES = "/live-orders/{live_order_id}/merges"
Edition = Annotated[int, Field(strict=True, ge=1, le=10**9)]


class MergeIn(Schema):
    """The order to take into this one, and the editions of both as they were looked at."""

    other: Id
    edition: Edition
    other_edition: Edition
    reason: Text = ""


class MergeOut(Schema):
    """A merge: `merged` is the sum of the two totals before it."""

    id: str
    kept: str
    gone: str
    at: str
    actor: str
    reason: str
    kept_total: MoneyOut
    gone_total: MoneyOut
    merged_total: MoneyOut
    undone_at: str | None


class MergesOut(Schema):
    """The merges of an order, the first first."""

    items: list[MergeOut]


class MergeCandidateOut(Schema):
    """An open order of the same customer; `problem` tells why it cannot be taken in."""

    id: str
    number: str
    edition: int
    total: MoneyOut
    problem: str | None


class MergeCandidatesOut(Schema):
    """Open orders of the same customer, the newest first."""

    items: list[MergeCandidateOut]


@router.get(_MERGES, response=MergesOut, summary="List the merges of an order")
def list_merges(request: HttpRequest, live_order_id: Path[Id]) -> dict[str, Any]:
    """The merges the order was kept or is gone in."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    currency = facade.get_live_order(actor=actor, order_id=key).order.currency
    return {
        "items": [
            {
                "id": str(one.id),
                "kept": encode("ord", one.order_id),
                "gone": encode("ord", one.gone_id),
                "at": format_time(one.at),
                "actor": one.actor,
                "reason": one.reason,
                "kept_total": money_out(Money(one.kept_minor, currency)),
                "gone_total": money_out(Money(one.gone_minor, currency)),
                "merged_total": money_out(Money(one.merged_minor, currency)),
                "undone_at": format_time(one.undone_at) if one.undone_at else None,
            }
            for one in facade.list_merges(actor=actor, order_id=key)
        ]
    }


@router.get(
    "/live-orders/{live_order_id}/merge-candidates",
    response=MergeCandidatesOut,
    summary="List orders that could be taken into an order",
)
def list_candidates(request: HttpRequest, live_order_id: Path[Id]) -> dict[str, Any]:
    """Open orders of the same customer at the same place, with why not where it cannot be."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    facade.get_live_order(actor=actor, order_id=key)
    return {
        "items": [
            {
                "id": encode("ord", one.order.id),
                "number": one.order.number,
                "edition": one.order.edition,
                "total": money_out(Money(one.order.total_minor, one.order.currency)),
                "problem": one.problem.value if one.problem else None,
            }
            for one in facade.merge_candidates(actor=actor, order_id=key)
        ]
    }


@router.post(_MERGES, response=LiveOrderDetailOut, summary="Take another order into this one")
@idempotent
def merge(request: HttpRequest, live_order_id: Path[Id], body: MergeIn) -> dict[str, Any]:
    """Lines, goods and payments of the other order come into this one; the other ends as merged.

    Both wait to be picked and are of one customer, company, currency and address.
    """
    actor, key = actor_of(request), decode("ord", live_order_id)
    ask = OrderMerge(
        id=call_name(request, actor) or new_id(),
        order_id=key,
        edition=body.edition,
        gone_id=decode("ord", body.other),
        gone_edition=body.other_edition,
        reason=body.reason,
    )
    facade.merge_orders(actor=actor, merge=ask, now=utc_now())
    return detail_of(request, key)


@router.post(
    f"{_MERGES}/{{merge_id}}/undoing", response=LiveOrderDetailOut, summary="Make them two again"
)
@idempotent
def undo_merge(
    request: HttpRequest, live_order_id: Path[Id], merge_id: Path[UUID]
) -> dict[str, Any]:
    """Undo a merge, as long as nobody changed or picked the order since."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    facade.unmerge_orders(actor=actor, order_id=key, merge_id=merge_id, now=utc_now())
    return detail_of(request, key)
