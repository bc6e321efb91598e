"""Webhooks of an audience: set up, hold, and look at the calls."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.schemas import AudienceId
from quanqu.know.audiences.contracts import ContactUse, DeliveryRow, WebhookContents, WebhookRow
from quanqu.know.consent.contracts import Channel, Purpose

router = Router(tags=["audiences"])

WebhookId = Annotated[str, Field(max_length=40)]


class WebhookIn(Schema):
    """Where to, and what is told of each customer; contacts need a purpose and a channel."""

    url: Annotated[str, Field(max_length=2000)]
    contents: Literal["ids", "hashed", "clear"] = "ids"
    purpose: Purpose | None = None
    channel: Channel | None = None


class WebhookOut(Schema):
    """A webhook and how it is doing."""

    id: str
    audience: str
    url: str
    contents: str
    purpose: str
    channel: str
    state: str
    message: str
    is_whole: bool
    is_mine: bool
    made_by: str
    made_at: str
    failing_since: str | None


class IssuedWebhookOut(Schema):
    """A new webhook with its secret, which is shown this once."""

    webhook: WebhookOut
    secret: str


class DeliveryOut(Schema):
    """One call: how many people, who was left out why, tries and the last answer."""

    id: str
    is_whole: bool
    people: int
    left_out: dict[str, int]
    attempts: int
    status: int | None
    error: str
    made_at: str
    tried_at: str | None
    delivered_at: str | None
    next_at: str


@router.post(
    "/audiences/{audience_id}/webhooks", response={201: IssuedWebhookOut}, summary="Add a webhook"
)
@idempotent
def create_webhook(
    request: HttpRequest, audience_id: Path[AudienceId], body: WebhookIn
) -> dict[str, Any]:
    """Tell the people of an audience to an address: all once, then who comes and who leaves."""
    use = ContactUse(body.purpose, body.channel) if body.purpose and body.channel else None
    made = facade.create_webhook(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        url=body.url,
        contents=WebhookContents(body.contents),
        use=use,
        now=utc_now(),
    )
    return {"webhook": webhook_out(made.row), "secret": made.secret}


@router.get("/audiences/{audience_id}/webhooks", response=list[WebhookOut], summary="Webhooks")
def list_webhooks(request: HttpRequest, audience_id: Path[AudienceId]) -> list[dict[str, Any]]:
    """The webhooks of an audience, oldest first."""
    found = facade.list_webhooks(actor=actor_of(request), audience_id=decode("aud", audience_id))
    return [webhook_out(row) for row in found]


@router.get(
    "/audiences/webhooks/{webhook_id}/deliveries", response=list[DeliveryOut], summary="Calls"
)
def list_deliveries(request: HttpRequest, webhook_id: Path[WebhookId]) -> list[dict[str, Any]]:
    """The last calls, newest first."""
    found = facade.list_deliveries(actor=actor_of(request), webhook_id=decode("awh", webhook_id))
    return [_delivery_out(row) for row in found]


@router.post(
    "/audiences/webhooks/{webhook_id}/approval", response=WebhookOut, summary="Approve a webhook"
)
def approve_webhook(request: HttpRequest, webhook_id: Path[WebhookId]) -> dict[str, Any]:
    """Let a webhook that waits for a second person go."""
    row = facade.approve_webhook(
        actor=actor_of(request), webhook_id=decode("awh", webhook_id), now=utc_now()
    )
    return webhook_out(row)


@router.post("/audiences/webhooks/{webhook_id}/pause", response=WebhookOut, summary="Hold")
def pause_webhook(request: HttpRequest, webhook_id: Path[WebhookId]) -> dict[str, Any]:
    """Hold a webhook; what changes meanwhile is told when it goes on."""
    row = facade.pause_webhook(
        actor=actor_of(request), webhook_id=decode("awh", webhook_id), now=utc_now()
    )
    return webhook_out(row)


@router.post("/audiences/webhooks/{webhook_id}/resumption", response=WebhookOut, summary="Go on")
def resume_webhook(request: HttpRequest, webhook_id: Path[WebhookId]) -> dict[str, Any]:
    """Let a webhook that was held, or that stopped, go on from where it was."""
    row = facade.resume_webhook(
        actor=actor_of(request), webhook_id=decode("awh", webhook_id), now=utc_now()
    )
    return webhook_out(row)


def webhook_out(row: WebhookRow) -> dict[str, Any]:
    """Return a webhook as the API writes it."""
    return {
        "id": encode("awh", row.id),
        "audience": encode("aud", row.audience_id),
        "url": row.url,
        "contents": row.contents.value,
        "purpose": row.purpose,
        "channel": row.channel,
        "state": row.state.value,
        "message": row.message,
        "is_whole": row.is_whole,
        "is_mine": row.is_mine,
        "made_by": row.made_by,
        "made_at": format_time(row.made_at),
        "failing_since": _time(row.failing_since),
    }


def _delivery_out(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "is_whole": row.is_whole,
        "people": row.people,
        "left_out": dict(row.left_out),
        "attempts": row.attempts,
        "status": row.status,
        "error": row.error,
        "made_at": format_time(row.made_at),
        "tried_at": _time(row.tried_at),
        "delivered_at": _time(row.delivered_at),
        "next_at": format_time(row.next_at),
    }


def _time(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
