"""Make the order to a supplier of what its place ships, and let it follow the buyer's order."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts import LiveLine, PartFilters, PartState, PartWork
from quanqu.sell.checkout.facade import list_parts
from quanqu.sell.dropship.actions.answering import turn_away
from quanqu.sell.dropship.actions.writing import note, tell_supplier
from quanqu.sell.dropship.contracts import (
    ANSWERABLE,
    DropshipState,
    DropStep,
    LineState,
    RejectReason,
)
from quanqu.sell.dropship.models import Line, Offer, Order, Terms
from quanqu.sell.dropship.queries.orders import SHIPPING_LINES
from quanqu.sell.dropship.rules.orders import ships_on

__all__ = ["follow_orders"]

_LOCK_CLASS: Final = 0x64726F70  # "drop"
_OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})
_ASKED_AGAIN: Final = frozenset(
    {DropshipState.REJECTED, DropshipState.TIMED_OUT, DropshipState.WITHDRAWN}
)


def follow_orders(*, order_ids: Collection[UUID], now: datetime) -> int:
    """Let orders to suppliers be what buyers' orders want of their places; return how many of the
    buyers' orders concern suppliers.

    A part at a supplier's place, paid and not held up, is one order to it; a changed one is asked
    anew, one that is wanted no more is cancelled.  An order that was released after nobody else had
    the goods asks the supplier again.  Again, it changes nothing.
    Locks: each buyer's order for this room, the order to the supplier, what `move_part` locks.
    """
    terms = {one.place_key: one for one in Terms.objects.all()}
    if not terms:
        return 0
    count = 0
    concerned = set(_concerned(order_ids, terms))
    for order_id in sorted(concerned, key=str):
        with transaction.atomic():
            _lock(order_id)
            wanted = {one.part.no: one for one in _parts({order_id}, terms)}
            rows = Order.objects.select_for_update().filter(order_id=order_id)
            known = {one.part_no: one for one in rows.order_by("key")}
            for part_no in sorted(known.keys() | wanted.keys()):
                _follow(known.get(part_no), wanted.get(part_no), terms, now)
            count += 1
    return count


def _concerned(order_ids: Collection[UUID], terms: Mapping[int, Terms]) -> Collection[UUID]:
    known = Order.objects.filter(order_id__in=order_ids).values_list("order_id", flat=True)
    return {*known, *(one.order.id for one in _parts(order_ids, terms))}


def _parts(order_ids: Collection[UUID], terms: Mapping[int, Terms]) -> list[PartWork]:
    filters = PartFilters(order_ids=frozenset(order_ids), place_keys=frozenset(terms))
    found: list[PartWork] = []
    cursor = None
    while True:
        page = list_parts(actor=SYSTEM, filters=filters, cursor=cursor, limit=500)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _follow(
    row: Order | None, one: PartWork | None, terms: Mapping[int, Terms], now: datetime
) -> None:
    """Let one part, and the order to the supplier there is of it, agree."""
    is_open = one is not None and one.part.state in _OPEN and bool(one.lines)
    if not is_open or one is None:
        if row is not None and row.state in ANSWERABLE and not _has_gone(one):
            _cancel(row, now)
        return
    if one.is_held_up:
        return
    if row is None:
        _place(one, terms[one.part.place_key], now)
    elif row.state in _ASKED_AGAIN or (row.state in ANSWERABLE and _differs(row, one.lines)):
        _ask_again(row, one, terms[one.part.place_key], now)


def _has_gone(one: PartWork | None) -> bool:
    return one is not None and one.part.state is PartState.GONE


def _place(one: PartWork, terms: Terms, now: datetime) -> None:
    row = Order(
        order_id=one.order.id,
        part_no=one.part.no,
        number=one.order.number,
        place_key=one.part.place_key,
        sold_at_key=one.order.place_key,
        company_key=one.order.company_key,
        supplier_id=terms.supplier_id,
        state=DropshipState.PLACED.value,
        currency=terms.currency,
        made_at=now,
        answer_by=now + timedelta(minutes=terms.answer_minutes),
        due_on=now.date(),
        version=1,
    )
    row.save()
    _write(row, one, terms, DropStep.PLACE, now)


def _ask_again(row: Order, one: PartWork, terms: Terms, now: datetime) -> None:
    row.version += 1
    row.state, row.answered_at, row.promised_on = DropshipState.PLACED.value, None, None
    row.answer_by = now + timedelta(minutes=terms.answer_minutes)
    row.save()
    _write(row, one, terms, DropStep.CHANGE, now)


def _write(row: Order, one: PartWork, terms: Terms, step: DropStep, now: datetime) -> None:
    """Write the lines of an order, say when it is to leave, and put it on its way to the supplier.

    Lines of which the supplier has no offer in force it does not get: they go elsewhere at once.
    """
    offers = {
        offer.variant_key: offer
        for offer in Offer.objects.filter(
            place_key=row.place_key, variant_key__in={line.variant_key for line in one.lines}
        )
    }
    zone = places_by_key(keys=[row.place_key])[row.place_key].time_zone
    rest = Line.objects.filter(order_key=row.key)
    rest.exclude(line_no__in=[line.line_no for line in one.lines]).update(
        state=LineState.DROPPED.value
    )
    Line.objects.bulk_create(
        [_line(row, line, offers.get(line.variant_key)) for line in one.lines],
        update_conflicts=True,
        unique_fields=["order_key", "line_no"],
        update_fields=["quantity", "unit_cost_minor", "supplier_code", "state", "reason"],
    )
    row.due_on = max(
        ships_on(
            made_at=now,
            zone=zone,
            lead_days=terms.lead_days if offer.lead_days is None else offer.lead_days,
            cut_off=terms.cut_off if offer.cut_off is None else offer.cut_off,
        )
        for offer in (offers.values() or [Offer()])
    )
    row.save(update_fields=["due_on"])
    note(row, step, by=SYSTEM.id, now=now)
    tell_supplier(row, "placed", now)
    missing = [line.line_no for line in one.lines if line.variant_key not in offers]
    if missing:
        told = dict.fromkeys(missing, RejectReason.NO_OFFER)
        turn_away(row, told, by=SYSTEM.id, step=DropStep.ANSWER, now=now)


def _line(row: Order, line: LiveLine, offer: Offer | None) -> Line:
    return Line(
        order_key=row.key,
        line_no=line.line_no,
        variant_key=line.variant_key,
        sku=line.sku,
        name=line.name,
        supplier_code=offer.supplier_code if offer else "",
        quantity=line.quantity,
        unit_cost_minor=offer.cost_minor if offer else 0,
        state=LineState.OPEN.value,
        reason="",
    )


def _differs(row: Order, lines: Collection[LiveLine]) -> bool:
    there = Line.objects.filter(order_key=row.key, state__in=SHIPPING_LINES)
    return set(there.values_list("line_no", "variant_key", "quantity")) != {
        (one.line_no, one.variant_key, one.quantity) for one in lines
    }


def _cancel(row: Order, now: datetime) -> None:
    row.state = DropshipState.CANCELLED.value
    row.save(update_fields=["state"])
    Line.objects.filter(order_key=row.key, state__in=SHIPPING_LINES).update(
        state=LineState.DROPPED.value
    )
    note(row, DropStep.CANCEL, by=SYSTEM.id, now=now)
    tell_supplier(row, "cancelled", now)


def _lock(order_id: UUID) -> None:
    """Let whoever follows the same buyer's order wait for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, order_id.int % 2**31])
