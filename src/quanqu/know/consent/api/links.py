"""The calls that make and end the signed links of people without an account."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.consent import facade
from quanqu.know.consent.api.schemas import CustomerId, Source
from quanqu.know.consent.contracts import Channel, IssuedLink, Purpose

router = Router(tags=["consent"])


class LinkOut(Schema):
    """A link, told once."""

    url: str
    expires_at: str


class EndedOut(Schema):
    """How many links ended."""

    ended: int


class AskedIn(Schema):
    """A purpose and a channel to be confirmed."""

    purpose: Purpose
    channel: Channel


class ConfirmationIn(Schema):
    """What a person asked for, where, and in which language."""

    asked: Annotated[list[AskedIn], Field(min_length=1, max_length=20)]
    source: Source
    language: Annotated[str, Field("en", pattern="^(en|zh-hans)$")]


@router.post("/customers/{customer_id}/consents/links", response=LinkOut, summary="Make a link")
@idempotent
def make_link(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, Any]:
    """Make the customer's link to their preferences; links made before no longer work."""
    made = facade.make_preference_link(
        actor=actor_of(request), customer_id=decode("cus", customer_id), now=utc_now()
    )
    return _link(request, "preferences:preferences", made)


@router.delete("/customers/{customer_id}/consents/links", response=EndedOut, summary="End links")
def end_links(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, int]:
    """End the customer's links to their preferences."""
    ended = facade.revoke_preference_links(
        actor=actor_of(request), customer_id=decode("cus", customer_id), now=utc_now()
    )
    return {"ended": ended}


@router.post(
    "/customers/{customer_id}/consents/confirmations",
    response=LinkOut,
    summary="Begin a double opt-in",
)
@idempotent
def request_confirmation(
    request: HttpRequest, customer_id: Path[CustomerId], body: ConfirmationIn
) -> dict[str, Any]:
    """Note consents as pending and make the link that confirms them once, within 7 days."""
    made = facade.request_confirmation(
        actor=actor_of(request),
        customer_id=decode("cus", customer_id),
        asked=[(one.purpose, one.channel) for one in body.asked],
        source=body.source,
        language=body.language,
        now=utc_now(),
    )
    return _link(request, "preferences:confirmation", made)


def _link(request: HttpRequest, name: str, made: IssuedLink) -> dict[str, str]:
    url = request.build_absolute_uri(reverse(name, args=[made.token]))
    return {"url": url, "expires_at": format_time(made.expires_at)}
