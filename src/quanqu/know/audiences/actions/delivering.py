"""Tell the people of audiences to webhooks: claim a call, make it, write down how it went.

A call is claimed in one transaction and written down in another; between them nothing is held.
Whoever is killed in between leaves the call claimed for two minutes; then it is tried again under
the same id, which receivers know a repetition by.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.infra.jobs.facade import defer
from quanqu.infra.webhooks.facade import Answer, asked_wait, send, wait_after
from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.audiences.actions.webhooks import DELIVER_JOB, SECRET
from quanqu.know.audiences.contracts import GIVE_UP, IN_BATCH, WebhookContents, WebhookState
from quanqu.know.audiences.models import (
    AudienceChange,
    AudienceDelivery,
    AudienceMember,
    AudienceWebhook,
)
from quanqu.know.audiences.queries.webhooks import due_webhooks
from quanqu.know.consent.facade import decide
from quanqu.know.customers.contracts import ContactRow
from quanqu.know.customers.facade import list_contacts

MOST_CALLS: Final = 10
LEASE: Final = timedelta(minutes=2)
GONE: Final = 410
_LONGEST_ERROR: Final = 200
_jitter: Final = random.Random()  # noqa: S311 - spreads retries, hides nothing


@dataclass(frozen=True, slots=True)
class _Claim:
    """A call that is ours for two minutes."""

    webhook: AudienceWebhook
    delivery: AudienceDelivery


@dataclass(frozen=True, slots=True)
class _Told:
    """The body of a call, how many people it tells of, and who was left out why."""

    body: bytes
    people: int
    left_out: dict[str, int]


def deliver_due(*, now: datetime) -> int:
    """Have every webhook with something to do make its calls; return how many that are."""
    keys = due_webhooks(now)
    for key in keys:
        defer(DELIVER_JOB, once=f"{DELIVER_JOB}:{key}", webhook_key=key)
    return len(keys)


def deliver_webhook(*, webhook_key: int, now: datetime) -> int:
    """Make the calls of a webhook that are due, at most ten; return how many were taken.

    After the first that is not taken the others wait for it: calls come in order.
    """
    taken = 0
    for _ in range(MOST_CALLS):
        claim = _claim(webhook_key, now)
        if claim is None:
            return taken
        told = _tell(claim, now)
        answer = _call(claim, told, now)
        _write(claim, told, answer, now)
        if not answer.is_taken:
            return taken
        taken += 1
    defer(DELIVER_JOB, once=f"{DELIVER_JOB}:{webhook_key}", webhook_key=webhook_key)
    return taken


def _claim(webhook_key: int, now: datetime) -> _Claim | None:
    with transaction.atomic():
        rows = AudienceWebhook.objects.select_for_update(of=("self",)).select_related("audience")
        webhook = rows.filter(key=webhook_key, state=WebhookState.ACTIVE).first()
        if webhook is None or webhook.audience.archived_at is not None:
            return None
        waiting = AudienceDelivery.objects.filter(webhook=webhook, delivered_at__isnull=True)
        delivery = waiting.order_by("key").first() or _next(webhook, now)
        if delivery is None or delivery.next_at > now:
            return None
        delivery.attempts += 1
        delivery.tried_at, delivery.next_at = now, now + LEASE
        delivery.save()
        webhook.next_at = delivery.next_at
        webhook.save()
        return _Claim(webhook, delivery)


def _next(webhook: AudienceWebhook, now: datetime) -> AudienceDelivery | None:
    """Return the next call: members not told yet, else changes since; None: there is nothing."""
    if webhook.whole_after is not None:
        members = _members(webhook, webhook.whole_after)
        keys = list(
            members.order_by("customer_key").values_list("customer_key", flat=True)[:IN_BATCH]
        )
        if keys:
            return AudienceDelivery(
                webhook=webhook,
                is_whole=True,
                after_key=webhook.whole_after,
                last_key=keys[-1],
                made_at=now,
                next_at=now,
            )
        webhook.whole_after = None
        webhook.save()
    changes = AudienceChange.objects.filter(
        audience=webhook.audience, key__gt=webhook.feed_after
    ).order_by("key")
    keys = list(changes.values_list("key", flat=True)[:IN_BATCH])
    if not keys:
        return None
    return AudienceDelivery(
        webhook=webhook,
        is_whole=False,
        after_key=webhook.feed_after,
        last_key=keys[-1],
        made_at=now,
        next_at=now,
    )


def _members(webhook: AudienceWebhook, after: int) -> Any:
    return AudienceMember.objects.filter(
        audience=webhook.audience, left_at__isnull=True, customer_key__gt=after
    )


def _tell(claim: _Claim, now: datetime) -> _Told:
    """Write the body as the gate of consent and the contacts are now.

    Who came and does not allow the use is left out; who left is always told, without contacts
    unless they allow it.
    """
    webhook, delivery = claim.webhook, claim.delivery
    turned = _turned(webhook, delivery)
    keys = sorted({key for key, _ in turned})
    left_out: dict[str, int] = {}
    reasons = _reasons(webhook, keys, now)
    is_clear = webhook.contents != WebhookContents.IDS
    known = list_contacts(actor=SYSTEM, customer_keys=keys, is_clear=is_clear)
    people = []
    for key, has_entered in turned:
        if key not in known:
            continue
        if has_entered and reasons.get(key):
            left_out[reasons[key]] = left_out.get(reasons[key], 0) + 1
            continue
        told = {
            "customer": encode("cus", known[key].id),
            "change": "entered" if has_entered else "left",
        }
        if not reasons.get(key):
            told |= _contacts(known[key], WebhookContents(webhook.contents))
        people.append(told)
    audience = encode("aud", webhook.audience.id)
    event = {
        "specversion": "1.0",
        "id": encode("awd", delivery.id),
        "source": f"/audiences/{audience}",
        "type": "quanqu.audiences.members" if delivery.is_whole else "quanqu.audiences.changes",
        "subject": audience,
        "time": format_time(delivery.made_at),
        "datacontenttype": "application/json",
        "data": {"audience": audience, "name": webhook.audience.name, "customers": people},
    }
    return _Told(msgspec.json.encode(event), len(people), dict(sorted(left_out.items())))


def _turned(webhook: AudienceWebhook, delivery: AudienceDelivery) -> list[tuple[int, bool]]:
    """Return the customers of a call with whether they came, in order."""
    if delivery.is_whole:
        members = _members(webhook, delivery.after_key).filter(customer_key__lte=delivery.last_key)
        return [
            (key, True)
            for key in members.order_by("customer_key").values_list("customer_key", flat=True)
        ]
    changes = AudienceChange.objects.filter(
        audience=webhook.audience, key__gt=delivery.after_key, key__lte=delivery.last_key
    )
    return list(changes.order_by("key").values_list("customer_key", "has_entered"))


def _reasons(webhook: AudienceWebhook, keys: list[int], now: datetime) -> dict[int, str]:
    """Return why customers may not be told with contacts; of ids alone nothing is asked."""
    if webhook.contents == WebhookContents.IDS or not keys:
        return {}
    found = decide(purpose=webhook.purpose, channel=webhook.channel, at=now, customers=keys)
    answers = zip(found["is_allowed"].to_pylist(), found["reason"].to_pylist(), strict=True)
    return {
        key: "" if is_allowed else reason
        for key, (is_allowed, reason) in zip(keys, answers, strict=True)
    }


def _contacts(contact: ContactRow, contents: WebhookContents) -> dict[str, str]:
    if contents is WebhookContents.IDS:
        return {}
    email, phone = (contact.email or "").strip().lower(), contact.phone or ""
    if contents is WebhookContents.CLEAR:
        told = {"email": email, "phone": phone}
    else:
        told = {"email_sha256": _sha256(email), "phone_sha256": _sha256(phone)}
    return {name: value for name, value in told.items() if value}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _call(claim: _Claim, told: _Told, now: datetime) -> Answer:
    webhook = claim.webhook
    message_id, timestamp = encode("awd", claim.delivery.id), int(now.timestamp())
    key = decrypt_bytes(bytes(webhook.secret_enc), purpose=SECRET)
    return send(webhook.url, key=key, message_id=message_id, timestamp=timestamp, body=told.body)


def _write(claim: _Claim, told: _Told, answer: Answer, now: datetime) -> None:
    with transaction.atomic():
        rows = AudienceWebhook.objects.select_for_update()
        webhook = rows.get(key=claim.webhook.key)
        delivery = AudienceDelivery.objects.select_for_update().get(key=claim.delivery.key)
        if delivery.delivered_at is not None:
            return  # another try under the same id was taken meanwhile
        delivery.people, delivery.left_out = told.people, told.left_out
        delivery.status = answer.status
        delivery.error = (
            "" if answer.is_taken else (answer.error or f"HTTP {answer.status}")[:_LONGEST_ERROR]
        )
        if answer.is_taken:
            _take(webhook, delivery, now)
        else:
            _fail(webhook, delivery, answer, now)
        delivery.save()
        webhook.save()


def _take(webhook: AudienceWebhook, delivery: AudienceDelivery, now: datetime) -> None:
    delivery.delivered_at = now
    webhook.failing_since, webhook.next_at, webhook.message = None, None, ""
    if delivery.is_whole:
        webhook.whole_after = delivery.last_key
    else:
        webhook.feed_after = delivery.last_key


def _fail(
    webhook: AudienceWebhook, delivery: AudienceDelivery, answer: Answer, now: datetime
) -> None:
    webhook.failing_since = webhook.failing_since or now
    asked = asked_wait(answer.retry_after, now) if answer.retry_after else None
    wait = max(asked or timedelta(), wait_after(delivery.attempts, _jitter.random()))
    delivery.next_at = webhook.next_at = now + wait
    webhook.message = delivery.error
    if answer.status == GONE or now - webhook.failing_since >= GIVE_UP:
        webhook.state = WebhookState.STOPPED
