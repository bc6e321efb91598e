"""Conditions on one row as boolean Ibis expressions; missing values make only opposites true."""

import math
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import json_text
from quanqu.kernel.geo import EARTH_RADIUS_KM
from quanqu.know.audiences.contracts import (
    BirthdayRule,
    CatchmentRule,
    NearRule,
    Op,
    ProfileRule,
    PropertyRule,
    SplitRule,
)
from quanqu.know.audiences.rules.days import span
from quanqu.know.audiences.rules.festivals import birthdays_between
from quanqu.know.audiences.rules.fields import (
    EVENT_FIELDS,
    PROFILE_FIELDS,
    PROPERTIES,
    Kind,
    json_field,
)
from quanqu.know.audiences.rules.truth import compare, split_bound

_OPPOSITE = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.NOT_EXISTS: Op.EXISTS}


def profile_condition(customers: ir.Table, rule: ProfileRule, as_of: date) -> ir.BooleanValue:
    """Return whether a row of dim_customer satisfies the rule; never null."""
    if inside := json_field(rule.field):
        column = json_text(customers[inside[0]], inside[1])
        held = _condition(column, Kind.ANY, rule.op, rule.value, as_of)
    else:
        column = customers[rule.field]
        if rule.field == "first_seen_at":
            column = column.date()
        held = _condition(column, PROFILE_FIELDS[rule.field], rule.op, rule.value, as_of)
    return held.fill_null(False)


def profile_text(customers: ir.Table, field: str) -> ir.StringValue:
    """Return a field of dim_customer as text; tags are separated by commas."""
    if inside := json_field(field):
        return json_text(customers[inside[0]], inside[1])
    if PROFILE_FIELDS[field] is Kind.TAGS:
        return customers[field].join(", ")
    column = customers[field]
    return (column.date() if field == "first_seen_at" else column).cast("string")


def event_condition(events: ir.Table, rule: PropertyRule, as_of: date) -> ir.BooleanValue:
    """Return whether a row of fact_event satisfies the condition; null stands for no, so that a
    filter can be handed down to the files."""
    if rule.field.startswith(PROPERTIES):
        column = json_text(events["properties"], rule.field[len(PROPERTIES) :])
        return _condition(column, Kind.ANY, rule.op, rule.value, as_of)
    return _condition(events[rule.field], EVENT_FIELDS[rule.field], rule.op, rule.value, as_of)


def day_condition(column: ir.DateValue, op: Op, value: Any, as_of: date) -> ir.BooleanValue:
    """Return whether a day lies where the comparison wants it; null for a missing day."""
    first, last = span(op, value, as_of)
    bounds = [column >= ibis.literal(first)] if first else []
    bounds += [column <= ibis.literal(last)] if last else []
    return ibis.and_(*bounds)


def birthday_condition(customers: ir.Table, rule: BirthdayRule, as_of: date) -> ir.BooleanValue:
    """Return whether a customer's birthday comes within the days of the rule; never null."""
    days = birthdays_between(as_of, rule.from_days, rule.to_days)
    return customers["birth_day"].isin(days).fill_null(False)


def near_condition(customers: ir.Table, rule: NearRule) -> ir.BooleanValue:
    """Return whether a customer lives near enough; never null."""
    return (distance_km(customers, rule) <= rule.within_km).fill_null(False)


def distance_km(customers: ir.Table, rule: NearRule) -> ir.NumericValue:
    """Return how far from the point of the rule a customer lives, null when that is not known.

    The great circle on a sphere of 6,371.0088 km, the mean radius of WGS 84 (haversine formula:
    R. W. Sinnott, Sky and Telescope 68(2), 1984, p. 159).
    """
    here, there = customers["latitude"], customers["longitude"]
    latitude, longitude = math.radians(rule.latitude or 0), math.radians(rule.longitude or 0)
    north = ((here.radians() - latitude) / 2).sin()
    east = ((there.radians() - longitude) / 2).sin()
    chord = north * north + here.radians().cos() * math.cos(latitude) * east * east
    return 2 * EARTH_RADIUS_KM * (chord > 1).ifelse(1.0, chord).sqrt().asin()


def catchment_condition(customers: ir.Table, rule: CatchmentRule) -> ir.BooleanValue:
    """Return whether a customer lives in a catchment, or nearest to a store; never null."""
    if rule.is_nearest:
        return (customers["nearest_store"] == rule.place).fill_null(False)
    mine = customers["catchments"]
    held = mine.length() > 0 if rule.place is None else mine.contains(rule.place)
    return held.fill_null(False)


def split_condition(customers: ir.Table, rule: SplitRule) -> ir.BooleanValue:
    """Return whether a customer falls into a share; never null.

    The first eight hexadecimal digits of MD5(salt:customer_id) are a number below 2^32, uniform
    and the same on every engine; as text they compare like numbers.
    """
    text = ibis.literal(f"{rule.salt}:") + customers["customer_id"]
    digest = text.hexdigest("md5").lower().left(8)
    bounds = [digest >= split_bound(rule.from_rate)] if rule.from_rate > 0 else []
    bounds += [digest < split_bound(rule.to_rate)] if rule.to_rate < 1 else []
    return ibis.and_(*bounds, digest.notnull()).fill_null(False)


def _condition(column: ir.Column, kind: Kind, op: Op, value: Any, as_of: date) -> ir.BooleanValue:
    if op in _OPPOSITE:
        return ~_condition(column, kind, _OPPOSITE[op], value, as_of).fill_null(False)
    if kind is Kind.TAGS:
        return _tags_condition(column, op, value)
    if op is Op.EXISTS:
        return column != "" if kind is Kind.TEXT else column.notnull()
    if kind is Kind.DAY:
        return day_condition(column, op, value, as_of)
    if kind is Kind.ANY:
        column, value = _as_sort_of(column, op, value)
    return _plain_condition(column, op, value)


def _plain_condition(column: ir.Column, op: Op, value: Any) -> ir.BooleanValue:
    if op is Op.IN:
        return column.isin(value)
    if op is Op.CONTAINS:
        return column.contains(value)
    if op is Op.STARTS_WITH:
        return column.startswith(value)
    if op is Op.ENDS_WITH:
        return column.endswith(value)
    return compare(op, column, value)


def _tags_condition(tags: ir.ArrayColumn, op: Op, value: Any) -> ir.BooleanValue:
    if op is Op.EXISTS:
        return (tags.length() > 0).fill_null(False)
    wanted = value if isinstance(value, list) else [value]
    return ibis.or_(*(tags.contains(tag).fill_null(False) for tag in wanted))


def _as_sort_of(column: ir.StringColumn, op: Op, value: Any) -> tuple[ir.Column, Any]:
    """Read JSON text as the sort of value that the rule compares with."""
    sample = value[0] if isinstance(value, list) else value
    if isinstance(sample, bool):
        return column, _flag_texts(value)
    if isinstance(sample, str):
        return column, value
    return column.try_cast("float64"), value


def _flag_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_flag_texts(found) for found in value]
    return "true" if value else "false"
