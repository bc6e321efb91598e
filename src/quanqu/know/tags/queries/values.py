"""Statistics as expressions over the log of events: one value for each customer who has one."""

from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run
from quanqu.kernel.money import exponent
from quanqu.know.audiences.facade import compile_events
from quanqu.know.org.facade import places_by_key
from quanqu.know.tags.contracts import PLACE, Statistic, StatisticMeasure
from quanqu.know.tags.rules.statistics import (
    LONGEST_VALUE,
    OF_TEXT,
    currency_of,
    event_rule,
    is_amount,
)

KEY: Final = "customer_key"
WEARERS: Final = pa.schema(
    [(KEY, pa.int64()), ("value_text", pa.string()), ("value_number", pa.float64())]
)
_LARGEST: Final = 1e300  # more is no number that anybody meant, and NaN is more on every engine
_DECIMALS: Final = 6  # so that the order of adding up does not show


def find_values(statistic: Statistic, scope: Scope, as_of: date) -> pa.Table:
    """Return who has a value and which: columns of WEARERS; see docs/rules/tags.md."""
    found = run(compile_statistic(statistic, scope, as_of)).cast(WEARERS)
    clean = pc.replace_substring(found["value_text"], "\0", "")  # PostgreSQL holds none
    return found.set_column(1, "value_text", clean)


def compile_statistic(statistic: Statistic, scope: Scope, as_of: date) -> ir.Table:
    """Return the values of a statistic as an expression."""
    events = compile_events(rule=event_rule(statistic), scope=scope, as_of=as_of)
    if statistic.of == PLACE:
        events = _with_places(events)
    if statistic.measure in OF_TEXT and not events["value"].type().is_numeric():
        texts = _chosen(events, statistic)
        return texts.select(KEY, value_text=texts["value"], value_number=ibis.null("float64"))
    if statistic.measure in OF_TEXT:
        chosen = _chosen(events, statistic)
        numbers = chosen.select(KEY, value=chosen["value"].cast("float64") / _unit(statistic))
    else:
        numbers = _number(events, statistic)
    return numbers.select(KEY, value_text=ibis.null("string"), value_number=numbers["value"])


def _with_places(events: ir.Table) -> ir.Table:
    """Put the names of places where the value stands."""
    named = [(key, place.name) for key, place in sorted(places_by_key().items())]
    schema = ibis.schema({"named_key": "int64", "name": "string"})
    places = ibis.memtable(named, schema=schema)
    joined = events.inner_join(places, events["place_key"].cast("int64") == places["named_key"])
    return joined.select(KEY, "event_key", "occurred_at", value=joined["name"])


def _unit(statistic: Statistic) -> int:
    """Return how many of the minor units that amounts are stored in make one of those shown."""
    currency = currency_of(statistic) if is_amount(statistic) else ""
    return int(10 ** exponent(currency)) if currency else 1


def _chosen(events: ir.Table, statistic: Statistic) -> ir.Table:
    """Return one value as text for each customer: of the first or last event that has one, or the
    one that most events have (the later, then the first in order of letters, of several)."""
    told = events.select(
        KEY, "event_key", "occurred_at", value=events["value"].cast("string").left(LONGEST_VALUE)
    )
    known = told.filter(told["value"].notnull(), told["value"] != "")
    if statistic.measure is StatisticMeasure.MOST_FREQUENT:
        known = known.group_by(KEY, "value").aggregate(
            events=known.count(), last_at=known["occurred_at"].max()
        )
        order = [known["events"].desc(), known["last_at"].desc(), known["value"].asc()]
    elif statistic.measure is StatisticMeasure.FIRST:
        order = [known["occurred_at"].asc(), known["event_key"].asc()]
    else:
        order = [known["occurred_at"].desc(), known["event_key"].desc()]
    by_customer = ibis.window(group_by=known[KEY], order_by=order)
    ranked = known.select(KEY, "value", rank=ibis.row_number().over(by_customer))
    return ranked.filter(ranked["rank"] == 0).select(KEY, "value")


def _number(events: ir.Table, statistic: Statistic) -> ir.Table:
    """Return one number for each customer with an event that has one."""
    if statistic.measure is StatisticMeasure.COUNT:
        return events.group_by(KEY).aggregate(value=events.count().cast("float64"))
    if statistic.measure is StatisticMeasure.DISTINCT:
        different = events.group_by(KEY).aggregate(value=events["value"].nunique())
        some = different.filter(different["value"] > 0)
        return some.select(KEY, value=some["value"].cast("float64"))
    value = events["value"]
    number = value.try_cast("float64") if value.type().is_string() else value
    told = events.select(KEY, number=number)
    known = told.filter(told["number"].notnull(), told["number"].abs() < _LARGEST)
    is_sum = statistic.measure is StatisticMeasure.SUM
    made = known["number"].sum() if is_sum else known["number"].mean()
    grouped = known.group_by(KEY).aggregate(value=made.cast("float64"))
    whole = (grouped["value"] / _unit(statistic)).round(_DECIMALS)
    return grouped.filter(grouped["value"].abs() < _LARGEST).select(KEY, value=whole)
