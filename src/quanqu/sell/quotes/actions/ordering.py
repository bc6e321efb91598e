"""Make an order of a quote, exactly once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts import LiveOrder, OrderDraft, OrderReusedError
from quanqu.sell.checkout.facade import live_orders_by_id, place_order
from quanqu.sell.quotes.actions.writing import lock_quote, save_step
from quanqu.sell.quotes.contracts import QuoteAct, QuoteFieldError, QuoteOrdering, QuoteState
from quanqu.sell.quotes.models import Quote
from quanqu.sell.quotes.queries.quotes import lines_in
from quanqu.sell.quotes.rules.quotes import follow, order_id_of, order_of

__all__ = ["finish_ordering", "order_quote"]


def order_quote(
    *, actor: Actor, quote_id: UUID, ordering: QuoteOrdering, now: datetime
) -> LiveOrder:
    """Make an order of a quote that was sent or accepted, at its prices, while it holds.

    The order's id follows from the quote's, so that two people, a retry and a worker that died
    between make one.  A quote that is an order already is answered by it.  Not to be called within
    a transaction: the order is placed in one of its own.  Locks: the quote, before and after.
    Emits: QuotesMoved.  Raises: NotAllowedError, QuoteNotFoundError, QuoteStateError,
    QuoteFieldError for one whose last day is over, what `place_order` raises.
    """
    order_id = order_id_of(quote_id)
    with transaction.atomic():
        row = lock_quote(quote_id, actor)
        known = live_orders_by_id(order_ids=[order_id]).get(order_id)
        if known is not None:
            _note_ordered(row, actor.id, now)
            return known
        wanted = _wanted(row, ordering, now)
    try:
        placed = place_order(actor=actor, draft=wanted, now=now)
    except OrderReusedError:  # somebody else was faster, and asked for it in another way
        placed = live_orders_by_id(order_ids=[order_id])[order_id]
    with transaction.atomic():
        _note_ordered(Quote.objects.select_for_update().get(id=quote_id), actor.id, now)
    return placed


def finish_ordering(*, now: datetime) -> int:
    """Note the orders of quotes whose worker died after placing them; return how many.

    Locks: each quote.  Emits: QuotesMoved.
    """
    open_ = Quote.objects.filter(state__in=[QuoteState.SENT.value, QuoteState.ACCEPTED.value])
    ids = list(open_.values_list("id", flat=True)[:5_000])
    there = live_orders_by_id(order_ids=[order_id_of(one) for one in ids])
    found = [one for one in ids if order_id_of(one) in there]
    for quote_id in found:
        with transaction.atomic():
            _note_ordered(Quote.objects.select_for_update().get(id=quote_id), SYSTEM.id, now)
    return len(found)


def _wanted(row: Quote, ordering: QuoteOrdering, now: datetime) -> OrderDraft:
    follow(QuoteState(row.state), QuoteAct.ORDER, ref=encode("quo", row.id))
    place = places_by_key(keys=[row.place_key])[row.place_key]
    if row.valid_until < local_date(now, place.details.time_zone or "UTC"):
        raise QuoteFieldError(field="valid_until", problem="its last day is over")
    return order_of(
        row.id,
        lines_in(row.key),
        ordering,
        place_key=row.place_key,
        currency=row.currency,
        subject_key=row.subject_key,
        shipping_minor=row.shipping_minor,
        note=row.note,
    )


def _note_ordered(row: Quote, by: str, now: datetime) -> None:
    """Let a locked quote be the order it became; again, it changes nothing."""
    if row.state != QuoteState.ORDERED:
        row.order_id = order_id_of(row.id)
        save_step(row, QuoteAct.ORDER, QuoteState.ORDERED, by, now)
