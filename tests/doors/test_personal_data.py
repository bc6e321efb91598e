"""Personal data stays in the encrypted vault: not a trace in the lake, the logs or the trail."""

import json
import logging.config
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.builders import orders
from tests.builders.http import program, signed_in
from tests.builders.org import SYSTEM, make_company, make_place
from tests.builders.timeline import make_source, timeline_lake

from quanqu.doors.connectors.contracts import ImportRequest
from quanqu.doors.connectors.facade import run_import
from quanqu.infra.lake.facade import publish_dirty
from quanqu.infra.logs.facade import logging_settings
from quanqu.kernel.time import utc_now
from quanqu.know.timeline.facade import settle_everything

__all__ = ["timeline_lake"]

pytestmark = pytest.mark.django_db

EMAIL = "Petra.Quintessa@Example.com"
PHONE = "+44 7700 900 123"
NAME = "Petra Quintessa"
STREET = "17 Zanzibar Mews"
ADDRESS = "203.0.113.77"
# A bare `name` is a product's in a track call and a company's in a group call (Segment's words).
PERSONAL = {"email": EMAIL, "phone": PHONE, "full_name": NAME, "customerName": NAME}
TRAITS = {"email": EMAIL, "phone": PHONE, "name": NAME}
# What to look for: every way one of them is commonly written, in lower case.
NEEDLES = (
    "petra.quintessa", "petra%2equintessa", "quintessa", "petra quintessa", "7700900123",
    "7700 900 123", "7700%20900", "900123", "zanzibar", ADDRESS,
)  # fmt: skip


def events() -> list[dict[str, Any]]:
    page = {
        "url": f"https://shop.example/me?email={EMAIL}&phone=%2B447700900123",
        "path": f"/me/{EMAIL}",
        "referrer": f"https://mail.example/?to={EMAIL}",
        "search": f"?email={EMAIL}",
        "title": f"Welcome back {EMAIL}",
    }
    context = {"ip": ADDRESS, "page": page, "traits": TRAITS, "userAgent": "Browser"}
    address = {"street": STREET, "city": "Leeds", "postalCode": "LS1 4AP"}
    return [
        {"type": "identify", "userId": EMAIL, "traits": {**TRAITS, "address": address}},
        {"type": "identify", "userId": "u-1", "traits": {**TRAITS, "firstName": "Petra"}},
        {"type": "page", "userId": "u-1", "name": "Me", "context": context, "properties": page},
        {
            "type": "track",
            "event": "Order Completed",
            "anonymousId": "a-1",
            "context": context,
            "properties": {
                "order_id": "o-1",
                "total": 12.5,
                "currency": "GBP",
                **PERSONAL,
                "shipping_address": {"name": NAME, "street": STREET, "line1": STREET},
                "note": f"call {PHONE} or write to {EMAIL}",
                "products": [{"sku": "mug", "engraving": f"for {EMAIL}"}],
                "client_ip": ADDRESS,
            },
        },
        {"type": "track", "event": "", "userId": EMAIL, "properties": PERSONAL},
        {"type": "alias", "userId": EMAIL, "previousId": "a-1"},
        {"type": "group", "userId": "u-1", "groupId": "g", "traits": PERSONAL},
    ]


def send_everything(home: Path) -> None:
    """Bring the data in through every door, and ask for it in every way that fails."""
    company = make_company("hearth", currency="GBP")
    place = make_place("web", company=company, currency="GBP")
    _track()
    day = utc_now() - timedelta(days=1)
    order = orders.make_order(
        place,
        placed_at=day,
        business_date=day.date(),
        subject_key=orders.make_subject(EMAIL),
        address={"name": NAME, "phone": PHONE, "email": EMAIL, "street": STREET, "city": "Leeds"},
    )
    orders.record(order, now=utc_now())
    _import(home, place.code)
    settle_everything(now=utc_now())
    publish_dirty(now=utc_now())
    _ask()


def _track() -> None:
    issued = make_source("site", place="site")
    client = Client(REMOTE_ADDR=ADDRESS, headers={"X-Forwarded-For": ADDRESS})
    body = {"writeKey": issued.write_key, "batch": events(), "context": {"ip": ADDRESS}}
    assert client.post("/v1/batch", json.dumps(body), "application/json").status_code == 200
    for broken in (json.dumps(body)[:-3], json.dumps({**body, "batch": PERSONAL})):
        assert client.post("/v1/batch", broken, "application/json").status_code >= 400
    wrong = {**body, "writeKey": EMAIL}
    assert client.post("/v1/batch", json.dumps(wrong), "application/json").status_code == 401


def _import(home: Path, place: str) -> None:
    rows = [
        "order_id,order_date,sku,product_name,quantity,unit_price,currency,customer_id,"
        "customer_name,email,phone,city",
        f"77,{utc_now():%Y-%m-%d} 00:01,mug,Mug,1,5,GBP,9,{NAME},{EMAIL},{PHONE},Leeds",
        f"78,never,mug,Mug,1,5,GBP,9,{NAME},{EMAIL},{PHONE},Leeds",
    ]
    path = home / "orders.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    request = ImportRequest("generic", path, place_code=place, company_code="hearth")
    done = run_import(actor=SYSTEM, request=request, now=utc_now())
    assert (done.counts.rows_accepted, done.counts.rows_rejected) == (1, 1)


def _ask() -> None:
    caller, reader = program(), signed_in()
    # three accounts claim the address, so that more than one customer may be found by it
    found, *_ = caller.post("/api/v1/customers/lookup", {"value": EMAIL}, "application/json").json()
    assert caller.post(f"/api/v1/customers/{found['id']}/reveal").json()
    order = caller.get("/api/v1/orders").json()["items"][0]
    caller.post(f"/api/v1/orders/{order['id']}/reveal")
    for failed in caller.get("/api/v1/events/failed").json()["items"]:
        caller.post(f"/api/v1/events/failed/{failed['id']}/reveal")
    for client, address in ((caller, "/api/v1"), (reader, "")):
        client.get(f"{address}/customers", {"search": EMAIL, "q": EMAIL})
        client.get(f"{address}/customers/{EMAIL}")
        client.get(f"{address}/orders/{EMAIL}")
        client.get(f"{address}/nowhere/{EMAIL}", {"phone": PHONE})
        client.get(f"{address}/orders/{PHONE}/{STREET}")
        client.get(f"{address}/customers/{PHONE}")
        client.post(f"{address}/customers/{EMAIL}/reveal", PERSONAL)
    caller.post("/api/v1/people", {"email": EMAIL, "name": 5}, "application/json")
    caller.post("/api/v1/customers/tags/assignments", PERSONAL, "application/json")
    reader.get("/customers", {"q": EMAIL, "export": "csv"}).getvalue()
    reader.get("/search", {"q": EMAIL})


def traces(text: str) -> list[str]:
    """Return what a text gives away."""
    low = text.lower()
    return [f"{each}: {_around(low, each)}" for each in NEEDLES if each in low]


def _around(text: str, needle: str) -> str:
    at = text.index(needle)
    return re.sub(r"\s+", " ", text[max(at - 60, 0) : at + 60])


def lake_texts(lake: Path) -> Iterator[tuple[str, str]]:
    """Yield every file of the lake as text, Parquet both as it lies and as it reads."""
    for path in sorted(each for each in lake.rglob("*") if each.is_file()):
        yield str(path.relative_to(lake)), path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            yield str(path.relative_to(lake)), str(pq.ParquetFile(path).read().to_pylist())


@pytest.fixture
def lake(timeline_lake: Path, tmp_path: Path) -> Path:
    """Return the lake after everything was sent."""
    send_everything(tmp_path)
    return timeline_lake


def test_no_file_of_the_lake_holds_personal_data(lake: Path) -> None:
    texts = list(lake_texts(lake))

    told = {name: traces(text) for name, text in texts if traces(text)}

    assert told == {}
    tables = {name.partition("/")[0] for name, _ in texts if name.endswith(".parquet")}
    assert {"fact_event", "fact_order", "fact_order_line", "dim_customer"} <= tables


def test_no_log_line_holds_personal_data(
    timeline_lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.config.dictConfig(logging_settings(as_json=True, level="INFO"))
    try:
        send_everything(tmp_path)
    finally:
        written = capsys.readouterr().err
        logging.config.dictConfig(settings.LOGGING)

    assert "request" in written
    assert traces(written) == []


def test_the_trail_holds_no_personal_data(lake: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM audit_record r")
        rows = [row[0] for row in cursor.fetchall()]

    assert len(rows) > 5
    assert [found for row in rows for found in traces(row)] == []


def test_no_table_holds_personal_data_in_the_clear(lake: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        told = {}
        for table in tables:
            cursor.execute(f'SELECT row_to_json(r)::text FROM "{table}" r')  # names of our own
            found = [said for (row,) in cursor.fetchall() for said in traces(row)]
            if found:
                told[table] = found

    assert told == {}
