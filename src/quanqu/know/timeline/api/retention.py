"""Retention of events by API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StrictInt

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import RetentionRule

router = Router(tags=["retention"])


class RetentionFields(Schema):
    """How many days events are kept; an empty source or event is any."""

    source: Annotated[str, Field("", max_length=64)]
    event: Annotated[str, Field("", max_length=256)]
    days: Annotated[StrictInt, Field(ge=1, le=36_500)]


class RetentionIn(Schema):
    """All rules, in place of those before."""

    rules: Annotated[list[RetentionFields], Field(max_length=200)]


class RetentionOut(Schema):
    """The rules in force."""

    rules: list[RetentionFields]


class RetentionRunOut(Schema):
    """What one rule took away on one run."""

    rule: RetentionFields
    before: date
    removed: int
    ran_at: datetime
    is_done: bool


@router.get("/retention-rules", response=RetentionOut, summary="How long events are kept")
def get_rules(request: HttpRequest) -> dict[str, Any]:
    """Return the rules in force."""
    return {"rules": list(facade.list_retention_rules(actor=actor_of(request)))}


@router.put("/retention-rules", response=RetentionOut, summary="Say how long events are kept")
@idempotent
def put_rules(request: HttpRequest, body: RetentionIn) -> dict[str, Any]:
    """Put rules in force; they are applied with the next nightly run."""
    rules = [RetentionRule(each.days, each.source, each.event) for each in body.rules]
    kept = facade.put_retention_rules(actor=actor_of(request), rules=rules, now=utc_now())
    return {"rules": list(kept)}


@router.get("/retention-runs", response=list[RetentionRunOut], summary="What retention took away")
def list_runs(request: HttpRequest) -> list[Any]:
    """Return the last fifty runs of rules that removed something."""
    return list(facade.list_retention_runs(actor=actor_of(request)))
