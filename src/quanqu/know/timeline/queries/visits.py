"""Figures of visits within an actor's scope, kept in the process until the lake changes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake import facade as lake
from quanqu.know.org.facade import places_by_key
from quanqu.know.timeline.contracts import (
    ChannelTable,
    SourceKind,
    VisitDimension,
    VisitFigures,
    VisitQuestion,
    VisitReport,
)
from quanqu.know.timeline.metrics.visits import (
    figures,
    total,
    visit_table,
    with_channels,
    with_nearest_stores,
)
from quanqu.know.timeline.models import Source
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.channels import table_in_force
from quanqu.know.timeline.rules.channels import compiled

VISITING: Final = (SourceKind.BROWSER.value, SourceKind.APP.value, SourceKind.LOG.value)
_IDENTITIES: Final = "dim_identity"
_CUSTOMERS: Final = "dim_customer"
_DAY: Final = timedelta(days=1)
_MOST_KEPT: Final = 64
_kept: "OrderedDict[Hashable, VisitReport]" = OrderedDict()
_guard: Final = threading.Lock()


def get_visits(*, actor: Actor, question: VisitQuestion) -> VisitReport:
    """Return figures of the visits that began within the period at places the actor may see.

    Visits are those of sources of the kinds web pages, app and log files.
    """
    actor.require("timeline.view")
    scope = actor.scope("timeline.view")
    rules = table_in_force()
    rows = Source.objects.filter(kind__in=VISITING).order_by("code")
    sources = [row for row in rows if not question.sources or row.code in question.sources]
    places = None if scope.everything else tuple(sorted(scope.places))
    told = tuple((row.code, tuple(row.allowed_origins)) for row in sources)
    is_near = question.by is VisitDimension.NEAREST_STORE
    read = [TABLE, _IDENTITIES, *([_CUSTOMERS] if is_near else [])]
    version = lake.snapshot_version(read)
    key = (lake.engine_name(), version, rules.version, places, told, question)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    events = _events(question, [code for code, _ in told], places)
    visits = _visits(events, question, rules, _own_hosts(told))
    if is_near:
        visits = with_nearest_stores(visits, lake.table(_CUSTOMERS), _nameable(scope))
    report = _report(visits, question, rules)
    with _guard:
        _kept[key] = report
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return report


def _nameable(scope: Scope) -> list[str] | None:
    if scope.everything:
        return None
    return sorted(place.id for place in places_by_key(keys=scope.places).values())


def _events(question: VisitQuestion, codes: list[str], places: tuple[int, ...] | None) -> ir.Table:
    """Return the events of the period and a day on either side: visits cross midnight."""
    events = lake.table(TABLE)
    first = max(question.period.first, date.min + _DAY) - _DAY
    last = min(question.period.last, date.max - _DAY) + _DAY
    if places is not None:
        events = events.filter(events.place_key.isin(list(places)))
    return events.filter(
        events.source.isin(codes),
        events.part.between(f"{first:%Y%m}", f"{last:%Y%m}"),
        events.day.between(ibis.literal(first), ibis.literal(last)),
    )


def _visits(
    events: ir.Table, question: VisitQuestion, rules: ChannelTable, own_hosts: list[str]
) -> ir.Table:
    visits = visit_table(events, lake.table(_IDENTITIES), rules.visits, own_hosts)
    first, last = ibis.literal(question.period.first), ibis.literal(question.period.last)
    inside = with_channels(
        visits.filter(visits.started_on.between(first, last)), compiled(rules.rules)
    )
    if question.channels:
        inside = inside.filter(inside.channel.isin(list(question.channels)))
    return inside


def _report(visits: ir.Table, question: VisitQuestion, rules: ChannelTable) -> VisitReport:
    whole = lake.run(total(visits)).to_pylist()[0]
    by = figures(visits, question.by)
    is_day = question.by is VisitDimension.DAY
    order = [by.key] if is_day else [by.visits.desc(), by.key]
    rows = lake.run(by.order_by(order).limit(question.limit + 1)).to_pylist()
    shown = tuple(_figures(row) for row in rows[: question.limit])
    all_visits = _figures({"key": "", **whole})
    return VisitReport(all_visits, shown, rules.version, question.by, len(rows) > question.limit)


def _figures(row: dict[str, Any]) -> VisitFigures:
    return VisitFigures(row["key"] or "", *(int(row[name] or 0) for name in _SUMS))


def _own_hosts(told: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    """Return the hosts of the group's own pages: coming from one of them is no referral."""
    origins = {origin for _, each in told for origin in each if origin != "*"}
    return sorted(host for origin in origins if (host := urlsplit(origin).hostname))


_SUMS: Final = ("visits", "visitors", "bounces", "pages", "dwell_s", "orders")
