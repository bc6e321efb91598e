"""Amounts of several currencies: side by side, or converted by stated rates and never otherwise."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from tests.builders.metrics import NOW, fill_lake, make_order, make_refund, schema_of

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import append
from quanqu.kernel.time import Period
from quanqu.know.org.contracts import Rate
from quanqu.know.org.facade import record_rates
from quanqu.learn.metrics.contracts import (
    Cell,
    Comparison,
    Dimension,
    MetricQuery,
    MetricResult,
    OverviewQuery,
)
from quanqu.learn.metrics.facade import overview, query

pytestmark = pytest.mark.django_db

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
ORDERS = [
    make_order(1, "2026-05-01", 1000),
    make_order(2, "2026-05-02", 333, place_key=3),
    make_order(3, "2026-05-20", 1001, place_key=3, subject_key=1),
    make_order(4, "2026-04-20", 500),
]


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    fill_lake(
        fact_order=ORDERS,
        fact_refund=[make_refund(1, "2026-05-21", 1, place_key=3)],
        dim_identity=[{"subject_key": 1, "customer_key": 1, "identifier_type": "email"}],
    )


def state(*rates: tuple[str, str, str]) -> None:
    stated = [
        Rate(currency, "CNY", date.fromisoformat(on), Decimal(rate), "The operator")
        for currency, on, rate in rates
    ]
    record_rates(actor=SYSTEM, rates=stated, now=datetime(2026, 6, 1, tzinfo=UTC))


def ask(*metrics: str, into: str | None = "CNY", **rest: object) -> MetricResult:
    question = MetricQuery(metrics, MAY, reporting_currency=into, **rest)  # type: ignore[arg-type] # free fields
    return query(actor=SYSTEM, query=question, now=NOW)


def test_currencies_stand_side_by_side_and_counts_together() -> None:
    result = ask("net_sales", "orders", "aov", "customers", into=None)
    assert result.rows[0].cells == (
        (Cell("CNY", 1000), Cell("USD", 1333)),
        (Cell(None, 3),),
        (Cell("CNY", 1000), Cell("USD", 667)),
        (Cell(None, 1),),
    )
    assert result.provenance.currencies == ("CNY", "USD")


def test_without_a_rate_nothing_is_added() -> None:
    result = ask("net_sales")
    assert result.rows[0].cells == ((Cell("CNY", 1000), Cell("USD", 1333)),)
    assert result.provenance.converted_to is None
    assert result.provenance.missing_rates == ("USD",)


def test_a_rate_that_begins_too_late_does_not_count() -> None:
    state(("USD", "2026-05-03", "7"))
    result = ask("net_sales")
    assert result.rows[0].cells == ((Cell("CNY", 1000), Cell("USD", 1333)),)
    assert result.provenance.missing_rates == ("USD",)


def test_only_the_currency_that_lacks_a_rate_is_named() -> None:
    reais = make_order(5, "2026-05-02", 700, place_key=3) | {"currency": "BRL"}
    rows = pa.Table.from_pylist([reais], schema_of("fact_order"))
    append(name="fact_order", table=rows, app_id="test", app_version=2)
    state(("USD", "2026-05-03", "7"), ("BRL", "2026-01-01", "1.2"))
    result = ask("net_sales")
    assert result.provenance.currencies == ("BRL", "CNY", "USD")
    assert result.provenance.missing_rates == ("USD",)


def test_each_day_has_its_rate_and_rounding_comes_last() -> None:
    state(("USD", "2026-01-01", "7.001"), ("USD", "2026-05-20", "8.0005"))
    result = ask("gross_sales", "refunds_amount", "net_sales", "orders", "aov", "refund_rate")
    gross = Decimal(1000) + 333 * Decimal("7.001") + 1001 * Decimal("8.0005")
    back = Decimal("8.0005")

    values = [cells[0].value for cells in result.rows[0].cells]
    assert values[:5] == [round(gross), 8, round(gross - back), 3, round(gross / 3)]
    assert values[5] == pytest.approx(float(back / gross))
    assert {cell.currency for cells in result.rows[0].cells for cell in cells} == {"CNY", None}
    assert result.provenance.converted_to == "CNY"
    assert [rate.rate for rate in result.provenance.rates] == [
        Decimal("7.001"),
        Decimal("8.0005"),
    ]


def test_only_the_rates_of_the_periods_are_named() -> None:
    state(("USD", "2026-01-01", "6"), ("USD", "2026-05-01", "7"), ("USD", "2026-06-01", "8"))
    assert [r.rate for r in ask("net_sales").provenance.rates] == [Decimal(7)]
    compared = ask("net_sales", comparison=Comparison.PREVIOUS)
    assert [r.rate for r in compared.provenance.rates] == [Decimal(6), Decimal(7)]


def test_one_currency_needs_no_rate() -> None:
    web = frozenset({1})
    result = ask("net_sales", places=web)
    assert result.rows[0].cells == ((Cell("CNY", 1000),),)
    assert result.provenance.missing_rates == ()


def test_by_currency_nothing_is_converted() -> None:
    state(("USD", "2026-01-01", "7"))
    result = ask("net_sales", "orders", dimensions=(Dimension.CURRENCY,))
    assert [(row.keys, row.cells) for row in result.rows] == [
        (("CNY",), ((Cell("CNY", 1000),), (Cell(None, 1),))),
        (("USD",), ((Cell("USD", 1333),), (Cell(None, 2),))),
    ]


def test_amounts_are_ranked_within_their_currency() -> None:
    ranked = ask(
        "gross_sales", into=None, dimensions=(Dimension.DAY,), order_by="gross_sales", limit=1
    )
    assert [row.keys[0] for row in ranked.rows] == [date(2026, 5, 1), date(2026, 5, 20)]


def test_the_overview_says_what_the_query_says_also_when_converting() -> None:
    state(("USD", "2026-01-01", "7.001"), ("USD", "2026-05-20", "8.0005"))
    page = overview(
        actor=SYSTEM, query=OverviewQuery(MAY, Comparison.PREVIOUS, None, "CNY"), now=NOW
    )
    for panel in (page.trend, page.channels, page.regions):
        codes = tuple(info.code for info in panel.metrics)
        rows = ask(*codes, dimensions=(panel.dimension,), comparison=Comparison.PREVIOUS).rows
        asked = {
            row.keys: row.cells for row in rows if row.keys != (None,) or panel is not page.trend
        }
        assert {row.keys: row.cells for row in panel.rows} == asked
    codes = tuple(tile.metric.code for tile in page.tiles)
    cells = ask(*codes, comparison=Comparison.PREVIOUS).rows[0].cells
    assert tuple(tile.cells for tile in page.tiles) == cells


def test_a_scope_of_one_currency_says_nothing_of_rates() -> None:
    state(("USD", "2026-01-01", "7"))
    result = ask("net_sales", "orders", places=frozenset({1}))
    assert result.rows[0].cells == ((Cell("CNY", 1000),), (Cell(None, 1),))
    assert result.provenance.currencies == ("CNY",)
    assert (result.provenance.converted_to, result.provenance.rates) == (None, ())


def test_the_overview_converts_too() -> None:
    state(("USD", "2026-01-01", "7"))
    page = overview(
        actor=SYSTEM,
        query=OverviewQuery(MAY, Comparison.NONE, reporting_currency="CNY"),
        now=NOW,
    )
    assert page.tiles[0].cells == (Cell("CNY", 1000 + 7 * 1333),)
    assert page.provenance.converted_to == "CNY"
    assert {row.keys[0]: row.cells[0][0].value for row in page.channels.rows} == {
        "web": 1000,
        "marketplace": 7 * 1333,
    }
