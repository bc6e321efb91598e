"""Follow goods: what of one company fulfilled an order of another, or came back to one."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.facade import gone_lines
from quanqu.sell.intercompany.actions.booking import book, movement, price_movements, set_price
from quanqu.sell.intercompany.contracts import MovementKind, Priced
from quanqu.sell.intercompany.models import Movement
from quanqu.sell.intercompany.rules.pricing import given_back
from quanqu.sell.returns.contracts import SettledReturn
from quanqu.sell.returns.facade import get_return, settled_returns

__all__ = ["follow_orders", "follow_return"]

_SALE: Final = MovementKind.SALE


def follow_orders(*, order_ids: Collection[UUID], now: datetime) -> int:
    """Write what left places of other companies than the orders', and return how many lines.

    Again, it changes nothing.  Locks: pairs of companies.
    """
    lines = gone_lines(order_ids=order_ids)
    places = places_by_key(keys={one.from_place_key for one in lines})
    rows = [
        movement(
            _SALE, now, SYSTEM.id,
            source_id=one.order_id, line_no=one.line_no, order_id=one.order_id,
            order_line_no=one.line_no, from_company_key=places[one.from_place_key].company_key,
            to_company_key=one.company_key, variant_key=one.variant_key, sku=one.sku,
            quantity=one.quantity, sales_minor=one.amount_minor, currency=one.currency,
            on=_day(places[one.from_place_key], one.gone_at),
        )
        for one in lines
        if places[one.from_place_key].company_key != one.company_key
    ]  # fmt: skip
    if not rows:
        return 0
    with transaction.atomic():
        price_movements(rows)
        return book(rows)


def follow_return(*, order_id: UUID, return_id: UUID, now: datetime) -> int:
    """Write what came back to a place of another company than the one that sold it.

    Goods that company had given are taken back at what they cost; others are priced by the rule
    from the seller to it.  Returns how many lines; again, none.  Locks: pairs of companies.
    """
    found = next(
        (one for one in settled_returns(order_id=order_id) if one.return_id == return_id), None
    )
    if found is None:
        return 0
    place = places_by_key(keys=[found.place_key])[found.place_key]
    told = get_return(actor=SYSTEM, return_id=return_id)
    if place.company_key == found.company_key or told.row.keeps_goods:
        return 0
    skus = {line.line_no: line.sku for line in told.lines}
    with transaction.atomic():
        rows = [
            movement(
                MovementKind.RETURN, now, SYSTEM.id,
                source_id=return_id, line_no=share.line_no, order_id=order_id,
                order_line_no=share.line_no, from_company_key=found.company_key,
                to_company_key=place.company_key, variant_key=share.variant_key,
                sku=skus[share.line_no], quantity=share.quantity,
                sales_minor=share.amount_minor, currency=told.row.currency,
                on=_day(place, now),
            )
            for share in found.lines
            if share.quantity
        ]  # fmt: skip
        _as_they_were_given(rows, found)
        price_movements(rows)
        return book(rows)


def _as_they_were_given(rows: Collection[Movement], back: SettledReturn) -> None:
    """Price what comes back to the company that gave it as it was given."""
    given = {
        (one.order_line_no, one.from_company_key): one
        for one in Movement.objects.filter(
            kind=_SALE.value, order_id__in={row.order_id for row in rows}
        )
    }
    taken = dict(
        Movement.objects.filter(
            kind=MovementKind.RETURN.value, order_id__in={row.order_id for row in rows}
        )
        .exclude(source_id=back.return_id)
        .values_list("order_line_no")
        .annotate(units=Sum("quantity"))
        .order_by()
    )
    for row in rows:
        sale = given.get((row.order_line_no, row.to_company_key))
        if sale is None or sale.amount_minor is None:
            continue
        before = int(taken.get(row.order_line_no, 0))
        amount = given_back(
            sale.amount_minor, units=sale.quantity, before=before, count=row.quantity
        )
        set_price(row, Priced(amount), sale.rule_version)


def _day(place: PlaceInfo, at: datetime) -> date:
    return at.astimezone(ZoneInfo(place.time_zone or "UTC")).date()
