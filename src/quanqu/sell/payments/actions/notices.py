"""Take what providers tell by themselves: checked, kept once, booked in the same transaction."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.crypto.facade import encrypt_bytes
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.sell.payments.actions.accounts import access_of
from quanqu.sell.payments.actions.outcomes import settle_notice
from quanqu.sell.payments.adapters import GATEWAYS
from quanqu.sell.payments.contracts import NoticeEarlyError, NoticeReceipt, NoticeSignatureError
from quanqu.sell.payments.models import Account, NoticeRow
from quanqu.sell.payments.rules.standing import Problem

__all__ = ["count_kept_notices", "drop_notice_bodies", "take_notice"]

BODY: Final = "payments.notice_body"
_LONGEST_ID: Final = 200


def take_notice(
    *, account_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> NoticeReceipt:
    """Check a notice, keep it once and book what it tells; twice, it changes nothing.

    Shapes: headers by their small names.  Locks: the payment.
    Raises: NoticeSignatureError, also for an account that is not there; NoticeContentError;
    NoticeEarlyError for what follows something that is not known yet, which is asked for then.
    """
    account = _account(account_id)
    if account is None or account.provider not in GATEWAYS:
        raise NoticeSignatureError
    gateway = GATEWAYS[account.provider]
    notice = gateway.read_notice(access_of(account), headers, body, now=now)
    name = notice.event_id[:_LONGEST_ID] or hashlib.sha256(body).hexdigest()
    receipt = NoticeReceipt(gateway.receipt.body, gateway.receipt.content_type)
    with transaction.atomic():
        row, is_new = NoticeRow.objects.get_or_create(
            account_key=account.key,
            event_id=name,
            defaults={
                "kind": notice.kind[:_LONGEST_ID],
                "body_enc": encrypt_bytes(body, purpose=BODY),
                "received_at": now,
                "outcome": "",
            },
        )
        if is_new:
            row.outcome = settle_notice(account.key, notice, now=now)
            row.save(update_fields=["outcome"])
        is_early = row.outcome == Problem.TOO_EARLY.value
        if is_early:
            row.delete()  # so that it counts when it comes again
    if is_early:
        raise NoticeEarlyError
    return receipt


def count_kept_notices(before: datetime) -> int:
    """Return how many bodies of notices came before a moment and are still there."""
    return NoticeRow.objects.filter(received_at__lt=before, body_enc__isnull=False).count()


def drop_notice_bodies(before: datetime) -> int:
    """Drop the bodies of notices that came before a moment; that they came stays known."""
    old = NoticeRow.objects.filter(received_at__lt=before, body_enc__isnull=False)
    return old.update(body_enc=None)


def _account(account_id: str) -> Account | None:
    try:
        wanted: UUID = decode("pac", account_id)
    except MalformedIdError:
        return None
    return Account.objects.filter(id=wanted, is_enabled=True).first()
