"""Webhooks of audiences and their calls."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import DeliveryRow, WebhookContents, WebhookRow, WebhookState
from quanqu.know.audiences.models import Audience, AudienceDelivery, AudienceWebhook
from quanqu.know.audiences.queries.saved import visible_audience

EXPORT: Final = "customers.export"


def list_webhooks(*, actor: Actor, audience_id: UUID) -> tuple[WebhookRow, ...]:
    """Return the webhooks of an audience, oldest first.

    Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, EXPORT)
    found = AudienceWebhook.objects.filter(audience=audience).select_related("audience")
    return tuple(webhook_row(row, actor) for row in found.order_by("key"))


def list_deliveries(*, actor: Actor, webhook_id: UUID, limit: int = 50) -> tuple[DeliveryRow, ...]:
    """Return the last calls of a webhook, newest first. Raises: NotAllowedError, NotFoundError."""
    webhook = visible_webhook(actor, webhook_id)
    found = AudienceDelivery.objects.filter(webhook=webhook).order_by("-key")
    return tuple(_delivery_row(row) for row in found[:limit])


def due_webhooks(now: datetime) -> list[int]:
    """Return the keys of the active webhooks with something to do."""
    active = AudienceWebhook.objects.filter(
        state=WebhookState.ACTIVE, audience__archived_at__isnull=True
    )
    due = Q(next_at__isnull=True) | Q(next_at__lte=now)
    return list(active.filter(due).order_by("key").values_list("key", flat=True))


def visible_webhook(actor: Actor, webhook_id: UUID) -> AudienceWebhook:
    """Return the row of a webhook of an audience in scope.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require(EXPORT)
    visible = Audience.objects.visible_to(actor.scope(EXPORT))
    found = AudienceWebhook.objects.filter(id=webhook_id, audience__in=visible)
    row = found.select_related("audience").first()
    if row is None:
        raise NotFoundError(kind="Webhook", ref=encode("awh", webhook_id))
    return row


def webhook_row(row: AudienceWebhook, actor: Actor) -> WebhookRow:
    """Turn a table row into a contract."""
    return WebhookRow(
        id=row.id,
        audience_id=row.audience.id,
        url=row.url,
        contents=WebhookContents(row.contents),
        purpose=row.purpose,
        channel=row.channel,
        state=WebhookState(row.state),
        message=row.message,
        is_whole=row.whole_after is not None,
        is_mine=row.made_by == actor.id,
        made_by=row.made_name,
        made_at=row.made_at,
        failing_since=row.failing_since,
    )


def _delivery_row(row: AudienceDelivery) -> DeliveryRow:
    return DeliveryRow(
        id=encode("awd", row.id),
        is_whole=row.is_whole,
        people=row.people,
        left_out=row.left_out,
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        made_at=row.made_at,
        tried_at=row.tried_at,
        delivered_at=row.delivered_at,
        next_at=row.next_at,
    )
