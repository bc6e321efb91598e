"""Times the gate of consent beside plain SQL over the same ledger."""

import json
import time
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from django.core.management import call_command
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in
from quanqu.know.consent.facade import decide, record_statements

NOW = datetime(2026, 7, 1, tzinfo=UTC)
STAMP = pa.timestamp("us", "UTC")
_PEER = (
    "SELECT i.customer_key FROM customers_identifier i JOIN (SELECT DISTINCT ON (subject_key) "
    "subject_key, status, valid_until FROM consent_record WHERE purpose = 'marketing' "
    "AND channel IN ('email', 'all') AND observed_at <= %(now)s "
    "ORDER BY subject_key, observed_at DESC, status <> 'granted' DESC, key DESC) l "
    "ON l.subject_key = i.key GROUP BY 1 "
    "HAVING bool_or(l.status = 'granted' AND (l.valid_until IS NULL OR l.valid_until > %(now)s)) "
    "AND NOT bool_or(l.status IN ('denied', 'withdrawn'))"
)


def run(customers: int) -> None:
    """Fill the tables, time both, check that they agree, and tell."""
    call_command("migrate", verbosity=0)
    keys = np.arange(1, customers + 1) * 2
    filled = _fill(keys)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _tell("consent.record_s", filled, "s")
    ours, allowed = min((_ours(keys) for _ in range(3)), key=lambda one: one[0])
    peer, theirs = min((_peer() for _ in range(3)), key=lambda one: one[0])
    assert set(allowed) == set(theirs), "the gate and plain SQL differ"
    _tell("consent.decide_s", ours, "s", peer)
    one = min(_ours(keys[at : at + 1])[0] for at in range(0, 2000, 100)) * 1000
    _tell("consent.decide_one_ms", one, "ms")
    _tell("consent.equal", 1, "flag")


def _fill(keys: np.ndarray) -> float:
    """Two identifiers a customer, a first word of nine in ten, a second of three in ten."""
    dice = np.random.default_rng(20_260_701)
    subjects = np.concatenate([keys, keys + 1])
    owners = np.concatenate([keys, keys])
    first = pa.array(np.full(len(keys), np.datetime64("2025-01-01", "us"))).cast(STAMP)
    copy_in(
        table="customers_customer",
        columns=["key", "id", "first_seen_at"],
        data=pa.table({"key": keys, "id": _uuids(keys), "first_seen_at": first}),
    )
    _identifiers(subjects, owners)
    told = [_said(dice, dice.choice(subjects, int(len(keys) * share))) for share in (0.9, 0.3)]
    started = time.perf_counter()
    for number, table in enumerate(told):
        table = table.append_column(
            "reference", pa.array([f"b{number}:{at}" for at in range(table.num_rows)])
        )
        with transaction.atomic():
            record_statements(statements=table, recorded_by="bench", now=NOW)
    return time.perf_counter() - started


def _identifiers(subjects: np.ndarray, owners: np.ndarray) -> None:
    seen = pa.array(np.full(len(subjects), np.datetime64("2025-01-01", "us"))).cast(STAMP)
    data = pa.table(
        {
            "key": subjects,
            "id": _uuids(subjects + 10**12),
            "type": ["member_id"] * len(subjects),
            "value_hash": [int(one).to_bytes(8, "big") for one in subjects],
            "value_enc": [b""] * len(subjects),
            "hint": ["…"] * len(subjects),
            "customer_key": owners,
            "first_seen_at": seen,
        }
    )
    copy_in(table="customers_identifier", columns=data.column_names, data=data)


def _said(dice: np.random.Generator, subjects: np.ndarray) -> pa.Table:
    count = len(subjects)
    status = dice.choice(["granted", "denied", "withdrawn"], count, p=[0.7, 0.2, 0.1])
    seconds = dice.integers(0, 180 * 86_400, count)
    observed = np.datetime64("2026-01-01", "us") + seconds.astype("timedelta64[s]")
    ends = (status == "granted") & (dice.random(count) < 0.3)
    until = np.where(ends, observed + np.timedelta64(90, "D"), np.datetime64("NaT"))
    return pa.table(
        {
            "subject_key": subjects,
            "purpose": ["marketing"] * count,
            "channel": ["email"] * count,
            "basis": ["consent"] * count,
            "status": status,
            "source_kind": ["form"] * count,
            "source": ["bench"] * count,
            "observed_at": pa.array(observed).cast(STAMP),
            "valid_until": pa.array(until).cast(STAMP),
        }
    )


def _ours(keys: np.ndarray) -> tuple[float, list[int]]:
    started = time.perf_counter()
    found = decide(purpose="marketing", channel="email", at=NOW, customers=pa.array(keys))
    spent = time.perf_counter() - started
    return spent, found.filter(found["is_allowed"])["customer_key"].to_pylist()


def _peer() -> tuple[float, list[int]]:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_PEER, {"now": NOW})
        found = [row[0] for row in cursor.fetchall()]
    return time.perf_counter() - started, found


def _uuids(keys: np.ndarray) -> pa.Array:
    return pa.array([f"{int(one):032x}" for one in keys], pa.string())


def _tell(name: str, value: float, unit: str, peer: float | None = None) -> None:
    told = {"name": name, "value": round(value, 3), "unit": unit}
    if peer is not None:
        told |= {"peer": "plain SQL", "peer_value": round(peer, 3), "ratio": round(peer / value, 2)}
    print(json.dumps(told), flush=True)
