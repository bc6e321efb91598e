"""Start payments: those that are answered at once are written with their answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.infra.outbox.facade import emit_many
from quanqu.sell.payments.actions.allowed import MANAGE, require_places
from quanqu.sell.payments.actions.carrying import SHOWN, carry_soon
from quanqu.sell.payments.actions.telling import told_of_start
from quanqu.sell.payments.contracts import (
    Booking,
    Channel,
    EntryKind,
    OperationState,
    PaymentRequest,
    PaymentReusedError,
    PaymentView,
    Tender,
    TenderNotOfferedError,
)
from quanqu.sell.payments.models import Operation, Payment
from quanqu.sell.payments.queries.payments import views_by_id
from quanqu.sell.payments.registry import in_house, tender_of
from quanqu.sell.payments.rules.requests import check_request
from quanqu.sell.payments.rules.starting import Start, start

__all__ = ["start_payment", "start_payments"]

TIME_TO_PAY: Final = timedelta(minutes=30)
_RECORD: Final = """
WITH made AS (
    INSERT INTO payments_payment (id, company_key, place_key, account_key, reference, tender,
        capture, currency, amount_minor, state, authorised_minor, captured_minor, token,
        description, reason, expires_at, created_at, changed_at)
    SELECT t.*, %(now)s, %(now)s
    FROM unnest(%(id)s::uuid[], %(company)s::int[], %(place)s::int[], %(account)s::bigint[],
        %(reference)s::text[], %(tender)s::text[], %(capture)s::text[], %(currency)s::text[],
        %(amount)s::bigint[], %(state)s::text[], %(authorised)s::bigint[], %(captured)s::bigint[],
        %(token)s::text[], %(description)s::text[], %(reason)s::text[],
        %(expires)s::timestamptz[]) AS t
    ON CONFLICT (id) DO NOTHING
    RETURNING key, id, account_key, currency, state, authorised_minor, captured_minor, reason
), booked AS (
    INSERT INTO payments_entry
        (payment_key, account_key, operation_id, kind, amount_minor, currency, at, actor, reason)
    SELECT m.key, m.account_key, m.id, e.kind, e.amount, m.currency, %(now)s, %(actor)s, m.reason
    FROM made m CROSS JOIN LATERAL (VALUES (1, 'authorisation', m.authorised_minor),
        (2, 'capture', m.captured_minor), (3, 'failure', 0)) AS e(place, kind, amount)
    WHERE e.amount > 0 OR (e.kind = 'failure' AND m.state = 'failed')
    ORDER BY m.key, e.place
    RETURNING key, payment_key, kind
)
SELECT m.id, m.key, b.key FROM made m
LEFT JOIN booked b ON b.payment_key = m.key AND b.kind = 'capture'
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request with its tender, the account it goes through, and how it begins."""

    request: PaymentRequest
    tender: Tender
    account_key: int | None
    begins: Start


def start_payment(*, actor: Actor, request: PaymentRequest, now: datetime) -> PaymentView:
    """Start one payment; see `start_payments`.

    Two statements: the company's accounts are read where the tender needs one, and the payment is
    written with its entries; an event costs one more.
    """
    return start_payments(actor=actor, requests=[request], now=now)[0]


def start_payments(
    *, actor: Actor, requests: Sequence[PaymentRequest], now: datetime
) -> list[PaymentView]:
    """Start payments, all or none: the tenders of one order, or those of many.

    A tender without a provider is answered at once.  A provider is asked after the payments are
    written: now, or by a job where the caller's transaction is still open.  Asked again under the
    same id, the first answer counts.  Emits: PaymentAuthorised, PaymentPaid, PaymentFailed.
    Raises: NotAllowedError, PaymentNotFoundError for a place outside of the actor's, what
    `check_request` raises, TenderUnknownError, TenderNotOfferedError, PaymentReusedError, what the
    room of a tender of this house raises.
    """
    require_places(actor, MANAGE, {one.place_key for one in requests})
    tenders = [tender_of(one.tender) for one in requests]
    for request, tender in zip(requests, tenders, strict=True):
        check_request(request, tender)
    accounts = _accounts(requests, tenders)
    asked = [
        _Asked(request, tender, account, start(request, tender))
        for request, tender, account in zip(requests, tenders, accounts, strict=True)
    ]
    # one alone is one statement, which does all or nothing by itself
    with transaction.atomic(savepoint=len(asked) > 1 or not _is_plain(asked)):
        made = _record(asked, actor, now)
        fresh = [one for one in asked if one.request.id in made]
        _book_in_house(fresh, now)
        _queue(fresh, actor, now)
        views = {one.request.id: _view(one, made[one.request.id][0], now) for one in fresh}
        reused = _add_known(views, asked)
        if reused is None or len(asked) == 1:
            emit_many(
                [
                    event
                    for one in fresh
                    if one.request.is_told
                    and (event := told_of_start(views[one.request.id], made[one.request.id][1]))
                ],
                now=now,
            )
        else:
            raise reused
    if reused is not None:
        raise reused
    asked_of_provider = [one for one in fresh if one.tender.channel is Channel.PROVIDER]
    for one in asked_of_provider:
        carry_soon(one.request.id, now=now)
    if asked_of_provider and not connection.in_atomic_block:
        views |= views_by_id([one.request.id for one in asked_of_provider])
    return [views[one.id] for one in requests]


def _accounts(requests: Sequence[PaymentRequest], tenders: Sequence[Tender]) -> list[int | None]:
    """Return the account each request goes through; None where the tender needs none."""
    companies = {
        request.company_key
        for request, tender in zip(requests, tenders, strict=True)
        if tender.provider
    }
    found: dict[tuple[int, str, str], int] = {}
    if companies:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT company_key, provider, code, key FROM payments_account "
                "WHERE company_key = ANY(%s) AND is_enabled ORDER BY key DESC",
                [list(companies)],
            )
            for company, provider, code, key in cursor.fetchall():
                found[company, provider, code] = found[company, provider, ""] = key
    keys: list[int | None] = []
    for request, tender in zip(requests, tenders, strict=True):
        key = found.get((request.company_key, tender.provider, request.account))
        if tender.provider and key is None:
            raise TenderNotOfferedError(tender=tender.code)
        keys.append(key if tender.provider else None)
    return keys


def _record(
    asked: Sequence[_Asked], actor: Actor, now: datetime
) -> dict[UUID, tuple[int, int | None]]:
    """Write what is new; return the keys of its payments and captures by id."""
    columns: dict[str, list[Any]] = {
        "id": [one.request.id for one in asked],
        "company": [one.request.company_key for one in asked],
        "place": [one.request.place_key for one in asked],
        "account": [one.account_key for one in asked],
        "reference": [one.request.reference for one in asked],
        "tender": [one.tender.code for one in asked],
        "capture": [one.begins.capture.value for one in asked],
        "currency": [one.request.currency for one in asked],
        "amount": [one.request.amount_minor for one in asked],
        "state": [one.begins.state.value for one in asked],
        "authorised": [one.begins.authorised_minor for one in asked],
        "captured": [one.begins.captured_minor for one in asked],
        "token": [one.request.token for one in asked],
        "description": [one.request.description for one in asked],
        "reason": [one.begins.reason for one in asked],
        "expires": [_ends(one, now) for one in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {**columns, "now": now, "actor": actor.id})
        return {found: (key, entry) for found, key, entry in cursor.fetchall()}


def _ends(one: _Asked, now: datetime) -> datetime | None:
    """Return until when the shopper may pay, where a provider waits for it."""
    if one.tender.channel is not Channel.PROVIDER:
        return one.request.expires_at
    return one.request.expires_at or now + TIME_TO_PAY


def _is_plain(asked: Sequence[_Asked]) -> bool:
    return all(one.tender.channel is Channel.OFFLINE for one in asked)


def _book_in_house(asked: Sequence[_Asked], now: datetime) -> None:
    for one in asked:
        if one.tender.channel is not Channel.IN_HOUSE:
            continue
        amounts = {
            EntryKind.AUTHORISATION: one.begins.authorised_minor,
            EntryKind.CAPTURE: one.begins.captured_minor,
        }
        for kind, amount in amounts.items():
            if amount:
                request = one.request
                booking = Booking(
                    request.id, request.id, request.reference, request.company_key, kind,
                    amount, request.currency, request.token,
                )  # fmt: skip
                in_house(one.tender.code).book(booking=booking, now=now)


def _queue(asked: Sequence[_Asked], actor: Actor, now: datetime) -> None:
    """Write down what providers are to be asked."""
    ids = [one.request.id for one in asked if one.tender.channel is Channel.PROVIDER]
    if not ids:
        return
    keys = {row.id: row for row in Payment.objects.filter(id__in=ids)}
    Operation.objects.bulk_create(
        Operation(
            id=one.request.id,
            payment=keys[one.request.id],
            kind=EntryKind.AUTHORISATION.value,
            amount_minor=one.request.amount_minor,
            state=OperationState.READY.value,
            actor=actor.id,
            shown_enc=_sealed(one.request),
            asked_at=now,
            due_at=now,
        )
        for one in asked
        if one.request.id in keys
    )


def _sealed(request: PaymentRequest) -> bytes:
    """Seal what is kept until the provider has answered and no longer."""
    shown = {
        "shown_code": request.shown_code,
        "payer": request.payer,
        "return_url": request.return_url,
    }
    return encrypt(msgspec.json.encode(shown).decode(), purpose=SHOWN)


def _view(one: _Asked, key: int, now: datetime) -> PaymentView:
    request, begins = one.request, one.begins
    return PaymentView(
        id=request.id,
        key=key,
        company_key=request.company_key,
        place_key=request.place_key,
        reference=request.reference,
        tender=one.tender.code,
        kind=one.tender.kind,
        capture=begins.capture,
        currency=request.currency,
        amount_minor=request.amount_minor,
        state=begins.state,
        authorised_minor=begins.authorised_minor,
        captured_minor=begins.captured_minor,
        voided_minor=0,
        refunded_minor=0,
        capturing_minor=0,
        voiding_minor=0,
        refunding_minor=0,
        provider_ref="",
        token=request.token,
        next_step=None,
        reason=begins.reason,
        problem="",
        created_at=now,
        changed_at=now,
        can_capture_again=one.tender.can_capture_again,
    )


def _add_known(
    views: dict[UUID, PaymentView], asked: Sequence[_Asked]
) -> PaymentReusedError | None:
    """Add what was asked before; return why, where it was something else."""
    missing = [one for one in asked if one.request.id not in views]
    if not missing:
        return None
    views |= views_by_id([one.request.id for one in missing])
    for one in asked:
        known, request = views[one.request.id], one.request
        was = (known.company_key, known.place_key, known.reference, known.tender)
        wanted = (request.company_key, request.place_key, request.reference, request.tender)
        amounts = (known.amount_minor, known.currency) == (request.amount_minor, request.currency)
        if was != wanted or not amounts or known.capture is not one.begins.capture:
            return PaymentReusedError(ref=request.id, what="payment")
    return None
