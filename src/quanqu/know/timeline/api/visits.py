"""Visits and the table of channels by API."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, StrictBool, StrictInt

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import Period, utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.api.schemas import Moment, Words
from quanqu.know.timeline.contracts import (
    ChannelRule,
    ChannelTable,
    VisitDimension,
    VisitFigures,
    VisitQuestion,
    VisitSettings,
)

router = Router(tags=["visits"])
_Values = Annotated[list[Annotated[str, Field(max_length=100)]], Field([], max_length=500)]


class VisitParams(Schema):
    """Which visits, told apart by what."""

    first: date
    last: date
    by: VisitDimension = VisitDimension.CHANNEL
    source: Annotated[Words, Field([])]
    channel: Annotated[Words, Field([])]
    limit: Annotated[int, Field(100, ge=1, le=1000)]


class VisitFiguresOut(Schema):
    """Figures of some visits; rates are 0 to 1, null without visits."""

    key: str
    visits: int
    visitors: int
    bounces: int
    pages: int
    orders: int
    bounce_rate: float | None
    order_rate: float | None
    mean_dwell_s: float | None
    pages_per_visit: float | None


class VisitsOut(Schema):
    """The figures in all and by the dimension, and the version of the rules they rest on."""

    by: VisitDimension
    channel_rules_version: int
    total: VisitFiguresOut
    rows: list[VisitFiguresOut]
    is_cut: bool


class RuleFields(Schema):
    """A rule: every list that is given must match."""

    channel: Annotated[str, Field(max_length=40)]
    mediums: _Values
    sources: _Values
    click_ids: _Values
    hosts: _Values


class SettingsFields(Schema):
    """When a visit ends."""

    idle_min: Annotated[StrictInt, Field(description="Minutes of silence.")] = 30
    ends_on_campaign: StrictBool = True
    midnight_offset_min: Annotated[
        StrictInt | None, Field(description="Minutes of the clock to UTC; null: no midnight.")
    ] = None


class ChannelsIn(Schema):
    """A new table in place of the version that was seen."""

    version: StrictInt
    rules: Annotated[list[RuleFields], Field(max_length=200)]
    visits: SettingsFields = SettingsFields()


class ChannelsOut(Schema):
    """The table in force; version 0 is the one shipped."""

    version: int
    rules: list[RuleFields]
    visits: SettingsFields
    made_at: Moment | None


@router.get("/visits", response=VisitsOut, summary="Figures of visits")
def get_visits(request: HttpRequest, params: Query[VisitParams]) -> VisitsOut:
    """Return visits, visitors, bounce rate, dwell and orders of a period of UTC days."""
    question = VisitQuestion(
        Period(params.first, params.last),
        params.by,
        tuple(params.source),
        tuple(params.channel),
        params.limit,
    )
    report = facade.get_visits(actor=actor_of(request), question=question)
    return VisitsOut(
        by=report.by,
        channel_rules_version=report.version,
        total=_figures(report.total),
        rows=[_figures(row) for row in report.rows],
        is_cut=report.is_cut,
    )


@router.get("/channel-rules", response=ChannelsOut, summary="The table of channels")
def get_channels(request: HttpRequest) -> dict[str, Any]:
    """Return the rules by which a visit's channel is told."""
    return _table(facade.get_channel_table(actor=actor_of(request)))


@router.put("/channel-rules", response=ChannelsOut, summary="Change the table of channels")
@idempotent
def put_channels(request: HttpRequest, body: ChannelsIn) -> dict[str, Any]:
    """Put a table in force; refused when another version is in force by now."""
    table = facade.put_channel_table(
        actor=actor_of(request),
        rules=tuple(
            ChannelRule(
                rule.channel,
                tuple(rule.mediums),
                tuple(rule.sources),
                tuple(rule.click_ids),
                tuple(rule.hosts),
            )
            for rule in body.rules
        ),
        settings=VisitSettings(**body.visits.model_dump()),
        version=body.version,
        now=utc_now(),
    )
    return _table(table)


def _figures(row: VisitFigures) -> VisitFiguresOut:
    names = VisitFiguresOut.model_fields
    return VisitFiguresOut(**{name: getattr(row, name) for name in names})


def _table(table: ChannelTable) -> dict[str, Any]:
    return asdict(table)
