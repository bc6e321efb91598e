"""Sizes by the rules of today as of past days, and the forecast made of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import copy_out
from quanqu.infra.lake.facade import run, table
from quanqu.kernel.ids import decode
from quanqu.know.audiences.contracts import AudienceRule, Node, SizeForecast
from quanqu.know.audiences.models import Audience, AudiencePastSize
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.saved import VIEW, visible_audience
from quanqu.know.audiences.rules.days import EARLIEST, window_days
from quanqu.know.audiences.rules.reading import leaves
from quanqu.know.audiences.rules.size_forecast import look_ahead

_TIME: Final = pa.timestamp("us", tz="UTC")
_STAYS: Final = pa.schema([(KEY, pa.int64()), ("entered_at", _TIME), ("left_at", _TIME)])


def forecast_size(*, actor: Actor, audience_id: UUID) -> SizeForecast | None:
    """Return the forecast of the 30 days after the day that sizes were last worked out for; None
    when they never were for the rules in force: see ask_forecast.

    Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    found = AudiencePastSize.objects.filter(audience=audience, version=audience.version)
    rows = list(found.order_by("as_of"))
    if not rows:
        return None
    past = tuple((row.as_of, row.members) for row in rows)
    made = look_ahead(past)
    last = rows[-1]
    return SizeForecast(
        audience.version,
        last.as_of,
        last.worked_out_at,
        made.method,
        made.is_short,
        past,
        made.points,
        made.test,
    )


def first_event_day(scope: Scope) -> date | None:
    """Return the first day with an event in a scope."""
    events = table("fact_event")
    if not scope.everything:
        events = events.filter(events["place_key"].isin(sorted(scope.places)))
    (first,) = run(events.aggregate(first=events["day"].min()))["first"].to_pylist()
    return first if isinstance(first, date) else None


def count_as_of(match: Node, scope: Scope, days: Sequence[date]) -> dict[date, int]:
    """Return how many customers the rules hold for as of each day, by one question to the lake.

    Only customers first seen by that day are counted.  What is known of customers and their
    consent is as it is now: the lake keeps no other.
    """
    stays = _stays_of(match)
    told = [
        _count(match, Question(day, scope, _held(stays, day)), at) for at, day in enumerate(days)
    ]
    rows = run(ibis.union(*told) if len(told) > 1 else told[0]).to_pylist()
    return {days[row["at"]]: int(row["members"]) for row in rows}


def _count(match: Node, question: Question, at: int) -> ir.Table:
    customers = table("dim_customer")
    end = datetime.combine(question.as_of, time.max, UTC)
    known = customers.filter(customers["first_seen_at"] <= ibis.literal(end))
    members = compile_audience(match, question).semi_join(known, KEY)
    return members.aggregate(members=members.count()).mutate(at=ibis.literal(at, "int64"))


def _stays_of(match: Node) -> dict[AudienceRule, pa.Table]:
    """Return the stays in the audiences that the rules ask the past about, read once."""
    asked = {rule for _, rule in leaves(match) if isinstance(rule, AudienceRule)}
    known = Audience.objects.filter(id__in=[decode("aud", rule.audience) for rule in asked])
    keys = dict(known.values_list("id", "key"))
    return {rule: _stays(keys[decode("aud", rule.audience)]) for rule in asked}


def _stays(audience_key: int) -> pa.Table:
    query = "SELECT customer_key, entered_at, left_at FROM audiences_member WHERE audience_key = %s"
    return copy_out(query=query, schema=_STAYS, params=[audience_key])


def _held(stays: Mapping[AudienceRule, pa.Table], as_of: date) -> dict[AudienceRule, pa.Table]:
    """Return who was in those audiences in the windows that end on a day, as stays_between does."""
    return {rule: _within(rows, rule, as_of) for rule, rows in stays.items()}


def _within(rows: pa.Table, rule: AudienceRule, as_of: date) -> pa.Table:
    if rule.during is None:
        raise ValueError("an audience as it is now is put in its place before")
    first, last = window_days(rule.during, as_of)
    begin = np.datetime64(datetime.combine(first or EARLIEST, time()), "us")
    end = np.datetime64(datetime.combine(last, time.max), "us")
    entered = rows["entered_at"].to_numpy().astype("datetime64[us]")
    left = rows["left_at"].to_numpy().astype("datetime64[us]")
    is_held = (entered <= end) & (np.isnat(left) | (left > begin))
    return pa.table({KEY: np.unique(rows[KEY].to_numpy()[is_held])})
