"""The state of the data, and RFM by hand."""

from datetime import date
from pathlib import Path

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

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import RfmSegment, TableQuality
from quanqu.learn.metrics.facade import get_cohorts, get_quality, get_rfm

pytestmark = pytest.mark.django_db

ORDERS = [
    make_order(1, "2026-05-01", 100, subject_key=1, country="CN"),
    make_order(2, "2026-05-02", 100, subject_key=9),
    make_order(2, "2026-05-02", 100, place_key=2),
    make_order(3, "2026-05-02", 100, place_key=3),
]


@pytest.fixture(autouse=True)
def group(own_lake: Path, engine: str) -> None:
    fill_lake(
        dim_identity=[{"subject_key": 1, "customer_key": 1, "identifier_type": "email"}],
        dim_product=[make_product(1), make_product(2, company_key=2)],
        fact_order=ORDERS,
        fact_order_line=[
            make_line(ORDERS[0], 1, 100, variant_key=1, sku="S1"),
            make_line(ORDERS[0], 2, 100, variant_key=7, sku=""),
            make_line({**ORDERS[0], "order_key": 99}, 1, 5),
        ],
        fact_refund=[
            make_refund(1, "2026-05-03", 5, country="CN"),
            make_refund(2, "2026-05-03", 5, order_key=8),
        ],
    )


def report(name: str, *places: int) -> TableQuality:
    actor = make_viewer(*places) if places else SYSTEM
    return {one.table: one for one in get_quality(actor=actor, now=NOW).tables}[name]


def test_fields_keys_and_references_are_counted() -> None:
    orders = report("fact_order")
    assert (orders.rows, orders.duplicates) == (4, 1)
    assert orders.orphans == {"place_key": 0, "subject_key": 1}
    fields = {one.column: (one.filled, one.coverage_rate) for one in orders.fields}
    assert fields["subject_key"] == (2, 0.5)
    assert fields["country"] == (1, 0.25)

    lines = report("fact_order_line")
    assert lines.orphans == {"order_key": 1, "variant_key": 1, "place_key": 0}
    assert {one.column: one.filled for one in lines.fields}["sku"] == 1
    refunds = report("fact_refund")
    assert refunds.orphans["order_key"] == 1
    assert {one.column: one.filled for one in refunds.fields}["country"] == 1


def test_an_empty_table_has_no_coverage() -> None:
    events = report("fact_event")
    assert (events.rows, events.duplicates) == (0, 0)
    assert {one.coverage_rate for one in events.fields} == {None}


def test_the_report_keeps_to_the_scope() -> None:
    assert report("fact_order", 2).rows == 1
    seen = {one.table for one in get_quality(actor=make_viewer(2), now=NOW).tables}
    assert "dim_identity" not in seen
    assert report("dim_product", 2).rows == 0


def test_customers_are_counted_by_what_they_can_be_reached_by(
    own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUANQU_LAKE", str(own_lake / "again"))
    kinds = [(1, 1, "phone"), (2, 1, "phone"), (3, 1, "email"), (4, 2, "phone"), (5, 3, "email")]
    fill_lake(
        dim_customer=[{"customer_key": key, "customer_id": f"cus_{key}"} for key in (1, 2, 3, 4)],
        dim_presence=[{"customer_key": key, "place_key": key % 2 + 1} for key in (1, 2, 3)],
        dim_identity=[
            {"subject_key": subject, "customer_key": key, "identifier_type": kind}
            for subject, key, kind in kinds
        ],
    )

    def held(*places: int) -> tuple[int, dict[str, int]]:
        found = report("customers_by_identifier", *places)
        return found.rows, {one.column: one.filled for one in found.fields if one.filled}

    assert held() == (4, {"phone": 2, "email": 2})
    assert held(1) == (1, {"phone": 1})
    assert held(2) == (2, {"phone": 1, "email": 2})
    assert held(3) == (0, {})
    rates = {one.column: one.coverage_rate for one in report("customers_by_identifier").fields}
    assert (rates["phone"], rates["member_id"]) == (0.5, 0.0)


def test_rfm_by_hand(own_lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    period = Period(date(2026, 1, 1), date(2026, 5, 31))
    orders = [make_order(n, f"2026-0{n}-10", 100 * n, subject_key=n) for n in range(1, 6)] + [
        make_order(9, "2026-05-10", 1, subject_key=5)
    ]
    people = [
        {"subject_key": n, "customer_key": n, "identifier_type": "email"} for n in range(1, 6)
    ]
    monkeypatch.setenv("QUANQU_LAKE", str(own_lake / "again"))
    fill_lake(fact_order=orders, dim_identity=people)
    table = get_rfm(actor=SYSTEM, period=period, now=NOW)

    assert table.customers == 5
    assert [sum(row) for row in table.grid] == [1, 1, 1, 1, 1]
    assert [sum(column) for column in zip(*table.grid, strict=True)] == [4, 0, 0, 0, 1]
    best = {one.segment: one for one in table.groups}[RfmSegment.CHAMPIONS]
    assert (best.customers, best.mean_orders, best.mean_recency_days) == (1, 2.0, 21.0)
    assert best.gross_sales[0].value == 501
    assert sum(one.customers for one in table.groups) == 5


def test_cohorts_by_hand(own_lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [
        make_order(1, "2026-01-31", 1, subject_key=1),
        make_order(2, "2026-01-01", 1, subject_key=2),
        make_order(3, "2026-03-01", 1, subject_key=3),
        make_order(4, "2026-02-01", 1, subject_key=4),
        make_order(5, "2026-02-02", 1),
    ]
    people = [
        {"subject_key": s, "customer_key": c, "identifier_type": "email"}
        for s, c in ((1, 1), (2, 2), (3, 1), (4, 4))
    ]
    monkeypatch.setenv("QUANQU_LAKE", str(own_lake / "again"))
    fill_lake(fact_order=orders, dim_identity=people)
    table = get_cohorts(actor=SYSTEM, now=NOW)
    found = table.cohorts
    assert table.data == Period(date(2026, 1, 1), date(2026, 3, 1))
    assert [(one.month.month, one.active) for one in found] == [(1, (2, 0, 1)), (2, (1, 0))]
