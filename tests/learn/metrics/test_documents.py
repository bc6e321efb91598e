"""docs/rules/metrics.md is executed: its rows go into a lake, its figures must come out."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.metrics import NOW, fill_lake, make_line, make_order, make_product, make_refund

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period
from quanqu.learn.metrics.api import router
from quanqu.learn.metrics.api.examples import ANSWERS, QUESTIONS
from quanqu.learn.metrics.contracts import Comparison, Dimension, MetricQuery
from quanqu.learn.metrics.facade import get_cohorts, get_rfm, list_metrics, query
from quanqu.learn.metrics.rules.periods import compared_period
from quanqu.learn.metrics.rules.rfm import segment

DOCUMENT = Path(__file__).parents[3] / "docs/rules/metrics.md"
PLACES = {"web": 1, "store": 2, "marketplace": 3}
PEOPLE = {"ann": 1, "bob": 2, "cat": 3}
GOODS = {"tea": 1, "cup": 2, "toy": 3}
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def table_below(heading: str) -> list[dict[str, str]]:
    """Return the first table below a heading, by the names of its columns."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"# {heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert lines is not None
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in lines[0].split("\n")
    ]
    header, _, *body = [row for row in rows if row != [""]]
    return [dict(zip(header, row, strict=True)) for row in body]


def orders_of_the_document() -> dict[int, dict[str, Any]]:
    return {
        int(row["order"]): make_order(
            int(row["order"]),
            row["date"],
            int(row["total"]),
            place_key=PLACES[row["place"]],
            subject_key=PEOPLE.get(row["customer"]),
            status=row["status"],
            local_hour=int(row["hour"]),
            discount_minor=int(row["discount"]),
            shipping_minor=int(row["shipping"]),
            tax_minor=int(row["tax"]),
            item_count=int(row["units"]),
        )
        for row in table_below("Orders")
    }


def lines_of_the_document(orders: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        make_line(
            orders[int(row["order"])],
            number,
            int(row["amount"]),
            quantity=int(row["quantity"]),
            variant_key=GOODS.get(row["product"]),
        )
        for number, row in enumerate(table_below("Order lines"), 1)
    ]


def payments_of_the_document(orders: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    shared = ("place_key", "company_key", "channel", "currency", "business_date", "part")
    return [
        {name: orders[int(row["order"])][name] for name in shared}
        | {"payment_key": int(row["payment"]), "order_key": int(row["order"])}
        | {"method": row["method"], "installments": int(row["instalments"])}
        | {"status": row["status"], "amount_minor": int(row["amount"])}
        for row in table_below("Payments")
    ]


def refunds_of_the_document() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    refunds, lines = [], []
    for row in table_below("Refunds"):
        refund = make_refund(
            int(row["refund"]),
            row["date"],
            int(row["amount"]),
            place_key=PLACES[row["place"]],
            kind=row["kind"],
            order_key=int(row["order"]) if row["order"] else None,
        )
        goods = {"line_no": 1, "line_kind": "goods", "quantity": 1}
        goods |= {"amount_minor": int(row["goods"]), "variant_key": GOODS.get(row["of it for"])}
        kept = {k: v for k, v in refund.items() if k not in ("order_key", "subject_key")}
        refunds.append(refund)
        lines.append(kept | goods)
    return refunds, lines


@pytest.fixture
def worked_group(own_lake: Path) -> None:
    orders = orders_of_the_document()
    refunds, refund_lines = refunds_of_the_document()
    fill_lake(
        dim_identity=[
            {"subject_key": key, "customer_key": key, "identifier_type": "member_id"}
            for key in PEOPLE.values()
        ],
        dim_product=[make_product(key, name=name) for name, key in GOODS.items()],
        fact_order=list(orders.values()),
        fact_order_line=lines_of_the_document(orders),
        fact_payment=payments_of_the_document(orders),
        fact_refund=refunds,
        fact_refund_line=refund_lines,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("worked_group")
def test_the_figures_of_the_document_come_out() -> None:
    rows = table_below("Figures of February 2026")
    assert {row["metric"] for row in rows} == {one.code for one in list_metrics(actor=SYSTEM)}
    both = Period(date(2026, 1, 1), FEBRUARY.last)
    asked = [(FEBRUARY, row) for row in rows]
    asked += [(both, row) for row in table_below("Figures of January and February 2026")]
    for period, row in asked:
        wanted = tuple(dict.fromkeys((row["metric"], "gross_sales")))
        question = MetricQuery(wanted, period)
        answer = query(actor=SYSTEM, query=question, now=NOW)
        cells = {cell.currency or "": cell.value for cell in answer.rows[0].cells[0]}
        assert cells[row["currency"]] == pytest.approx(float(row["figure"]), abs=1e-6), row


@pytest.mark.django_db
@pytest.mark.usefixtures("worked_group")
def test_the_examples_of_the_api_are_answered_so() -> None:
    client = TestClient(router)
    for name, question in QUESTIONS.items():
        answer = client.post("/metrics/query", json=question["value"], quanqu_actor=SYSTEM)
        assert answer.status_code == 200, answer.content
        found = answer.json()
        assert found["rows"], name
        if name in ANSWERS:
            assert {key: found[key] for key in ANSWERS[name]} == ANSWERS[name]
    assert set(ANSWERS) <= set(QUESTIONS)


@pytest.mark.django_db
@pytest.mark.usefixtures("worked_group")
def test_the_clock_of_the_document_comes_out() -> None:
    wanted = table_below("Orders of February by the clock")
    for dimension in (Dimension.WEEKDAY, Dimension.HOUR):
        question = MetricQuery(("orders",), FEBRUARY, (dimension,))
        found = query(actor=SYSTEM, query=question, now=NOW).rows
        assert [(row.keys[0], row.cells[0][0].value) for row in found] == [
            (row["value"], int(row["orders"])) for row in wanted if row["dimension"] == dimension
        ]


@pytest.mark.django_db
@pytest.mark.usefixtures("worked_group")
def test_the_complete_buckets_of_the_document_are_complete() -> None:
    rows = table_below("Complete buckets")
    assert {row["complete"] for row in rows} == {"yes", "no"}
    for row in rows:
        asked = Period(date.fromisoformat(row["asked from"]), date.fromisoformat(row["to"]))
        question = MetricQuery(("orders",), asked, (Dimension(row["bucket"]),))
        found = query(actor=SYSTEM, query=question, now=NOW).rows
        (one,) = [each for each in found if str(each.keys[0]) == row["begins"]]
        assert one.is_complete is (row["complete"] == "yes"), row


@pytest.mark.django_db
@pytest.mark.usefixtures("worked_group")
def test_the_cohorts_of_the_document_come_out() -> None:
    cohorts = get_cohorts(actor=SYSTEM, now=NOW).cohorts
    wanted = [
        (
            row["cohort"],
            tuple(int(row[m]) for m in ("month 0", "month 1") if row[m]),
            int(row["again"]),
        )
        for row in table_below("Cohorts")
    ]
    assert [(f"{one.month:%Y-%m}", one.active, one.repeaters) for one in cohorts] == wanted


@pytest.mark.django_db
def test_the_fifths_of_the_document_come_out(own_lake: Path) -> None:
    fifths = {3: [1, 2, 4], 5: [1, 2, 3, 4, 5]}
    for row in table_below("RFM"):
        assert fifths[int(row["of"])][int(row["customers better than"])] == int(row["fifth"])
    people = [{"subject_key": n, "customer_key": n, "identifier_type": "email"} for n in (1, 2, 3)]
    orders = [make_order(n, f"2026-02-{n:02}", n, subject_key=n) for n in (1, 2, 3)]
    fill_lake(dim_identity=people, fact_order=orders)
    grid = get_rfm(actor=SYSTEM, period=FEBRUARY, now=NOW).grid
    assert [fifth for fifth, row in enumerate(grid, 1) if sum(row)] == fifths[3]


def test_the_compared_periods_of_the_document_are_ours() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").split("| period from |", 1)[1]
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (\w+) \| (\S+) \| (\S*) ?\|$", text, re.MULTILINE)
    assert len(rows) == 9
    for first, last, comparison, compared_first, compared_last in rows:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        wanted = Period(date.fromisoformat(compared_first), date.fromisoformat(compared_last))
        assert compared_period(period, Comparison(comparison)) == wanted


def test_the_segments_of_the_document_are_ours() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").split("rounded up:", 1)[1]
    rows = re.findall(r"^\| ([1-5]) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) == 5
    for recency, names in rows:
        for worth, name in enumerate(names.split(" | "), 1):
            assert segment(int(recency), worth, worth) == name


@pytest.mark.django_db
def test_the_readme_lists_every_metric() -> None:
    readme = Path(__file__).parents[3] / "src/quanqu/learn/metrics/README.md"
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (\w+) \|", readme.read_text("utf-8"), re.MULTILINE)
    metrics = list_metrics(actor=SYSTEM)
    assert rows == [(one.code, one.formula, one.unit.value) for one in metrics]
