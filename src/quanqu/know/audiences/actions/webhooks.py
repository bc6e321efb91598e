"""Set up the webhooks of an audience, let them go, and hold them."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.infra.crypto.facade import encrypt_bytes
from quanqu.infra.jobs.facade import defer
from quanqu.infra.webhooks.facade import allowed_hosts, url_fault, write_secret
from quanqu.kernel.ids import encode
from quanqu.know.audiences.actions.exporting import people_allowed
from quanqu.know.audiences.contracts import (
    MOST_WEBHOOKS,
    ContactUse,
    ExportFourEyesError,
    ExportPersonError,
    ExportUseError,
    IssuedWebhook,
    WebhookContents,
    WebhookLimitError,
    WebhookRow,
    WebhookState,
    WebhookStateError,
    WebhookUrlError,
)
from quanqu.know.audiences.models import Audience, AudienceChange, AudienceWebhook
from quanqu.know.audiences.queries.exports import most_alone
from quanqu.know.audiences.queries.saved import visible_audience
from quanqu.know.audiences.queries.webhooks import EXPORT, visible_webhook, webhook_row

REVEAL = "customers.reveal"
DELIVER_JOB = "audiences.deliver_webhook"
SECRET = "audiences.webhook"  # noqa: S105 - the name of a purpose
_KEY_BYTES = 32


def create_webhook(
    *,
    actor: Actor,
    audience_id: UUID,
    url: str,
    contents: WebhookContents,
    use: ContactUse | None,
    now: datetime,
) -> IssuedWebhook:
    """Tell an audience's people to an address: all of them once, then who comes and who leaves.

    Contacts, hashed or in clear, need customers.reveal and the `use` they are meant for.  Those of
    more people than one person may hand out alone wait for the word of a second person.
    Locks: the audience.  Raises: NotAllowedError, NotFoundError, WebhookUrlError,
    WebhookLimitError, ExportUseError, ExportPersonError.
    """
    audience = visible_audience(actor, audience_id, EXPORT)
    has_contacts = contents is not WebhookContents.IDS
    if has_contacts:
        actor.require(REVEAL)
        if use is None:
            raise ExportUseError
    if fault := url_fault(url, allowed_hosts()):
        raise WebhookUrlError(reason=fault)
    is_many = has_contacts and use is not None and people_allowed(audience, use, now) > most_alone()
    if is_many and actor.kind is not ActorKind.PERSON:
        raise ExportPersonError(permission=EXPORT)
    key = secrets.token_bytes(_KEY_BYTES)
    with transaction.atomic():
        Audience.objects.select_for_update().get(key=audience.key)
        if AudienceWebhook.objects.filter(audience=audience).count() >= MOST_WEBHOOKS:
            raise WebhookLimitError(most=MOST_WEBHOOKS)
        newest = AudienceChange.objects.filter(audience=audience).aggregate(last=Max("key"))
        row = AudienceWebhook.objects.create(
            audience=audience,
            url=url,
            secret_enc=encrypt_bytes(key, purpose=SECRET),
            contents=contents,
            purpose=use.purpose if has_contacts and use else "",
            channel=use.channel if has_contacts and use else "",
            state=WebhookState.WAITING if is_many else WebhookState.ACTIVE,
            made_by=actor.id,
            made_name=actor.name,
            made_at=now,
            whole_after=0,
            feed_after=newest["last"] or 0,
        )
        _audit(actor, "create_webhook", row, now, {"url": url, "contents": contents.value})
        if not is_many:
            defer(DELIVER_JOB, once=f"{DELIVER_JOB}:{row.key}", webhook_key=row.key)
    return IssuedWebhook(webhook_row(row, actor), write_secret(key))


def approve_webhook(*, actor: Actor, webhook_id: UUID, now: datetime) -> WebhookRow:
    """Let a webhook that waits for a second person go.

    Locks: the webhook.  Raises: NotAllowedError, NotFoundError, ExportPersonError,
    ExportFourEyesError, WebhookStateError.
    """
    actor.require(REVEAL)
    if actor.kind is not ActorKind.PERSON:
        raise ExportPersonError(permission=EXPORT)
    with transaction.atomic():
        row = _locked(actor, webhook_id, WebhookState.WAITING)
        if row.made_by == actor.id:
            raise ExportFourEyesError
        return _moved(actor, row, WebhookState.ACTIVE, "approve_webhook", now)


def pause_webhook(*, actor: Actor, webhook_id: UUID, now: datetime) -> WebhookRow:
    """Hold a webhook; what changes meanwhile is told when it goes on.

    Locks: the webhook.  Raises: NotAllowedError, NotFoundError, WebhookStateError.
    """
    with transaction.atomic():
        row = _locked(actor, webhook_id, WebhookState.ACTIVE)
        return _moved(actor, row, WebhookState.PAUSED, "pause_webhook", now)


def resume_webhook(*, actor: Actor, webhook_id: UUID, now: datetime) -> WebhookRow:
    """Let a webhook that was held, or that stopped, go on at once from where it was.

    Locks: the webhook.  Raises: NotAllowedError, NotFoundError, WebhookStateError.
    """
    with transaction.atomic():
        row = _locked(actor, webhook_id, WebhookState.PAUSED, WebhookState.STOPPED)
        row.failing_since, row.next_at, row.message = None, None, ""
        return _moved(actor, row, WebhookState.ACTIVE, "resume_webhook", now)


def _locked(actor: Actor, webhook_id: UUID, *states: WebhookState) -> AudienceWebhook:
    found = visible_webhook(actor, webhook_id)
    rows = AudienceWebhook.objects.select_for_update(of=("self",)).select_related("audience")
    locked = rows.get(key=found.key)
    if locked.contents != WebhookContents.IDS:
        actor.require(REVEAL)
    if locked.state not in states:
        raise WebhookStateError(state=locked.state)
    return locked


def _moved(
    actor: Actor, row: AudienceWebhook, state: WebhookState, verb: str, now: datetime
) -> WebhookRow:
    row.state = state
    row.save()
    _audit(actor, verb, row, now, {"webhook": encode("awh", row.id)})
    if state is WebhookState.ACTIVE:
        defer(DELIVER_JOB, once=f"{DELIVER_JOB}:{row.key}", webhook_key=row.key)
    return webhook_row(row, actor)


def _audit(
    actor: Actor, verb: str, row: AudienceWebhook, now: datetime, after: dict[str, object]
) -> None:
    record(
        actor=actor,
        action=f"audiences.{verb}",
        subject=encode("aud", row.audience.id),
        after=after,
        now=now,
    )
