"""What we say of three real retailers, against plain SQL over their raw files, to the cent."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum
from tests.proof.conftest import NOW, Retailers
from tests.proof.judge import COUNTRIES, RETURNS, SALES, ask

from quanqu.doors.connectors.contracts import RunState
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import run, table
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Dimension, MetricQuery
from quanqu.learn.metrics.facade import get_cohorts, query
from quanqu.sell.orders.models import Order, OrderLine, OrderPayment, Refund

pytestmark = [pytest.mark.slow, pytest.mark.thorough, pytest.mark.django_db]

ALL = Period(date(2009, 1, 1), date(2018, 12, 31))
CHANNEL = {"online_retail": "web", "complete_journey": "store", "olist": "marketplace"}
CURRENCY = {"online_retail": "GBP", "complete_journey": "USD", "olist": "BRL"}


def sales(raw: Mapping[str, Path], channel: str) -> str:
    """Return the sale lines of a retailer as SQL."""
    return SALES[channel].format(path=raw[channel])


def figures(
    retailers: Retailers, channel: str, metric: str, *dimensions: Dimension
) -> dict[tuple[Any, ...], Any]:
    """Return what the product says: dimension values → figure, in the retailer's currency."""
    asked = MetricQuery((metric,), ALL, dimensions, places=retailers.places[channel], limit=1_000)
    answer = query(actor=SYSTEM, query=asked, now=NOW)
    assert answer.row_count == len(answer.rows)
    found = {}
    for row in answer.rows:
        cells = row.cells[0]
        assert len(cells) == 1
        assert cells[0].currency in (None, CURRENCY[channel])
        found[row.keys] = cells[0].value
    return found


@pytest.mark.parametrize("channel", CHANNEL)
def test_every_row_is_accounted_for(retailers: Retailers, channel: str) -> None:
    done = retailers.runs[channel]
    counts = done.counts

    assert done.state is RunState.DONE
    assert counts.rows_read == counts.rows_accepted + counts.rows_rejected == done.rows_total
    assert sum(counts.reasons.values()) == counts.rows_rejected
    assert {
        "online_retail": {"stock_adjustment_not_a_sale": 2121, "test_product": 17},
        "complete_journey": {},
        "olist": {},
    }[channel] == counts.reasons


@pytest.mark.parametrize("channel", CHANNEL)
def test_sales_and_orders_per_month_and_channel(
    retailers: Retailers, raw: dict[str, Path], channel: str
) -> None:
    expected = ask(
        f"SELECT cast(date_trunc('month', sold_at) AS DATE), sum(minor), count(DISTINCT order_ref)"
        f" FROM ({sales(raw, channel)}) GROUP BY 1 ORDER BY 1"
    )
    wanted = (Dimension.MONTH, Dimension.CHANNEL)

    gross = figures(retailers, channel, "gross_sales", *wanted)
    orders = figures(retailers, channel, "orders", *wanted)

    assert gross == {(month, CHANNEL[channel]): int(minor) for month, minor, _ in expected}
    assert orders == {(month, CHANNEL[channel]): n for month, _, n in expected}


@pytest.mark.parametrize("channel", CHANNEL)
def test_customers(retailers: Retailers, raw: dict[str, Path], channel: str) -> None:
    ((buyers,),) = ask(f"SELECT count(DISTINCT buyer) FROM ({sales(raw, channel)})")

    assert figures(retailers, channel, "customers") == {(): buyers}


@pytest.mark.parametrize("channel", CHANNEL)
def test_top_twenty_products(retailers: Retailers, raw: dict[str, Path], channel: str) -> None:
    expected = ask(
        f"SELECT sku, cast(sum(minor) AS BIGINT) FROM ({sales(raw, channel)}) "
        "WHERE is_goods GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"
    )
    asked = MetricQuery(
        ("product_sales",), ALL, (Dimension.PRODUCT,), places=retailers.places[channel],
        order_by="product_sales", limit=20,
    )  # fmt: skip

    answer = query(actor=SYSTEM, query=asked, now=NOW)

    products = run(table("dim_product").select("product_id", "sku")).to_pylist()
    skus = {row["product_id"]: row["sku"] for row in products}
    found = [(skus[row.keys[0]], row.cells[0][0].value) for row in answer.rows]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("channel", CHANNEL)
def test_cohorts(retailers: Retailers, raw: dict[str, Path], channel: str) -> None:
    expected = ask(
        f"""WITH months AS (
            SELECT DISTINCT buyer, date_trunc('month', sold_at) AS month
            FROM ({sales(raw, channel)}) WHERE buyer IS NOT NULL
        ), firsts AS (SELECT buyer, min(month) AS first FROM months GROUP BY 1)
        SELECT cast(first AS DATE), date_diff('month', first, month), count(*)
        FROM months JOIN firsts USING (buyer) GROUP BY 1, 2"""
    )

    found = get_cohorts(actor=SYSTEM, now=NOW, places=retailers.places[channel])

    active = {
        (cohort.month, number): count
        for cohort in found.cohorts
        for number, count in enumerate(cohort.active)
        if count
    }
    assert active == {(month, number): count for month, number, count in expected}


@pytest.mark.parametrize(
    ("metric", "adjusts"), [("refunds_amount", "false"), ("adjustments_amount", "true")]
)
def test_returns_and_adjustments_per_month(
    retailers: Retailers, raw: dict[str, Path], metric: str, adjusts: str
) -> None:
    path = raw["online_retail"]
    documents = RETURNS.format(path=path, adjusts=adjusts)
    expected = ask(
        "SELECT cast(date_trunc('month', given_at) AS DATE), cast(sum(minor) AS BIGINT) "
        f"FROM ({documents}) GROUP BY 1"
    )

    found = figures(retailers, "online_retail", metric, Dimension.MONTH)

    assert len(expected) == 13
    assert {month: minor for month, minor in found.items() if minor} == {
        (month,): minor for month, minor in expected
    }


def test_net_sales_per_country_are_sales_less_returns(
    retailers: Retailers, raw: dict[str, Path]
) -> None:
    sold = sales(raw, "online_retail")
    returned = RETURNS.format(path=raw["online_retail"], adjusts="false")
    expected = ask(
        f"""WITH moved AS (
            SELECT country, minor, 0 AS back FROM ({sold})
            UNION ALL SELECT country, 0, minor FROM ({returned})
        )
        SELECT code, cast(sum(minor - back) AS BIGINT), cast(sum(back) AS BIGINT)
        FROM moved LEFT JOIN ({COUNTRIES}) USING (country) GROUP BY 1"""
    )

    net = figures(retailers, "online_retail", "net_sales", Dimension.COUNTRY)
    back = figures(retailers, "online_retail", "refunds_amount", Dimension.COUNTRY)

    assert net == {(code,): minor for code, minor, _ in expected}
    assert back == {(code,): minor for code, _, minor in expected if minor}
    assert (len(net), len(back)) == (38, 30)


def test_payments_by_method(retailers: Retailers, raw: dict[str, Path]) -> None:
    expected = ask(
        "SELECT CASE payment_type WHEN 'credit_card' THEN 'card' ELSE payment_type END, "
        "cast(sum(cast(round(payment_value * 100) AS BIGINT)) AS BIGINT) "
        f"FROM read_parquet('{raw['olist']}/olist_order_payments_dataset.parquet') GROUP BY 1"
    )

    found = figures(retailers, "olist", "payments_total", Dimension.PAYMENT_METHOD)

    assert {method: minor for (method,), minor in found.items() if minor} == {
        method: minor for method, minor in expected if minor
    }


@pytest.mark.parametrize("channel", CHANNEL)
def test_orders_and_customers_of_each_month(
    retailers: Retailers, raw: dict[str, Path], channel: str
) -> None:
    asked = ("aov", "customers", "new_customers", "repeat_purchase_rate")
    expected = ask(
        f"""WITH orders AS (
            SELECT order_ref, min(buyer) AS buyer, cast(min(sold_at) AS DATE) AS day,
                   sum(minor) AS minor
            FROM ({sales(raw, channel)}) GROUP BY 1
        ), firsts AS (SELECT buyer, min(day) AS first FROM orders GROUP BY 1),
        buyers AS (
            SELECT date_trunc('month', day) AS month, buyer, count(*) AS n FROM orders
            WHERE buyer IS NOT NULL GROUP BY 1, 2
        ), people AS (
            SELECT month, count(*) AS buyers, count(*) FILTER (first >= month) AS fresh,
                   avg(cast(n >= 2 AS INT)) AS again
            FROM buyers JOIN firsts USING (buyer) GROUP BY 1
        ), sold AS (
            SELECT date_trunc('month', day) AS month, sum(minor) AS minor, count(*) AS n
            FROM orders GROUP BY 1
        )
        SELECT cast(month AS DATE), cast((2 * minor + n) // (2 * n) AS BIGINT), buyers, fresh,
               round(again, 9)
        FROM sold LEFT JOIN people USING (month) ORDER BY 1"""
    )
    question = MetricQuery(asked, ALL, (Dimension.MONTH,), places=retailers.places[channel])

    answer = query(actor=SYSTEM, query=question, now=NOW)

    found = [
        (row.keys[0], *(cells[0].value for cells in row.cells))
        for row in answer.rows
        if row.cells[0][0].value is not None
    ]
    assert [(*row[:4], None if row[4] is None else round(row[4], 9)) for row in found] == [
        (month, aov, buyers or 0, fresh or 0, again)
        for month, aov, buyers, fresh, again in expected
    ]


def test_the_grocer_and_the_marketplace_tell_of_no_refunds(
    retailers: Retailers, raw: dict[str, Path]
) -> None:
    ((cancelled,),) = ask(
        f"SELECT count(*) FROM read_parquet('{raw['olist']}/olist_orders_dataset.parquet') "
        "WHERE order_status IN ('canceled', 'unavailable')"
    )

    assert figures(retailers, "olist", "cancelled_orders") == {(): cancelled}
    for channel in ("complete_journey", "olist"):
        assert figures(retailers, channel, "refunds") == {(): 0}


def test_each_store_of_the_grocer_is_a_place_with_its_sales(
    retailers: Retailers, raw: dict[str, Path]
) -> None:
    path = raw["complete_journey"]
    expected = ask(
        "SELECT 'store-' || store_id, cast(sum(cast(round(sales_value * 100) AS BIGINT)) AS BIGINT)"
        f" FROM read_parquet('{path}/transactions.parquet') GROUP BY 1"
    )
    facts, places = table("fact_order"), table("dim_place")
    joined = facts.join(places, facts.place_key == places.place_key)
    grouped = joined.filter(joined.company_code == "complete-journey").group_by("code")

    rows = run(grouped.aggregate(minor=joined.total_minor.sum())).to_pylist()

    assert {row["code"]: row["minor"] for row in rows} == dict(expected)
    assert len(rows) == 443


def test_campaigns_coupons_and_reviews_are_on_the_timeline(
    retailers: Retailers, raw: dict[str, Path]
) -> None:
    ((households,),) = ask(
        "SELECT count(DISTINCT household_id) FROM "
        f"read_parquet('{raw['complete_journey']}/campaigns.parquet')"
    )
    events = table("fact_event")
    identity = table("dim_identity")
    known = events.join(identity, "subject_key")
    targeted = known.filter(known.event == "Campaign Targeted")

    counts = run(events.group_by("event").aggregate(n=events.count())).to_pylist()
    reached = run(targeted.aggregate(n=targeted.customer_key.nunique())).to_pylist()

    assert {
        "Campaign Targeted": 6589,
        "Coupon Applied": 1828,
        "Product Reviewed": 21699,
    }.items() <= {row["event"]: row["n"] for row in counts}.items()
    assert reached == [{"n": households}]


def test_the_lake_and_the_database_agree(retailers: Retailers) -> None:
    def summed(name: str, column: str) -> tuple[int, int]:
        facts = table(name)
        (row,) = run(facts.aggregate(n=facts.count(), minor=facts[column].sum())).to_pylist()
        return row["n"], int(row["minor"])

    for model, name, column in (
        (Order, "fact_order", "total_minor"),
        (OrderLine, "fact_order_line", "amount_minor"),
        (OrderPayment, "fact_payment", "amount_minor"),
        (Refund, "fact_refund", "amount_minor"),
    ):
        stored = model.objects.aggregate(n=Count("pk"), minor=Sum(column))
        assert summed(name, column) == (stored["n"], int(stored["minor"])), name
