"""Statements and customers for tests of consent."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa
from tests.builders.customers import resolve, seen_at

from quanqu.know.consent.contracts import STATEMENTS, Recorded
from quanqu.know.consent.facade import decide, record_statements
from quanqu.know.customers.models import Customer, Identifier

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=60)


def day(number: float) -> datetime:
    """Return a day of the tests' calendar."""
    return START + timedelta(days=number)


def make_subjects(count: int, *, place: int = 1) -> list[int]:
    """Return the subject keys of so many new customers with one strong identifier each."""
    first = Identifier.objects.count()
    found = resolve(*({"member_id": f"shop:{7001 + first + at}"} for at in range(count)))
    keys = [key for key in found if key is not None]
    seen_at(*((key, place) for key in keys))
    return keys


def said(subject: int, status: str, at: float, **other: Any) -> dict[str, Any]:
    """Return one statement: marketing by e-mail unless told otherwise."""
    row = {
        "subject_key": subject,
        "purpose": "marketing",
        "channel": "email",
        "basis": "consent",
        "status": status,
        "source_kind": "form",
        "source": "newsletter",
        "observed_at": day(at),
        **other,
    }
    return {"reference": f"{sorted(row.items(), key=str)}"[:199], **row}


def record(*rows: dict[str, Any], now: datetime = NOW) -> Recorded:
    """Record statements."""
    table = pa.Table.from_pylist(list(rows), schema=STATEMENTS)
    return record_statements(statements=table, recorded_by="test", now=now)


def answers(
    subjects: Sequence[int], *, at: float = 60, purpose: str = "marketing", channel: str = "email"
) -> list[dict[str, Any]]:
    """Return the gate's answers for the customers of subjects."""
    found = decide(purpose=purpose, channel=channel, at=day(at), subjects=subjects)
    return found.to_pylist()


def customer_id(subject: int) -> UUID:
    """Return the id of the customer a subject belongs to."""
    owner = Identifier.objects.get(key=subject).customer_id
    return Customer.objects.get(key=owner).id
