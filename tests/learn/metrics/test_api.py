"""The REST calls of metrics."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from ninja.testing import TestClient
from tests.builders.metrics import fill_lake, make_order, make_viewer

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.learn.metrics.api import router
from quanqu.learn.metrics.contracts import (
    DimensionNotAllowedError,
    MetricQueryError,
    UnknownMetricError,
)

pytestmark = pytest.mark.django_db

MAY = {"first": "2026-05-01", "last": "2026-05-31"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    fill_lake(
        dim_identity=[{"subject_key": 1, "customer_key": 1, "identifier_type": "email"}],
        dim_customer=[{"customer_key": 1, "customer_id": "cus_1"}],
        fact_order=[
            make_order(1, "2026-05-01", 1234, subject_key=1),
            make_order(2, "2026-05-02", 100, place_key=2),
        ],
    )


def ask(client: TestClient, body: dict[str, Any], actor: Actor = SYSTEM) -> dict[str, Any]:
    answer = client.post("/metrics/query", json=body, quanqu_actor=actor)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_definitions_are_listed_and_got(client: TestClient) -> None:
    listed = client.get("/metrics", quanqu_actor=SYSTEM).json()
    one = client.get("/metrics/aov", quanqu_actor=SYSTEM).json()
    assert one in listed
    assert one["name"] == "Average order value"
    assert one["is_by_currency"] is True
    assert len({found["code"] for found in listed}) == len(listed) == 40


def test_money_is_text_in_its_own_decimals(client: TestClient) -> None:
    answer = ask(
        client,
        {
            "metrics": ["net_sales", "orders"],
            "period": MAY,
            "dimensions": ["place"],
            "comparison": "previous",
        },
    )
    assert answer["compared"] == {"first": "2026-03-31", "last": "2026-04-30"}
    assert answer["rows"][1] == {
        "keys": {"place": "plc_web"},
        "labels": {"place": "Web shop"},
        "compared_on": None,
        "is_complete": None,
        "is_comparison_complete": None,
        "cells": {
            "net_sales": [
                {"currency": "CNY", "value": "12.34", "comparison": "0.00", "change": None}
            ],
            "orders": [{"currency": None, "value": 1, "comparison": 0, "change": None}],
        },
    }
    assert answer["provenance"]["currencies"] == ["CNY"]


def test_the_callers_scope_holds(client: TestClient) -> None:
    body = {"metrics": ["orders"], "period": MAY}
    (row,) = ask(client, body, make_viewer(2))["rows"]
    assert row["cells"]["orders"][0]["value"] == 1
    (row,) = ask(client, body | {"places": ["plc_unknown"]})["rows"]
    assert row["cells"]["orders"][0]["value"] == 0


def test_cohorts_rfm_and_quality(client: TestClient) -> None:
    cohorts = client.get("/cohorts", quanqu_actor=SYSTEM).json()["cohorts"]
    assert cohorts == [
        {"month": "2026-05-01", "size": 1, "active": [1], "rates": [1.0]}
        | {"repeaters": 0, "repeat_rate": 0.0}
    ]
    rfm = client.get("/rfm?first=2026-05-01&last=2026-05-31", quanqu_actor=SYSTEM).json()
    assert rfm["customers"] == 1
    assert sum(group["customers"] for group in rfm["groups"]) == 1
    tables = client.get("/data-quality", quanqu_actor=SYSTEM).json()["tables"]
    assert {one["table"]: one["rows"] for one in tables}["fact_order"] == 2


def test_the_overview_is_one_call(client: TestClient) -> None:
    answer = client.get(
        "/overview?first=2026-04-29&last=2026-05-02&comparison=none", quanqu_actor=SYSTEM
    )
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert page["data"] == {"first": "2026-05-01", "last": "2026-05-02"}
    assert page["is_complete"] is False
    assert page["buckets"] == ["2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02"]
    assert page["complete"] == [False, False, True, True]
    sales = page["tiles"][0]
    assert sales["metric"] == "net_sales"
    assert [cell["value"] for cell in sales["cells"]] == ["13.34"]
    assert sales["sparks"] == [{"currency": "CNY", "values": ["0.00", "0.00", "12.34", "1.00"]}]
    assert page["channels"]["metrics"] == ["net_sales", "orders"]
    assert {row["keys"]["channel"] for row in page["channels"]["rows"]} == {"web", "store"}
    nowhere = client.get(
        "/overview?first=2026-05-01&last=2026-05-02&place=plc_unknown", quanqu_actor=SYSTEM
    ).json()
    assert (nowhere["data"], nowhere["tiles"][1]["cells"][0]["value"]) == (None, 0)


def test_the_best_customers(client: TestClient) -> None:
    address = "/best-customers?first=2026-05-01&last=2026-05-31"
    rows = client.get(address, quanqu_actor=SYSTEM).json()["rows"]
    assert rows == [
        {"rank": 1, "customer": "cus_1", "gross_sales": {"amount": "12.34", "currency": "CNY"}}
        | {"orders": 1, "last_order_on": "2026-05-01", "share_rate": 1.0}
    ]
    assert client.get(address, quanqu_actor=make_viewer(2)).json()["rows"] == []
    assert client.get(f"{address}&limit=0", quanqu_actor=SYSTEM).status_code == 422


def test_questions_are_refused_with_their_error(client: TestClient) -> None:
    def asking(**body: Any) -> None:
        client.post("/metrics/query", json={"period": MAY} | body, quanqu_actor=SYSTEM)

    with pytest.raises(UnknownMetricError):
        asking(metrics=["profit"])
    with pytest.raises(DimensionNotAllowedError):
        asking(metrics=["net_sales"], dimensions=["category"])
    with pytest.raises(MetricQueryError):
        asking(metrics=["orders"], order_by="aov")
    with pytest.raises(NotAllowedError):
        client.get("/metrics", quanqu_actor=Actor(make_viewer().kind, "per_2", "Nobody"))


@pytest.mark.parametrize(
    "body",
    [
        {"metrics": [], "period": MAY},
        {"metrics": ["orders"], "period": {"first": "2026-05-01"}},
        {"metrics": ["orders"], "period": {"first": 20574, "last": 20575}},
        {"metrics": ["orders"], "period": {"first": "20260501", "last": "20260502"}},
        {"metrics": ["orders"], "period": MAY, "is_descending": "yes"},
        {"metrics": ["orders"], "period": MAY, "limit": "10"},
        {"metrics": ["orders"], "period": MAY, "dimensions": ["planet"]},
        {"metrics": ["orders"], "period": MAY, "limit": 0},
        {"metrics": ["orders"], "period": MAY, "reporting_currency": "yuan"},
    ],
)
def test_a_malformed_question_is_answered_422(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/metrics/query", json=body, quanqu_actor=SYSTEM).status_code == 422


def test_the_wall_between_questions_and_the_database_holds(client: TestClient) -> None:
    with connection.execute_wrapper(_only_reads):
        ask(client, {"metrics": ["net_sales"], "period": MAY, "dimensions": ["channel"]})


def _only_reads(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.startswith("SELECT"), sql
    return execute(sql, params, many, context)
