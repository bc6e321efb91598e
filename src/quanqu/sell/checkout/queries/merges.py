"""Orders that may be made one, and those that were."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.know.customers.facade import customer_keys, customers_by_subject
from quanqu.sell.checkout.contracts import LiveState, MergeCandidate, MergeProblem, MergeView
from quanqu.sell.checkout.models import Drop, Merge, Order, OrderHold
from quanqu.sell.checkout.queries.orders import contacts_of, find_live_order, lines_of, view_of
from quanqu.sell.checkout.queries.parts import parts_by_order
from quanqu.sell.checkout.rules.merges import MergeSide, why_not_merged
from quanqu.sell.payments.contracts import PaymentState, PaymentView
from quanqu.sell.payments.facade import get_payments

__all__ = ["list_merges", "merge_candidates", "sides_of"]

_MOST: Final = 20
_OPEN: Final = [LiveState.CONFIRMED.value, LiveState.PROCESSING.value]
_SETTLED: Final = frozenset({PaymentState.AUTHORISED, PaymentState.CAPTURED})
_NOTHING: Final = frozenset({PaymentState.VOIDED, PaymentState.FAILED})


def merge_candidates(*, actor: Actor, order_id: UUID) -> list[MergeCandidate]:
    """Return the open orders of an order's customer at its place, newest first, at most 20, each
    with why it cannot be taken into the order, if it cannot.

    Raises: NotAllowedError.
    """
    found = find_live_order(actor=actor, order_id=order_id)
    if found is None or found.order.subject_key is None:
        return []
    subject = found.order.subject_key
    customer = customers_by_subject(actor=SYSTEM, subject_keys=[subject]).get(subject)
    subjects = [one.subject_key for one in customer.identifiers] if customer else []
    near = Order.objects.filter(
        place_key=found.order.place_key,
        state__in=_OPEN,
        subject_key__in={subject, *subjects},
    )
    rows = list(near.exclude(key=found.order.key).order_by("-key")[:_MOST])
    kept = Order.objects.get(key=found.order.key)
    sides = sides_of([kept, *rows])
    split = set(
        Drop.objects.filter(order_key__in=[row.key for row in rows]).values_list(
            "order_key", flat=True
        )
    )
    return [
        MergeCandidate(
            view_of(row),
            why_not_merged(sides[kept.key], sides[row.key])
            or (MergeProblem.ADDRESS if row.key in split else None),
        )
        for row in rows
    ]


def list_merges(*, actor: Actor, order_id: UUID) -> list[MergeView]:
    """Return the merges of an order, kept or gone, the first first. Raises: NotAllowedError."""
    found = find_live_order(actor=actor, order_id=order_id)
    if found is None:
        return []
    key = found.order.key
    rows = list(
        (Merge.objects.filter(kept_key=key) | Merge.objects.filter(gone_key=key)).order_by("key")
    )
    ids = dict(
        Order.objects.filter(
            key__in={key for row in rows for key in (row.kept_key, row.gone_key)}
        ).values_list("key", "id")
    )
    return [
        MergeView(
            row.id, ids[row.kept_key], ids[row.gone_key], row.at, row.actor, row.reason,
            row.kept_minor, row.gone_minor, row.merged_minor, row.undone_at,
        )
        for row in rows
    ]  # fmt: skip


def sides_of(rows: Sequence[Order]) -> dict[int, MergeSide]:
    """Return orders as sides of a merge, by key; what is asked of all is asked at once."""
    keys = [row.key for row in rows]
    names = {row.key: encode("ord", row.id) for row in rows}
    payments = get_payments(actor=SYSTEM, references=list(names.values()))
    parts, lines, contacts = parts_by_order(keys), lines_of(keys), contacts_of(keys)
    held = set(
        OrderHold.objects.filter(order_key__in=keys, released_at__isnull=True).values_list(
            "order_key", flat=True
        )
    )
    subjects = {row.subject_key for row in rows if row.subject_key is not None}
    owners = customer_keys(subject_keys=subjects)
    return {
        row.key: MergeSide(
            order=view_of(row),
            customer=owners.get(row.subject_key or 0, -(row.subject_key or 0) or None),
            contact=contacts[row.key],
            parts=[one.state for one in parts.get(row.key, [])],
            lines=len(lines[row.key]),
            payments=len(payments[names[row.key]]),
            tenders=frozenset(
                one.tender for one in payments[names[row.key]] if one.state not in _NOTHING
            ),
            is_moving=any(map(_moves, payments[names[row.key]])),
            is_held_up=row.key in held,
        )
        for row in rows
    }


def _moves(payment: PaymentView) -> bool:
    """Tell whether something is asked of a payment just now."""
    is_asked = payment.capturing_minor or payment.voiding_minor or payment.refunding_minor
    return bool(is_asked) or payment.state not in _SETTLED | _NOTHING
