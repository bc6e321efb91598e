"""Figures computed by hand over a tiny group, on every engine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.builders.metrics import (
    NOW,
    fill_lake,
    make_line,
    make_order,
    make_product,
    make_refund,
    make_viewer,
)

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import (
    Cell,
    Comparison,
    Dimension,
    DimensionNotAllowedError,
    Filter,
    MetricQuery,
    MetricQueryError,
    MetricResult,
    UnknownMetricError,
)
from quanqu.learn.metrics.facade import data_span, list_metrics, query

pytestmark = pytest.mark.django_db

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))

# Customer 10 is known under two identifiers (11, 12), customer 20 under one; order 5 is a guest's.
IDENTITY = [
    {"subject_key": 11, "customer_key": 10, "identifier_type": "member_id"},
    {"subject_key": 12, "customer_key": 10, "identifier_type": "phone"},
    {"subject_key": 21, "customer_key": 20, "identifier_type": "member_id"},
]
ORDERS = [
    make_order(1, "2026-04-10", 1000, subject_key=11),
    make_order(2, "2026-05-01", 2000, subject_key=12, item_count=3, country="CN", region="Hubei")
    | {"discount_minor": 500, "shipping_minor": 100, "tax_minor": 60, "local_hour": 23},
    make_order(3, "2026-05-11", 500, subject_key=11, place_key=2, local_hour=9),
    make_order(4, "2026-05-20", 3001, subject_key=21, item_count=2, discount_minor=300),
    make_order(5, "2026-05-31", 99, place_key=2, local_hour=0),
    make_order(6, "2026-05-15", 7777, subject_key=21, status="cancelled"),
    make_order(7, "2026-05-16", 8888, status="draft"),
]
LINES = [
    make_line(ORDERS[1], 1, 1500, variant_key=1, product_key=1, quantity=2),
    make_line(ORDERS[1], 2, 400, variant_key=2, product_key=2),
    make_line(ORDERS[1], 3, 100, kind="shipping"),
    make_line(ORDERS[3], 1, 3001, variant_key=1, product_key=1, quantity=2),
    make_line(ORDERS[4], 1, 99),
    make_line(ORDERS[5], 1, 7777, variant_key=1, product_key=1),
]
REFUNDS = [
    make_refund(1, "2026-05-21", 500, order_key=2, country="CN", region="Hubei"),
    make_refund(2, "2026-05-22", 250, place_key=2, kind="refund"),
    make_refund(3, "2026-05-23", 9, kind="cancellation", country="DE"),
    make_refund(4, "2026-05-24", 4000, kind="adjustment"),
    make_refund(5, "2026-04-24", 100),
]
REFUND_LINES = [
    {k: REFUNDS[0][k] for k in ("refund_key", "place_key", "company_key", "channel", "part")}
    | {"business_date": date(2026, 5, 21), "currency": "CNY", "kind": "return", "line_no": 1}
    | {"variant_key": 1, "product_key": 1, "quantity": 1, "amount_minor": 400}
    | {"line_kind": "goods"},
]
PAYMENTS = [
    {"payment_key": n, "order_key": n, "place_key": 1, "company_key": 1, "channel": "web"}
    | {"method": method, "amount_minor": amount, "currency": "CNY", "status": status}
    | {"business_date": date(2026, 5, 2), "part": "1-202605", "installments": parts}
    for n, method, amount, status, parts in (
        (1, "alipay", 2000, "captured", 10),
        (2, "card", 500, "refunded", 2),
        (3, "card", 700, "failed", 1),
    )
]
PRODUCTS = [
    make_product(1, name="Green tea", category="Tea", department="Drinks", brand="Leaf"),
    make_product(2, name="Cup", category="Cups", department="Ware", brand=""),
]


@pytest.fixture(autouse=True)
def group(own_lake: Path, engine: str) -> None:
    fill_lake(
        dim_identity=IDENTITY,
        dim_product=PRODUCTS,
        fact_order=ORDERS,
        fact_order_line=LINES,
        fact_refund=REFUNDS,
        fact_refund_line=REFUND_LINES,
        fact_payment=PAYMENTS,
    )


def ask(*metrics: str, actor: Actor = SYSTEM, **rest: Any) -> MetricResult:
    period = rest.pop("period", MAY)
    return query(actor=actor, query=MetricQuery(metrics, period, **rest), now=NOW)


def total(metric: str, **rest: Any) -> int | float | None:
    ((cell,),) = ask(metric, **rest).rows[0].cells
    return cell.value


def by(dimension: Dimension, *metrics: str, **rest: Any) -> dict[Any, Any]:
    result = ask(*metrics, dimensions=(dimension,), **rest)
    values = {row.keys[0]: tuple(c.value for (c,) in row.cells) for row in result.rows}
    return {key: value[0] if len(metrics) == 1 else value for key, value in values.items()}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("gross_sales", 2000 + 500 + 3001 + 99),
        ("refunds_amount", 500 + 250 + 9),
        ("net_sales", 5600 - 759),
        ("adjustments_amount", 4000),
        ("payments_total", 2500),
        ("orders", 4),
        ("aov", 1400),
        ("items_per_order", (3 + 1 + 2 + 1) / 4),
        ("refund_rate", 759 / 5600),
        ("discounts_amount", 800),
        ("discount_rate", 800 / 6400),
        ("shipping_amount", 100),
        ("tax_amount", 60),
        ("payments", 2),
        ("discounted_order_rate", 0.5),
        ("guest_order_rate", 0.25),
        ("orders_of_any_status", 6),
        ("cancelled_orders", 1),
        ("cancellation_rate", 0.2),
        ("refunds", 3),
        ("refund_delay_days", 20.0),
        ("units_sold", 7),
        ("product_sales", 1500 + 400 + 3001 + 99),
        ("product_refunds", 400),
        ("units_returned", 1),
        ("net_product_sales", 4600),
        ("product_refund_rate", 400 / 5000),
        ("products_sold", 2),
        ("products_sold_once", 1),
        ("customers", 2),
        ("new_customers", 1),
        ("returning_customers", 1),
        ("repeat_purchase_rate", 0.5),
        ("orders_per_customer", 1.5),
        ("sales_per_customer", 2751),
        ("best_tenth_sales_rate", 3001 / 5501),
        ("multichannel_customers", 1),
        ("multichannel_customer_rate", 0.5),
        ("purchase_interval_days", (21 + 10) / 2),
        ("purchase_interval_median_days", 15.5),
    ],
)
def test_each_metric_by_hand(metric: str, value: float) -> None:
    assert total(metric) == pytest.approx(value)
    assert isinstance(total(metric), type(value))


def test_every_metric_can_be_asked_at_once() -> None:
    codes = tuple(one.code for one in list_metrics(actor=SYSTEM))
    by_hand = next(m for m in test_each_metric_by_hand.pytestmark if m.name == "parametrize")
    assert {code for code, _ in by_hand.args[1]} == set(codes)
    together = ask(*codes).rows[0].cells
    assert [cell.value for (cell,) in together] == [total(code) for code in codes]


def test_money_carries_its_currency_and_counts_none() -> None:
    sales, orders = ask("net_sales", "orders").rows[0].cells
    assert sales == (Cell("CNY", 4841),)
    assert orders == (Cell(None, 4),)


def test_channels_and_their_names() -> None:
    assert by(Dimension.CHANNEL, "net_sales", "orders") == {
        "web": (2000 + 3001 - 509, 2),
        "store": (599 - 250, 2),
    }


def test_places_and_companies_have_labels() -> None:
    rows = ask("orders", dimensions=(Dimension.PLACE, Dimension.COMPANY)).rows
    assert [(row.keys, row.labels) for row in rows] == [
        (("plc_store", "tea"), ("Store", "Tea House")),
        (("plc_web", "tea"), ("Web shop", "Tea House")),
    ]


def test_an_area_is_the_orders_own_or_else_its_places() -> None:
    assert by(Dimension.REGION, "gross_sales") == {"Hubei": 2000, "Zhejiang": 599, None: 3001}
    assert by(Dimension.REGION, "net_sales") == {
        "Hubei": 1500,
        "Zhejiang": 349,
        None: 3001 - 9,
    }


def test_a_refund_counts_in_its_own_area_or_else_its_places() -> None:
    assert by(Dimension.COUNTRY, "refunds_amount") == {"CN": 750, "DE": 9}
    assert by(Dimension.REGION, "refunds_amount") == {"Hubei": 500, "Zhejiang": 250, None: 9}
    assert by(Dimension.COUNTRY, "net_sales") == {"CN": 5600 - 750, "DE": -9}
    assert by(Dimension.COUNTRY, "adjustments_amount") == {"CN": 4000, "DE": 0}
    assert by(Dimension.REGION, "product_refunds") == {"Hubei": 400}
    hubei = (Filter(Dimension.REGION, ("Hubei",)),)
    assert total("refunds_amount", filters=hubei) == 500


def test_every_status_can_be_counted() -> None:
    assert by(Dimension.STATUS, "orders_of_any_status") == {
        "completed": 4,
        "cancelled": 1,
        "draft": 1,
    }
    assert by(Dimension.STATUS, "orders") == {"completed": 4}


def test_weekdays_and_hours_are_those_of_the_place() -> None:
    rows = ask("orders", dimensions=(Dimension.WEEKDAY,)).rows
    shown = [(row.keys[0], row.labels[0], row.cells[0][0].value) for row in rows]
    assert shown == [
        ("1", "Monday", 1),
        ("3", "Wednesday", 1),
        ("5", "Friday", 1),
        ("7", "Sunday", 1),
    ]
    rows = ask("gross_sales", dimensions=(Dimension.HOUR,)).rows
    shown = [(row.keys[0], row.labels[0], row.cells[0][0].value) for row in rows]
    assert shown == [
        ("00", "00:00", 99),
        ("09", "09:00", 500),
        ("12", "12:00", 3001),
        ("23", "23:00", 2000),
    ]
    late = (Filter(Dimension.HOUR, ("23", "00")),)
    assert total("gross_sales", filters=late) == 2099
    assert total("orders", filters=(Filter(Dimension.WEEKDAY, ("1",)),)) == 1


def test_customers_of_a_channel_who_use_another() -> None:
    assert by(Dimension.CHANNEL, "multichannel_customers", "customers") == {
        "web": (1, 2),
        "store": (1, 1),
    }
    pair = (Filter(Dimension.CHANNEL, ("web", "marketplace")),)
    assert total("multichannel_customers", filters=pair) == 0


def test_quarters_and_years_are_buckets() -> None:
    span = Period(date(2025, 12, 31), date(2026, 5, 31))
    assert by(Dimension.QUARTER, "orders", period=span) == {
        date(2025, 10, 1): 0,
        date(2026, 1, 1): 0,
        date(2026, 4, 1): 5,
    }
    assert by(Dimension.YEAR, "orders", period=span) == {date(2025, 1, 1): 0, date(2026, 1, 1): 5}


def test_months_are_filled_and_ordered() -> None:
    year = Period(date(2026, 3, 15), date(2026, 5, 31))
    assert by(Dimension.MONTH, "orders", "net_sales", period=year) == {
        date(2026, 3, 1): (0, 0),
        date(2026, 4, 1): (1, 900),
        date(2026, 5, 1): (4, 4841),
    }


def test_weeks_begin_on_monday() -> None:
    found = by(Dimension.WEEK, "orders", period=Period(date(2026, 4, 30), date(2026, 5, 11)))
    assert found == {date(2026, 4, 27): 1, date(2026, 5, 4): 0, date(2026, 5, 11): 1}


def test_new_is_told_by_the_bucket() -> None:
    spring = Period(date(2026, 4, 1), date(2026, 5, 31))
    assert total("new_customers", period=spring) == 2
    assert total("returning_customers", period=spring) == 0
    found = by(Dimension.MONTH, "customers", "new_customers", "returning_customers", period=spring)
    assert found == {date(2026, 4, 1): (1, 1, 0), date(2026, 5, 1): (2, 1, 1)}


def test_sales_by_kind_of_customer() -> None:
    assert by(Dimension.CUSTOMER_TYPE, "gross_sales", "orders") == {
        "new": (3001, 1),
        "returning": (2500, 2),
        None: (99, 1),
    }


def test_products_by_their_lines() -> None:
    found = ask(
        "units_sold", "product_sales", "orders", "customers", dimensions=(Dimension.PRODUCT,)
    )
    assert [(r.keys, r.labels, [c.value for (c,) in r.cells]) for r in found.rows] == [
        (("prd_1",), ("Green tea",), [4, 4501, 2, 2]),
        (("prd_2",), ("Cup",), [1, 400, 1, 1]),
        ((None,), (None,), [1, 99, 1, 0]),
    ]
    assert by(Dimension.CATEGORY, "net_product_sales") == {"Tea": 4101, "Cups": 400, None: 99}


def test_the_best_come_first_up_to_the_limit() -> None:
    best = ask("product_sales", dimensions=(Dimension.PRODUCT,), order_by="product_sales", limit=1)
    assert [row.keys[0] for row in best.rows] == ["prd_1"]
    assert best.row_count == 3
    worst = ask(
        "product_sales",
        dimensions=(Dimension.PRODUCT,),
        order_by="product_sales",
        is_descending=False,
        limit=2,
    )
    assert [row.keys[0] for row in worst.rows] == [None, "prd_2"]


def test_payments_by_method_and_instalments() -> None:
    assert by(Dimension.PAYMENT_METHOD, "payments_total") == {"alipay": 2000, "card": 500}
    rows = ask("payments_total", dimensions=(Dimension.INSTALLMENTS,)).rows
    assert [(row.keys[0], row.cells[0][0].value) for row in rows] == [("2", 500), ("10", 2000)]


def test_a_filter_keeps_its_values_and_an_empty_text_the_unknown() -> None:
    def orders(dimension: Dimension, *values: str) -> Any:
        return total("orders", filters=(Filter(dimension, values),))

    assert orders(Dimension.CHANNEL, "store") == 2
    assert orders(Dimension.CHANNEL, "store", "web") == 4
    assert orders(Dimension.REGION, "") == 1
    assert orders(Dimension.CUSTOMER_TYPE, "returning") == 2
    assert orders(Dimension.CATEGORY, "Cups") == 1
    assert orders(Dimension.CHANNEL, "it's") == 0


def test_a_filter_does_not_make_old_customers_new() -> None:
    store = (Filter(Dimension.CHANNEL, ("store",)),)
    assert total("customers", filters=store) == 1
    assert total("new_customers", filters=store) == 0


def test_the_previous_period_stands_beside() -> None:
    result = ask("net_sales", "orders", "aov", comparison=Comparison.PREVIOUS)
    assert result.compared == Period(date(2026, 3, 31), date(2026, 4, 30))
    assert result.rows[0].cells == (
        (Cell("CNY", 4841, 900, (4841 - 900) / 900),),
        (Cell(None, 4, 1, 3.0),),
        (Cell("CNY", 1400, 1000, 0.4),),
    )


def test_buckets_are_compared_by_their_number() -> None:
    result = ask(
        "orders",
        dimensions=(Dimension.DAY,),
        period=Period(date(2026, 5, 10), date(2026, 5, 11)),
        comparison=Comparison.PREVIOUS,
    )
    assert [(r.keys[0], r.compared_on) for r in result.rows] == [
        (date(2026, 5, 10), date(2026, 5, 8)),
        (date(2026, 5, 11), date(2026, 5, 9)),
    ]
    april = ask(
        "orders",
        dimensions=(Dimension.MONTH,),
        comparison=Comparison.PREVIOUS,
    )
    assert [(r.keys[0], r.cells[0][0].comparison) for r in april.rows] == [
        (date(2026, 5, 1), 0),
        (None, 1),
    ]


def test_a_year_before_may_overlap() -> None:
    long = Period(date(2025, 5, 2), date(2026, 6, 1))
    (cell,) = ask("orders", period=long, comparison=Comparison.YEAR_BEFORE).rows[0].cells[0]
    assert (cell.value, cell.comparison) == (5, 0)
    (cell,) = (
        ask(
            "orders",
            period=Period(date(2025, 6, 1), date(2027, 5, 20)),
            comparison=Comparison.YEAR_BEFORE,
        )
        .rows[0]
        .cells[0]
    )
    assert (cell.value, cell.comparison) == (5, 4)


def test_nothing_sold_is_zero_and_has_no_average() -> None:
    july = Period(date(2026, 7, 1), date(2026, 7, 31))
    sales, aov, interval, customers = (
        ask("net_sales", "aov", "purchase_interval_days", "customers", period=july).rows[0].cells
    )
    assert [cells[0].value for cells in (sales, aov, interval, customers)] == [0, None, None, 0]


def test_scope_hides_other_places() -> None:
    store = make_viewer(2)
    assert total("net_sales", actor=store) == 599 - 250
    assert total("customers", actor=store) == 1
    assert total("new_customers", actor=store) == 1
    assert total("orders", actor=make_viewer(1, 2)) == 4
    assert total("orders", actor=make_viewer(1, 2), places=frozenset({1, 3})) == 2
    assert total("orders", actor=SYSTEM, places=frozenset()) == 0


def test_scope_fails_closed() -> None:
    assert total("orders", actor=make_viewer()) == 0
    assert by(Dimension.CHANNEL, "orders", actor=make_viewer(99)) == {}
    nobody = Actor(SYSTEM.kind.API_KEY, "key_1", "Key")
    with pytest.raises(NotAllowedError):
        ask("orders", actor=nobody)


def test_the_span_of_the_data() -> None:
    assert data_span(actor=SYSTEM) == Period(date(2026, 4, 10), date(2026, 5, 31))
    assert data_span(actor=make_viewer(2)) == Period(date(2026, 5, 11), date(2026, 5, 31))
    assert data_span(actor=make_viewer(3)) is None


def test_questions_without_an_answer_are_refused() -> None:
    with pytest.raises(UnknownMetricError):
        ask("profit")
    with pytest.raises(DimensionNotAllowedError, match="net_sales cannot be divided by category"):
        ask("net_sales", dimensions=(Dimension.CATEGORY,))
    with pytest.raises(DimensionNotAllowedError):
        ask("refunds_amount", filters=(Filter(Dimension.STATUS, ("paid",)),))
    with pytest.raises(MetricQueryError, match="one of day"):
        ask("orders", dimensions=(Dimension.DAY, Dimension.MONTH))
    with pytest.raises(MetricQueryError, match="Order by"):
        ask("orders", order_by="net_sales")
