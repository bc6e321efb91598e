"""The laws of figures over live data: they hold, and what breaks them is seen."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.builders.metrics import fill_lake, make_order, schema_of
from tests.builders.metrics_random import random_world

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import append
from quanqu.know.org.contracts import PlaceDetails, PlaceDraft, PlaceType
from quanqu.know.org.facade import ensure_company, ensure_places
from quanqu.learn.metrics.contracts import Cell, MetricQuery, Overview
from quanqu.learn.metrics.queries import laws

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    """Two companies whose places are those of the lake, whatever keys they were given."""
    keys: dict[int, int] = {}
    for company, codes in (("tea", {1: "web", 2: "store"}), ("toy", {3: "market"})):
        made = ensure_company(actor=SYSTEM, code=company, name=company, currency="CNY", now=NOW)
        details = PlaceDetails(PlaceType.STORE, "CNY", "Asia/Shanghai")
        for number, code in codes.items():
            draft = PlaceDraft(code=code, name=code, details=details)
            found = ensure_places(actor=SYSTEM, company_key=made.key, places=[draft], now=NOW)
            keys[number] = found[code].key
    world = random_world(seed=3, orders=80)
    for name, rows in world.items():
        world[name] = [
            row | {"place_key": keys[row["place_key"]]} if "place_key" in row else row
            for row in rows
        ]
    fill_lake(**world, dim_place=[{"place_key": key} for key in keys.values()])


def test_the_laws_hold() -> None:
    assert laws.disagreeing_figures() == []
    assert laws.leaking_scopes() == []


def test_a_page_that_says_otherwise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = laws.overview

    def off_by_one(**asked: Any) -> Overview:
        page = honest(**asked)
        first, *rest = page.tiles
        return replace(page, tiles=(replace(first, cells=(Cell("CNY", 1),)), *rest))

    monkeypatch.setattr(laws, "overview", off_by_one)
    (found,) = laws.disagreeing_figures()
    assert found.startswith("net_sales: ")


def test_parts_that_do_not_make_the_whole_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = laws.query

    def without_stores(*, query: MetricQuery, **rest: Any) -> Any:
        answer = honest(query=query, **rest)
        return replace(answer, rows=answer.rows[1:]) if query.dimensions else answer

    monkeypatch.setattr(laws, "query", without_stores)
    assert any("by channel" in text for text in laws.disagreeing_figures())


def test_an_order_of_no_place_is_seen() -> None:
    order = make_order(9999, "2026-01-01", 500) | {"place_key": 999_999}
    rows = pa.Table.from_pylist([order], schema_of("fact_order"))
    append(name="fact_order", table=rows, app_id="test", app_version=2)
    assert any(text.startswith("orders: companies see") for text in laws.leaking_scopes())


def test_a_scope_that_is_not_cut_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = laws.query

    def seeing_all(*, actor: Any, **rest: Any) -> Any:
        return honest(actor=SYSTEM, **rest)

    monkeypatch.setattr(laws, "query", seeing_all)
    assert any("seen without any place" in text for text in laws.leaking_scopes())
