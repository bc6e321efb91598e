"""Hand out, check and end signed links: to a customer's preferences, and to confirm a consent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import keyed_hash
from quanqu.kernel.ids import encode, new_id
from quanqu.know.consent.actions.record import manageable_customer
from quanqu.know.consent.contracts import ConsentLinkError, IssuedLink, LinkKind
from quanqu.know.consent.models import ConsentLink
from quanqu.know.consent.rules.tokens import is_signed, read_token, write_token

PREFERENCES_LAST: Final = timedelta(days=180)
CONFIRMATION_LASTS: Final = timedelta(days=7)


def make_preference_link(*, actor: Actor, customer_id: UUID, now: datetime) -> IssuedLink:
    """Make a customer's link to their preferences, good for 180 days; earlier ones end.

    Raises: NotAllowedError, NotFoundError.
    """
    customer = manageable_customer(actor, customer_id)
    with transaction.atomic():
        _revoke(customer.subject_keys, now)
        made = issue(
            LinkKind.PREFERENCES,
            customer.subject_keys[0],
            expires_at=now + PREFERENCES_LAST,
            created_by=actor.name,
            now=now,
        )
        subject = encode("cus", customer.row.id)
        record(actor=actor, action="consent.make_link", subject=subject, now=now)
    return made


def revoke_preference_links(*, actor: Actor, customer_id: UUID, now: datetime) -> int:
    """End a customer's links to their preferences and return how many ended.

    Raises: NotAllowedError, NotFoundError.
    """
    customer = manageable_customer(actor, customer_id)
    with transaction.atomic():
        count = _revoke(customer.subject_keys, now)
        if count:
            subject = encode("cus", customer.row.id)
            record(actor=actor, action="consent.revoke_links", subject=subject, now=now)
    return count


def issue(
    kind: LinkKind,
    subject_key: int,
    *,
    expires_at: datetime,
    created_by: str,
    now: datetime,
    asked: Sequence[Sequence[object]] = (),
) -> IssuedLink:
    """Write a link down and return it with its text."""
    row = ConsentLink.objects.create(
        id=new_id(unix_ms=int(now.timestamp() * 1000)),
        kind=kind.value,
        subject_key=subject_key,
        asked=[list(one) for one in asked],
        created_at=now,
        created_by=created_by,
        expires_at=expires_at,
    )
    return IssuedLink(row.id, write_token(row.id, _signature(kind, row.id)), expires_at)


def confirmation_token(*, link_id: UUID) -> str:
    """Return the text of a confirmation's link, for the room that sends it."""
    return write_token(link_id, _signature(LinkKind.CONFIRMATION, link_id))


def check_link(token: str, kind: LinkKind, now: datetime, *, locks: bool = False) -> ConsentLink:
    """Return the row of a link that is good. Raises: ConsentLinkError."""
    read = read_token(token)
    if read is None or not is_signed(read[1], _signature(kind, read[0])):
        raise ConsentLinkError
    rows = ConsentLink.objects.select_for_update() if locks else ConsentLink.objects.all()
    row = rows.filter(id=read[0], kind=kind.value, revoked_at__isnull=True).first()
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise ConsentLinkError
    return row


def _revoke(subject_keys: Sequence[int], now: datetime) -> int:
    return ConsentLink.objects.filter(
        kind=LinkKind.PREFERENCES.value,
        subject_key__in=list(subject_keys),
        revoked_at__isnull=True,
        expires_at__gt=now,
    ).update(revoked_at=now)


def _signature(kind: LinkKind, link_id: UUID) -> bytes:
    return keyed_hash(link_id.hex, purpose=f"consent-link:{kind.value}")
