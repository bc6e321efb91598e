"""Payments, their ledger and accounts, as an actor may see them."""

from collections.abc import Collection
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    EntryView,
    NextStep,
    OperationState,
    OperationView,
    PaymentFilters,
    PaymentNotFoundError,
    PaymentState,
    PaymentView,
    RefundPart,
    RefundTooLargeError,
)
from quanqu.sell.payments.models import Entry, Operation, Payment
from quanqu.sell.payments.registry import tender_of
from quanqu.sell.payments.rules.refunds import split_refund
from quanqu.sell.payments.rules.requests import check_amount

__all__ = [
    "VIEW",
    "count_payments",
    "get_payment",
    "get_payments",
    "list_entries",
    "list_operations",
    "list_payments",
    "refund_plan",
    "view_of",
    "views_by_id",
]

VIEW: Final = "payments.view"
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def get_payment(*, actor: Actor, payment_id: UUID) -> PaymentView:
    """Return a payment the actor may see. Raises: NotAllowedError, PaymentNotFoundError."""
    row = _seen(actor).filter(id=payment_id).first()
    if row is None:
        raise PaymentNotFoundError(ref=encode("pay", payment_id))
    return view_of(row)


def get_payments(*, actor: Actor, references: Collection[str]) -> dict[str, list[PaymentView]]:
    """Return the payments of references in the order they were made, as far as they are seen.

    Shapes: every reference asked for is a key.  Raises: NotAllowedError.
    """
    found: dict[str, list[PaymentView]] = {one: [] for one in references}
    for row in _seen(actor).filter(reference__in=list(found)).order_by("key"):
        found[row.reference].append(view_of(row))
    return found


def refund_plan(*, actor: Actor, reference: str, amount_minor: int) -> list[RefundPart]:
    """Say how a refund is split over the payments of a reference; nothing is changed.

    Each gets its share of what it can give back, by largest remainder; ties to the older payment.
    Raises: NotAllowedError, PaymentAmountError, PaymentNotFoundError, RefundTooLargeError,
    CurrencyMismatchError where the payments are of several currencies.
    """
    check_amount(amount_minor)
    payments = get_payments(actor=actor, references=[reference])[reference]
    if not payments:
        raise PaymentNotFoundError(ref=reference)
    parts = split_refund(payments, amount_minor)
    if parts is None:
        left = sum(max(one.refundable_minor, 0) for one in payments)
        raise RefundTooLargeError(amount=amount_minor, left=left, reference=reference)
    return parts


def list_payments(
    *, actor: Actor, filters: PaymentFilters, cursor: str | None = None, limit: int = 50
) -> Page[PaymentView]:
    """Return a page of payments, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_narrowed(actor, filters), cursor, limit)
    return Page(tuple(map(view_of, rows)), following)


def count_payments(*, actor: Actor, filters: PaymentFilters) -> int:
    """Return how many payments match. Raises: NotAllowedError, UnitNotFoundError."""
    return _narrowed(actor, filters).count()


def list_operations(*, actor: Actor, payment_id: UUID) -> list[OperationView]:
    """Return what was asked of a payment's provider, in order.

    Raises: NotAllowedError, PaymentNotFoundError.
    """
    view = get_payment(actor=actor, payment_id=payment_id)
    rows = Operation.objects.filter(payment_id=view.key).order_by("asked_at", "id")
    return [
        OperationView(
            id=row.id,
            kind=EntryKind(row.kind),
            amount_minor=row.amount_minor,
            state=OperationState(row.state),
            reason=row.reason,
            note=row.note,
            actor=row.actor,
            tries=row.tries,
            asked_at=row.asked_at,
            due_at=row.due_at,
            settled_at=row.settled_at,
            is_last=row.is_last,
        )
        for row in rows
    ]


def list_entries(*, actor: Actor, payment_id: UUID) -> list[EntryView]:
    """Return a payment's ledger in its order. Raises: NotAllowedError, PaymentNotFoundError."""
    view = get_payment(actor=actor, payment_id=payment_id)
    rows = Entry.objects.filter(payment_id=view.key).order_by("key")
    return [
        EntryView(
            key=row.key,
            kind=EntryKind(row.kind),
            amount_minor=row.amount_minor,
            currency=row.currency,
            at=row.at,
            provider_id=row.provider_id,
            actor=row.actor,
            reason=row.reason,
        )
        for row in rows
    ]


def views_by_id(ids: Collection[UUID]) -> dict[UUID, PaymentView]:
    """Return payments by id; no rights are checked here."""
    return {row.id: view_of(row) for row in Payment.objects.filter(id__in=list(ids))}


def view_of(row: Payment) -> PaymentView:
    """Return a payment's row as a contract."""
    tender = tender_of(row.tender)
    return PaymentView(
        id=row.id,
        key=row.key,
        company_key=row.company_key,
        place_key=row.place_key,
        reference=row.reference,
        tender=row.tender,
        kind=tender.kind,
        capture=CaptureMode(row.capture),
        currency=row.currency,
        amount_minor=row.amount_minor,
        state=PaymentState(row.state),
        authorised_minor=row.authorised_minor,
        captured_minor=row.captured_minor,
        voided_minor=row.voided_minor,
        refunded_minor=row.refunded_minor,
        capturing_minor=row.capturing_minor,
        voiding_minor=row.voiding_minor,
        refunding_minor=row.refunding_minor,
        provider_ref=row.provider_ref,
        token=row.token,
        next_step=NextStep(**row.next_step) if row.next_step else None,
        reason=row.reason,
        problem=row.problem,
        created_at=row.created_at,
        changed_at=row.changed_at,
        wallet=row.wallet,
        can_capture_again=tender.can_capture_again or row.takes_parts is True,
    )


def _narrowed(actor: Actor, filters: PaymentFilters) -> "QuerySet[Payment]":
    found = _seen(actor, filters.unit_id)
    states = filters.states | ({filters.state} if filters.state is not None else set())
    tenders = filters.tenders | ({filters.tender} if filters.tender is not None else set())
    exact = {
        "state__in": [one.value for one in states] or None,
        "tender__in": sorted(tenders) or None,
        "reference": filters.reference,
        "place_key__in": filters.place_keys,
        "amount_minor__gte": filters.least_minor,
        "amount_minor__lte": filters.most_minor,
        "created_at__gte": filters.since,
        "created_at__lt": filters.until,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value is not None})
    if filters.has_problem:
        found = found.exclude(problem="")
    if text := filters.text.strip():
        wanted = Q(reference__startswith=text) | Q(provider_ref=text)
        with suppress(MalformedIdError):
            wanted |= Q(id=decode("pay", text))
        found = found.filter(wanted)
    return found


def _seen(actor: Actor, unit_id: str | None = None) -> "QuerySet[Payment]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    rows = Payment.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)
