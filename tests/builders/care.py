"""Facts for tests of open matters and next actions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from quanqu.engage.care.contracts import Facts, Matter, MatterKind, Matters, Reach
from quanqu.kernel.money import Money
from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose, Reason
from quanqu.know.customers.contracts import CustomerScoreRow

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CUSTOMER = UUID("01900000-0000-7000-8000-000000000001")


def make_facts(*matters: Matter, **overrides: Any) -> Facts:
    """Return facts of somebody who may be written to by e-mail and of whom little is known."""
    known = {
        "customer_id": CUSTOMER,
        "now": NOW,
        "today": TODAY,
        "matters": Matters(matters),
        "reach": make_reach(email="granted"),
    }
    return Facts(**{**known, **overrides})


def make_reach(*, addresses: str = "email sms", **marketing: str) -> tuple[Reach, ...]:
    """Return what the gate says: of marketing per channel (not asked unless told), service yes."""
    reasons = {Channel(name): Reason(word) for name, word in marketing.items()}
    found = []
    for channel in PURPOSES[Purpose.MARKETING].channels:
        reason = reasons.get(channel, Reason.NOT_ASKED)
        has_address = channel.value in addresses.split()
        is_allowed = reason is Reason.GRANTED
        found.append(Reach(Purpose.MARKETING, channel, is_allowed, reason, has_address))
        found.append(Reach(Purpose.SERVICE, channel, True, Reason.NOT_NEEDED, has_address))
    return tuple(found)


def make_request(*, due_in: timedelta, ref: str = "prq_1") -> Matter:
    """Return an open privacy request."""
    received = NOW - timedelta(days=40)
    return Matter(MatterKind.PRIVACY_REQUEST, ref, "erasure", received, NOW + due_in)


def make_order(kind: MatterKind, *, waits_days: float, number: str = "1001") -> Matter:
    """Return an order that waits."""
    placed = NOW - timedelta(days=waits_days)
    return Matter(kind, f"ord_{number}", number, placed, amount=Money(2500, "GBP"))


def make_score(name: str = "clv", *, tenth: int | None = 1, **overrides: Any) -> CustomerScoreRow:
    """Return a number that a model says of somebody."""
    known = {"meaning": "Worth in a year", "value": 812.5, "version": "7", "at": NOW}
    return CustomerScoreRow(name=name, tenth=tenth, **{**known, **overrides})


def every(days: int, *, times: int, last: date) -> tuple[date, ...]:
    """Return days of orders with one gap, oldest first."""
    return tuple(last - timedelta(days=days * at) for at in reversed(range(times)))
