"""Signs of abuse, from what returns themselves know; sets, not rows."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Q

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import keyed_hash
from quanqu.sell.orders.facade import customer_totals
from quanqu.sell.payments.contracts import PaymentView
from quanqu.sell.returns.contracts import ReturnState, Signal
from quanqu.sell.returns.models import Return

__all__ = ["card_hash", "signals_of"]

MANY: Final = 5
"""So many returns within three months are many."""
WITHOUT: Final = 3
"""So many without a receipt within half a year are many."""
OFTEN: Final = 3
"""From so many returns on, more than every second order is a high rate."""
BUYERS: Final = 3
"""So many buyers refunded to one card share it."""
_SHARED: Final = """
SELECT count(DISTINCT r.subject_key) FROM returns_entry e
JOIN returns_return r ON r.key = e.return_key
WHERE e.card_hash = ANY(%s) AND r.subject_key IS NOT NULL AND r.subject_key <> %s
"""


def signals_of(
    *, subject_key: int | None, payments: Collection[PaymentView], now: datetime
) -> frozenset[Signal]:
    """Return the signs a buyer and the cards of an order give. Source: docs/rules/returns.md."""
    found = _of_buyer(subject_key, now) if subject_key is not None else set()
    hashes = [one for one in map(card_hash, payments) if one is not None]
    if hashes:
        with connection.cursor() as cursor:
            cursor.execute(_SHARED, [hashes, subject_key or 0])
            others: int = (cursor.fetchone() or (0,))[0]
        if others + 1 >= BUYERS:
            found.add(Signal.SHARED_CARD)
    return frozenset(found)


def card_hash(payment: PaymentView) -> bytes | None:
    """Return what tells a card or wallet from another without naming it; None where unknown."""
    if not payment.token or payment.tender == "return_credit":
        return None
    return keyed_hash(f"{payment.tender} {payment.token}", purpose="returns.card")


def _of_buyer(subject_key: int, now: datetime) -> set[Signal]:
    counted = Return.objects.filter(subject_key=subject_key).exclude(
        state__in=[ReturnState.REFUSED.value, ReturnState.CANCELLED.value]
    )
    told = counted.aggregate(
        orders=Count("order_id", distinct=True),
        recent=Count("key", filter=Q(opened_at__gt=now - timedelta(days=90))),
        without=Count("key", filter=Q(has_receipt=False, opened_at__gt=now - timedelta(days=180))),
    )
    found = set()
    if told["recent"] >= MANY:
        found.add(Signal.MANY_RETURNS)
    if told["without"] >= WITHOUT:
        found.add(Signal.NO_RECEIPT)
    if told["orders"] >= OFTEN:
        totals = customer_totals(actor=SYSTEM, subject_keys=[subject_key])
        if told["orders"] * 2 > sum(one.order_count for one in totals):
            found.add(Signal.RETURN_RATE)
    return found
