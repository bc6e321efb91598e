"""Who is in a saved audience beside everybody: every trait by one question to the lake."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run, table
from quanqu.know.audiences.contracts import (
    Composition,
    Part,
    Trait,
    TraitParts,
    UnknownFieldError,
)
from quanqu.know.audiences.queries.conditions import profile_text
from quanqu.know.audiences.queries.question import KEY, customers_in_scope
from quanqu.know.audiences.queries.saved import VIEW, last_refresh, stays_now, visible_audience
from quanqu.know.audiences.rules.fields import Kind, profile_kind
from quanqu.know.audiences.rules.insight import (
    AGES,
    LONG_AGO,
    MOST_ORDERS,
    OLDEST,
    ORDERS,
    RECENCY,
    index_of,
    is_few,
)
from quanqu.know.org.facade import places_by_key

_MOST_PARTS: Final = 50
_ORDER: Final = "Order Completed"
_YEAR: Final = 365
_CHANNELS: Final = pa.schema([("place_key", pa.int32()), ("value", pa.string())])
_ALL: Final = "all"
_IN: Final = "is_member"
_BANDED: Final = {
    Trait.AGE: [*(name for _, name in AGES), *OLDEST[1:]],
    Trait.ORDERS: [*(name for _, name in ORDERS), MOST_ORDERS],
    Trait.LAST_ORDER: [*(name for _, name in RECENCY), LONG_AGO],
}


def compose_members(
    *, actor: Actor, audience_id: UUID, today: date, fields: Sequence[str] = ()
) -> Composition:
    """Return the members at the last refresh beside everybody in the actor's scope, by every
    trait, and by further fields of the customer such as `traits.rfm`.

    Values with hardly anybody are marked; None stands for no value; bands are in their own order,
    other values by members, at most 50.  Without a refresh nobody is a member.
    Raises: NotAllowedError, NotFoundError, UnknownFieldError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    for field in fields:
        if profile_kind(field) in (None, Kind.TAGS, Kind.DAY):
            raise UnknownFieldError(field=field)
    last = last_refresh(audience.key)
    as_of = last.as_of if last else today
    scope = actor.scope(VIEW)
    people = customers_in_scope(scope)
    members = ibis.memtable(stays_now(audience.key)).mutate(one=ibis.literal(1, "int64"))
    joined = people.left_join(members, KEY)
    base = joined.select(*people.columns, is_member=joined["one"].fill_null(0))
    seen = None if scope.everything else sorted(scope.places)
    told = [
        _values(base, _ALL, ibis.literal("")),
        *(_values(base, trait.value, _PLAIN[trait](base, as_of)) for trait in _PLAIN),
        *(_values(base, field, profile_text(base, field)) for field in fields),
        _many(base, Trait.TAG, "tags"),
        _many(base, Trait.KNOWN_BY, "identifier_types"),
        _channels(base, seen),
        *_orders(base, as_of, seen),
    ]
    rows = ibis.union(*told)
    counted = rows.group_by("trait", "value").aggregate(
        members=rows[_IN].sum(), everybody=rows.count()
    )
    found: dict[str, list[tuple[str | None, int, int]]] = {}
    for row in run(counted.select("trait", "value", "members", "everybody")).to_pylist():
        parts = found.setdefault(row["trait"], [])
        parts.append((row["value"], row["members"], row["everybody"]))
    ((_, all_members, all_people),) = found.pop(_ALL, [("", 0, 0)])
    names = [*(trait.value for trait in Trait), *fields]
    return Composition(
        all_members,
        all_people,
        as_of,
        tuple(_parts(name, found.get(name, []), all_members, all_people) for name in names),
    )


def _parts(
    trait: str, rows: list[tuple[str | None, int, int]], all_members: int, all_people: int
) -> TraitParts:
    order = {name: at for at, name in enumerate(_BANDED.get(trait, ()))}  # type: ignore[call-overload]  # a field is no trait

    def place(row: tuple[str | None, int, int]) -> tuple[int, int, str]:
        value, members, _ = row
        return order.get(value or "", len(order)), -members if not order else 0, value or ""

    return TraitParts(
        trait,
        tuple(
            Part(
                value,
                members,
                everybody,
                index_of(members, all_members, everybody, all_people),
                is_few(members, everybody),
            )
            for value, members, everybody in sorted(rows, key=place)[:_MOST_PARTS]
        ),
    )


def _values(base: ir.Table, trait: str, value: ir.Value) -> ir.Table:
    return base.select(trait=ibis.literal(trait), value=value.cast("string"), is_member=base[_IN])


def _age(base: ir.Table, as_of: date) -> ir.StringValue:
    years = ibis.literal(as_of.year, "int64") - base["birth_year"].cast("int64")
    bands = [(years < below, name) for below, name in (*AGES, OLDEST[:2])]
    return ibis.cases(*bands, (years.notnull(), OLDEST[2]), else_=ibis.null("string"))


_PLAIN: Final[dict[Trait, Callable[[ir.Table, date], ir.Value]]] = {
    Trait.COUNTRY: lambda base, _: base["country"],
    Trait.REGION: lambda base, _: base["region"],
    Trait.AGE: _age,
    Trait.GENDER: lambda base, _: base["gender"],
    Trait.LANGUAGE: lambda base, _: base["language"],
    Trait.SINCE: lambda base, _: base["first_seen_at"].year(),
}


def _many(base: ir.Table, trait: Trait, column: str) -> ir.Table:
    """Return a row for each value of a list; customers without any are told once, as None."""
    told = base.select(KEY, _IN, value=base[column]).unnest("value")
    none = base.filter((base[column].length() == 0) | base[column].isnull())
    empty = none.select(KEY, _IN, value=ibis.null("string"))
    return _told(ibis.union(told, empty), trait)


def _channels(base: ir.Table, seen: list[int] | None) -> ir.Table:
    presence = table("dim_presence")
    if seen is not None:
        presence = presence.filter(presence["place_key"].isin(seen))
    known = [
        {"place_key": key, "value": place.channel.value}
        for key, place in places_by_key().items()
        if place.channel is not None
    ]
    channels = ibis.memtable(pa.Table.from_pylist(known, schema=_CHANNELS))
    met = presence.inner_join(channels, "place_key").select(KEY, "value").distinct()
    return _told(base.left_join(met, KEY).select(KEY, _IN, "value"), Trait.CHANNEL)


def _orders(base: ir.Table, as_of: date, seen: list[int] | None) -> tuple[ir.Table, ir.Table]:
    """Return how many orders in a year, and how long ago the last of two years was."""
    events = table("fact_event")
    first = as_of - timedelta(days=RECENCY[-1][0])
    wanted = [
        events["event"] == _ORDER,
        events["day"] >= ibis.literal(first),
        events["day"] <= ibis.literal(as_of),
        events["part"] >= f"{first:%Y%m}",
        events["part"] <= f"{as_of:%Y%m}",
    ]
    if seen is not None:
        wanted.append(events["place_key"].isin(seen))
    ordered = events.filter(wanted).select("subject_key", "day")
    owned = ordered.inner_join(table("dim_identity"), "subject_key")
    in_year = owned["day"] > ibis.literal(as_of - timedelta(days=_YEAR))
    by_customer = owned.group_by(KEY).aggregate(
        orders=in_year.cast("int64").sum(), last_on=owned["day"].max()
    )
    told = base.left_join(by_customer, KEY)
    count = told["orders"].fill_null(0)
    ago = ibis.literal(as_of).delta(told["last_on"], unit="day")
    often = ibis.cases(*((count <= most, name) for most, name in ORDERS), else_=MOST_ORDERS)
    recent = ibis.cases(*((ago <= most, name) for most, name in RECENCY), else_=LONG_AGO)
    return (
        _told(told.select(KEY, _IN, value=often), Trait.ORDERS),
        _told(told.select(KEY, _IN, value=recent), Trait.LAST_ORDER),
    )


def _told(rows: ir.Table, trait: Trait) -> ir.Table:
    return rows.select(
        trait=ibis.literal(trait.value), value=rows["value"].cast("string"), is_member=rows[_IN]
    )
