"""Builders of order batches, and of a small group whose places they happen at."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.know.customers.facade import resolve_subjects
from quanqu.know.org.contracts import PlaceDetails, PlaceDraft, PlaceInfo, PlaceType
from quanqu.know.org.facade import ensure_company, ensure_places
from quanqu.sell.orders.contracts import (
    ADDRESSES_SCHEMA,
    LINES_SCHEMA,
    ORDERS_SCHEMA,
    PAYMENTS_SCHEMA,
    REFUND_LINES_SCHEMA,
    REFUNDS_SCHEMA,
    OrderBatch,
    RecordOutcome,
)
from quanqu.sell.orders.facade import record_orders

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PLACED = datetime(2026, 11, 20, 21, 15, tzinfo=UTC)


def make_places() -> dict[str, PlaceInfo]:
    """Make a company with a web shop and a store, and another with a market account."""
    first = ensure_company(actor=SYSTEM, code="hearth", name="Hearth", currency="GBP", now=NOW)
    other = ensure_company(actor=SYSTEM, code="loom", name="Loom", currency="BRL", now=NOW)
    found = {}
    for company, code, kind in (
        (first, "shop", PlaceType.WEB_SHOP),
        (first, "store", PlaceType.STORE),
        (other, "market", PlaceType.MARKETPLACE),
    ):
        details = PlaceDetails(kind, company.currency, "Europe/London")
        draft = PlaceDraft(code=code, name=code.title(), details=details)
        found |= ensure_places(actor=SYSTEM, company_key=company.key, places=[draft], now=NOW)
    return found


def make_subject(email: str) -> int:
    """Return the subject key of a customer with this e-mail address."""
    claims = pa.table(
        {
            "record": pa.array([0], pa.int32()),
            "type": ["email"],
            "value": [email],
            "observed_at": pa.array([PLACED], pa.timestamp("us", "UTC")),
        }
    )
    key = resolve_subjects(claims=claims, source="test", now=NOW)[0].as_py()
    assert isinstance(key, int)
    return key


def make_order(place: PlaceInfo, **overrides: Any) -> dict[str, Any]:
    """Return an order as a mapping: a row of ORDERS_SCHEMA with its `lines` and `payments`."""
    order = {
        "place_key": place.key,
        "company_key": place.company_key,
        "external_id": "1001",
        "placed_at": PLACED,
        "business_date": date(2026, 11, 20),
        "currency": place.currency,
        "status": "completed",
        "channel_status": "fulfilled",
        "lines": [make_line()],
        "payments": [],
    }
    return order | overrides


def make_line(**overrides: Any) -> dict[str, Any]:
    """Return a row of LINES_SCHEMA: two mugs at 12.50."""
    line = {"sku": "MUG-W", "name": "White mug", "quantity": 2, "unit_price_e4": 125_000}
    return line | overrides


def make_refund(place: PlaceInfo, **overrides: Any) -> dict[str, Any]:
    """Return a refund as a mapping: a row of REFUNDS_SCHEMA with its `lines`."""
    refund = {
        "external_id": "R1",
        "place_key": place.key,
        "company_key": place.company_key,
        "order_external_id": "1001",
        "refunded_at": datetime(2026, 12, 2, 10, 0, tzinfo=UTC),
        "business_date": date(2026, 12, 2),
        "currency": place.currency,
        "kind": "return",
        "amount_minor": 1250,
        "lines": [],
    }
    return refund | overrides


def make_batch(
    orders: Sequence[dict[str, Any]] = (), refunds: Sequence[dict[str, Any]] = ()
) -> OrderBatch:
    """Return a batch of orders and refunds; lines and payments are numbered from 1."""
    heads, lines, payments, addresses = [], [], [], []
    for record, order in enumerate(orders):
        heads.append({"record": record} | order)
        lines += [
            {"record": record, "line_no": number} | line
            for number, line in enumerate(order["lines"], start=1)
        ]
        payments += [
            {"record": record, "seq": seq, "method": "card"} | payment
            for seq, payment in enumerate(order["payments"], start=1)
        ]
        if "address" in order:
            addresses.append({"record": record} | order["address"])
    refund_lines = [
        {
            "refund_external_id": refund["external_id"],
            "place_key": refund["place_key"],
            "line_no": number,
        }
        | line
        for refund in refunds
        for number, line in enumerate(refund["lines"], start=1)
    ]
    return OrderBatch(
        orders=_table(heads, ORDERS_SCHEMA),
        lines=_table(lines, LINES_SCHEMA),
        payments=_table(payments, PAYMENTS_SCHEMA),
        refunds=_table(refunds, REFUNDS_SCHEMA),
        refund_lines=_table(refund_lines, REFUND_LINES_SCHEMA),
        addresses=_table(addresses, ADDRESSES_SCHEMA),
    )


def record(
    *orders: dict[str, Any],
    refunds: Sequence[dict[str, Any]] = (),
    source: str = "shop",
    now: datetime = NOW,
) -> RecordOutcome:
    """Record orders and refunds."""
    return record_orders(batch=make_batch(orders, refunds), source=source, now=now)


def make_clerk(*places: PlaceInfo, permissions: Sequence[str] = ("orders.view",)) -> Actor:
    """Return a person who may see the orders of some places."""
    scope = Scope(
        False,
        frozenset(place.key for place in places),
        frozenset(place.company_key for place in places),
    )
    return Actor(ActorKind.PERSON, "per_1", "Ada", (Grant(frozenset(permissions), scope),))


def _table(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return the rows with those columns of the schema that any of them tells."""
    told = [schema.field(name) for name in schema.names if any(name in row for row in rows)]
    plain = [{field.name: row.get(field.name) for field in told} for row in rows]
    return pa.Table.from_pylist(plain, schema=pa.schema(told)) if rows else schema.empty_table()
