"""Webhooks of an audience: where its people are told to, signed, and how that went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "GIVE_UP",
    "IN_BATCH",
    "MOST_WEBHOOKS",
    "DeliveryRow",
    "IssuedWebhook",
    "WebhookContents",
    "WebhookLimitError",
    "WebhookRow",
    "WebhookState",
    "WebhookStateError",
    "WebhookUrlError",
]

IN_BATCH: Final = 500
"""People in one call."""
MOST_WEBHOOKS: Final = 10
"""Webhooks of one audience."""
GIVE_UP: Final = timedelta(days=3)
"""How long calls fail before a webhook stops by itself."""


class WebhookContents(StrEnum):
    """What is told of each customer beside the outside id: nothing, SHA-256 hashes of e-mail
    address and phone number, or both in clear."""

    IDS = "ids"
    HASHED = "hashed"
    CLEAR = "clear"


class WebhookState(StrEnum):
    """`waiting`: for the word of a second person.  `stopped`: its calls failed for days."""

    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook: `is_whole` while the members are told for the first time; `failing_since` is
    when the first of the calls failed that have failed since."""

    id: UUID
    audience_id: UUID
    url: str
    contents: WebhookContents
    purpose: str
    channel: str
    state: WebhookState
    message: str
    is_whole: bool
    is_mine: bool
    made_by: str
    made_at: datetime
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A new webhook with its secret (`whsec_…`), which is shown this once."""

    row: WebhookRow
    secret: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One call, however often it was tried: how many people, who was left out why, and the last
    answer (status None: none came)."""

    id: str
    is_whole: bool
    people: int
    left_out: Mapping[str, int]
    attempts: int
    status: int | None
    error: str
    made_at: datetime
    tried_at: datetime | None
    delivered_at: datetime | None
    next_at: datetime


class WebhookUrlError(InvalidError):
    """The address cannot be called."""

    code = "audiences.webhook_url"
    template = "This address cannot be called: {reason}."


class WebhookLimitError(RefusedError):
    """An audience has as many webhooks as it may have."""

    code = "audiences.webhook_limit"
    template = "An audience has at most {most} webhooks."


class WebhookStateError(RefusedError):
    """The webhook's state does not allow this."""

    code = "audiences.webhook_state"
    template = "The webhook is {state}: this cannot be done."
