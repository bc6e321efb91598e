"""What is really in the data of a scope: event names, keys of JSON columns, values of fields."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake.facade import json_text, run, table
from quanqu.know.audiences.contracts import (
    FieldOrigin,
    FoundEvent,
    FoundKey,
    FoundValue,
    UnknownFieldError,
)
from quanqu.know.audiences.queries.question import KEY, customers_in_scope
from quanqu.know.audiences.queries.score_sets import score_rows
from quanqu.know.audiences.rules.days import FRESH_DAYS, back, look_back
from quanqu.know.audiences.rules.fields import (
    EVENT_FIELDS,
    JSON_COLUMNS,
    PROFILE_FIELDS,
    PROPERTIES,
    SCORES,
    Kind,
    event_kind,
    json_field,
    profile_kind,
)

_VIEW: Final = "audiences.view"
_SAMPLE: Final = 2000
_SAMPLED_DAYS: Final = 90
_MOST_EVENTS: Final = 500
_MOST_KEYS: Final = 60
_LONGEST_VALUE: Final = 200


def find_as_of(*, actor: Actor, today: date) -> date:
    """Return the UTC day that windows end on: today, or the last day with events of the actor's
    scope once hardly any is of the last 45 days, see rules.days.  Raises: NotAllowedError.
    """
    actor.require(_VIEW)
    return as_of_in(actor.scope(_VIEW), today)


def as_of_in(scope: Scope, today: date) -> date:
    """Return the day that windows end on in a scope."""
    events = _events(scope)
    upto = events.filter(events["day"] <= ibis.literal(today))
    is_fresh = upto["day"] >= ibis.literal(back(today, FRESH_DAYS))
    told = upto.aggregate(
        events=upto.count(),
        fresh=is_fresh.cast("int64").sum().fill_null(0),
        last_before=upto["day"].max(where=~is_fresh),
    )
    (row,) = run(told).to_pylist()
    return look_back(today=today, **row)


def find_day(*, scope: Scope, today: date) -> date:
    """Return the UTC day that windows end on in a scope: see find_as_of."""
    return as_of_in(scope, today)


def list_found_events(*, actor: Actor) -> tuple[FoundEvent, ...]:
    """Return the event names of the actor's scope, the most frequent first, at most 500.

    Raises: NotAllowedError.
    """
    actor.require(_VIEW)
    events = _events(actor.scope(_VIEW))
    named = events.filter(events["event"] != "")
    counted = named.group_by("event").aggregate(events=named.count(), last_on=named["day"].max())
    order = [counted["events"].desc(), counted["event"]]
    rows = run(counted.order_by(order).limit(_MOST_EVENTS)).to_pylist()
    return tuple(FoundEvent(row["event"], row["events"], row["last_on"]) for row in rows)


def list_found_keys(*, actor: Actor, origin: FieldOrigin, event: str = "") -> tuple[FoundKey, ...]:
    """Return the keys filled in a sample of customers' traits and of the values of their tags, or
    of one event's properties.

    Raises: NotAllowedError.
    """
    actor.require(_VIEW)
    scope = actor.scope(_VIEW)
    if origin is FieldOrigin.PROFILE:
        customers = customers_in_scope(scope)
        return tuple(
            key
            for prefix, column in JSON_COLUMNS.items()
            for key in _keys(_texts(customers.filter(customers[column].notnull()), column), prefix)
        )
    named = _events(scope)
    named = named.filter(named["event"] == event)
    (last,) = run(named.aggregate(last=named["day"].max()))["last"].to_pylist()
    if last is None:
        return ()
    first = last - timedelta(days=_SAMPLED_DAYS)
    recent = named.filter(named["day"] >= ibis.literal(first), named["part"] >= f"{first:%Y%m}")
    return _keys(_texts(recent, "properties"), PROPERTIES)


def list_found_values(
    *,
    actor: Actor,
    origin: FieldOrigin,
    field: str,
    event: str = "",
    text: str = "",
    limit: int = 20,
) -> tuple[FoundValue, ...]:
    """Return the values of a field that contain `text`, the most frequent first.

    Counts are customers of the actor's scope, or its events named `event`.
    Raises: NotAllowedError, UnknownFieldError.
    """
    actor.require(_VIEW)
    scope = actor.scope(_VIEW)
    if origin is FieldOrigin.PROFILE:
        if profile_kind(field) is None:
            raise UnknownFieldError(field=field)
        values = _profile_values(customers_in_scope(scope), field)
    else:
        if event_kind(field) is None:
            raise UnknownFieldError(field=field)
        named = _events(scope)
        values = _event_values(named.filter(named["event"] == event), field)
    values = values.filter(values["value"] != "", values["value"].length() <= _LONGEST_VALUE)
    if text:
        values = values.filter(values["value"].lower().contains(text.lower()))
    counted = values.group_by("value").aggregate(count=values.count())
    rows = run(counted.order_by([counted["count"].desc(), counted["value"]]).limit(limit))
    return tuple(FoundValue(row["value"], row["count"]) for row in rows.to_pylist())


def _events(scope: Scope) -> ir.Table:
    events = table("fact_event")
    if scope.everything:
        return events
    return events.filter(events["place_key"].isin(sorted(scope.places)))


def _texts(rows: ir.Table, column: str) -> list[str]:
    return [text for text in run(rows.select(column).limit(_SAMPLE))[column].to_pylist() if text]


def _keys(texts: Iterable[str], prefix: str) -> tuple[FoundKey, ...]:
    filled: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        for key, value in json.loads(text).items():
            if _is_plain(value):
                filled[key] += 1
                numbers[key] += _is_number(value)
    return tuple(
        FoundKey(
            prefix + key,
            Kind.NUMBER if numbers[key] == count else Kind.ANY,
            count / total,
        )
        for key, count in filled.most_common(_MOST_KEYS)
        if (event_kind if prefix == PROPERTIES else profile_kind)(prefix + key)
    )


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, list | dict)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _profile_values(customers: ir.Table, field: str) -> ir.Table:
    if field.startswith(SCORES):
        scored = score_rows(field).semi_join(customers, KEY)
        return scored.select(value=scored["value"].cast("string"))
    if inside := json_field(field):
        return customers.select(value=json_text(customers[inside[0]], inside[1]))
    column = customers[field]
    if PROFILE_FIELDS[field] is Kind.TAGS:
        return customers.select(value=column).unnest("value")
    if field == "first_seen_at":
        column = column.date()
    return customers.select(value=column.cast("string"))


def _event_values(events: ir.Table, field: str) -> ir.Table:
    if field.startswith(PROPERTIES):
        return events.select(value=json_text(events["properties"], field[len(PROPERTIES) :]))
    column = events[field]
    if EVENT_FIELDS[field] is Kind.FLAG:
        return events.select(value=column.ifelse("true", "false"))
    return events.select(value=column.cast("string"))
