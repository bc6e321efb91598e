"""Terms and offers of suppliers, and what is due to them, as an actor may see them."""

from typing import TYPE_CHECKING, Final

from django.db.models import Q, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.sell.dropship.contracts import (
    DropshipOffer,
    DropshipPlaceError,
    DueBalance,
    DueKind,
    DueRow,
    OfferDraft,
    OfferFilters,
    PauseReason,
    Terms,
    TermsDraft,
)
from quanqu.sell.dropship.models import Due, Offer, Order
from quanqu.sell.dropship.models import Terms as TermsRow
from quanqu.sell.dropship.queries.rights import SUPPLY, VIEW, scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_offers",
    "find_terms",
    "get_offer",
    "list_balances",
    "list_dues",
    "list_offers",
    "list_terms",
    "terms_of",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_terms(*, actor: Actor, unit_id: str | None = None) -> tuple[Terms, ...]:
    """Return how the suppliers in scope drop-ship, by name. Raises: NotAllowedError."""
    scope, rows = scope_of(actor, VIEW, SUPPLY, unit_id=unit_id), TermsRow.objects.all()
    if not scope.everything:
        rows = rows.filter(place_key__in=scope.places)
    return tuple(terms_of(row) for row in rows.order_by("supplier_name", "place_key"))


def find_terms(*, actor: Actor, place_key: int) -> Terms:
    """Return the terms of a place. Raises: NotAllowedError, DropshipPlaceError."""
    scope = scope_of(actor, VIEW, SUPPLY)
    row = TermsRow.objects.filter(place_key=place_key).first()
    if row is None or not (scope.everything or place_key in scope.places):
        raise DropshipPlaceError(ref=place_key)
    return terms_of(row)


def list_offers(
    *, actor: Actor, filters: OfferFilters, cursor: str | None = None, limit: int = 50
) -> Page[DropshipOffer]:
    """Return a page of offers, the newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_offers(actor, filters), cursor, limit)
    terms = {one.place_key: one for one in TermsRow.objects.all()}
    return Page(tuple(_offer(row, terms[row.place_key]) for row in rows), following)


def count_offers(*, actor: Actor, filters: OfferFilters) -> int:
    """Return how many offers match. Raises: NotAllowedError, UnitNotFoundError."""
    return _offers(actor, filters).count()


def get_offer(*, actor: Actor, key: int) -> DropshipOffer:
    """Return an offer. Raises: NotAllowedError, DropshipPlaceError."""
    row = _offers(actor, OfferFilters()).filter(key=key).first()
    if row is None:
        raise DropshipPlaceError(ref=f"offer {key}")
    return _offer(row, TermsRow.objects.get(place_key=row.place_key))


def list_balances(*, actor: Actor, unit_id: str | None = None) -> tuple[DueBalance, ...]:
    """Return what is due to the suppliers in scope. Raises: NotAllowedError, UnitNotFoundError."""
    is_goods = Q(kind=DueKind.GOODS.value)
    sums = (
        _dues(actor, unit_id)
        .values("place_key", "currency")
        .annotate(
            goods=Sum("amount_minor", filter=is_goods, default=0),
            paid=Sum("amount_minor", filter=~is_goods, default=0),
        )
        .order_by("place_key", "currency")
    )
    return tuple(
        DueBalance(one["place_key"], one["currency"], int(one["goods"]), -int(one["paid"]))
        for one in sums
    )


def list_dues(
    *, actor: Actor, unit_id: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[DueRow]:
    """Return a page of amounts due and paid, the newest first.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    rows, following = _NEWEST.page(_dues(actor, unit_id), cursor, limit)
    orders = {one.key: one for one in Order.objects.filter(key__in=[row.order_key for row in rows])}
    return Page(tuple(_due(row, orders.get(row.order_key or 0)) for row in rows), following)


def terms_of(row: TermsRow) -> Terms:
    """Return terms as others see them."""
    draft = TermsDraft(
        place_key=row.place_key,
        supplier_id=row.supplier_id,
        answer_minutes=row.answer_minutes,
        lead_days=row.lead_days,
        cut_off=row.cut_off,
        stale_hours=row.stale_hours,
        url=row.url,
        is_active=row.is_active,
    )
    return Terms(draft, row.company_key, row.supplier_name, row.currency, row.updated_at)


def _offers(actor: Actor, filters: OfferFilters) -> "QuerySet[Offer]":
    scope = scope_of(actor, VIEW, SUPPLY, unit_id=filters.unit_id)
    rows = Offer.objects.all()
    if not scope.everything:
        rows = rows.filter(place_key__in=scope.places)
    if filters.variant_keys is not None:
        rows = rows.filter(variant_key__in=filters.variant_keys)
    if filters.is_on is not None:
        rows = rows.filter(is_on=filters.is_on)
    return rows


def _dues(actor: Actor, unit_id: str | None) -> "QuerySet[Due]":
    scope = scope_of(actor, VIEW, SUPPLY, unit_id=unit_id)
    rows = Due.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)


def _offer(row: Offer, terms: TermsRow) -> DropshipOffer:
    draft = OfferDraft(
        variant_key=row.variant_key,
        cost_minor=row.cost_minor,
        supplier_code=row.supplier_code,
        lead_days=row.lead_days,
        cut_off=row.cut_off,
        buffer=row.buffer,
        is_on=row.is_on,
    )
    return DropshipOffer(
        key=row.key,
        place_key=row.place_key,
        company_key=terms.company_key,
        draft=draft,
        currency=terms.currency,
        stated=row.stated,
        stated_at=row.stated_at,
        paused=PauseReason(row.paused) if row.paused else None,
        updated_at=row.updated_at,
    )


def _due(row: Due, order: Order | None) -> DueRow:
    return DueRow(
        key=row.key,
        kind=DueKind(row.kind),
        place_key=row.place_key,
        dropship_id=order.id if order else None,
        number=order.number if order else "",
        amount_minor=row.amount_minor,
        currency=row.currency,
        reference=row.reference,
        at=row.at,
        actor=row.actor,
    )
