"""The measuring of bench.merge, imported once Django is set up."""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from django.core.management import call_command
from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import append, publish_dirty, registered
from quanqu.kernel.time import utc_now
from quanqu.know.audiences.facade import count_audience
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.customers.facade import (
    find_customers,
    get_customer,
    list_customers,
    merge_customers,
    resolve_subjects,
    withdraw_evidence,
)

AS_OF = date(2026, 6, 30)
OTHERS = 20_000
OTHER_EVENTS = 200_000
FIRST_SHARE = 0.6  # of the events are the first one's, the rest the second one's


def run(options: argparse.Namespace) -> None:
    """Merge and unmerge in rounds, ours and the peer, and compare what both then say."""
    call_command("migrate", verbosity=0)
    one, other = _people()
    counts = int(options.events * FIRST_SHARE), options.events - int(options.events * FIRST_SHARE)
    _events((one, counts[0]), (other, counts[1]))
    publish_dirty(now=utc_now())
    _peer_events((one, counts[0]), (other, counts[1]))
    definition = {
        "version": 1,
        "match": {
            "kind": "event", "event": "Product Viewed", "op": "gte", "value": options.events,
        },
    }  # fmt: skip
    assert _members(definition) == 0
    ids = [find_customers(actor=SYSTEM, value=f"bench:vip{n}")[0].id for n in (1, 2)]
    commit, everywhere, theirs = [], [], []
    for _ in range(options.rounds):
        started = time.perf_counter()
        evidence = merge_customers(actor=SYSTEM, customer_id=ids[0], other_id=ids[1], now=utc_now())
        commit.append(time.perf_counter() - started)
        everywhere.append(_until(started, lambda: _members(definition) == 1))
        assert len(get_customer(actor=SYSTEM, customer_id=ids[1]).subject_keys) == 2
        theirs.append(_rewrite(other, one, options.events))
        started = time.perf_counter()
        withdraw_evidence(actor=SYSTEM, evidence_key=evidence, now=utc_now())
        commit.append(time.perf_counter() - started)
        everywhere.append(_until(started, lambda: _members(definition) == 0))
        assert len(get_customer(actor=SYSTEM, customer_id=ids[1]).subject_keys) == 1
        theirs.append(_rewrite_back(other, one, counts[0]))
    assert list_customers(actor=SYSTEM, filters=CustomerFilters(search="bench:vip2")).items
    show(
        "merge.commit_ms", statistics.median(commit) * 1000, "ms", statistics.median(theirs) * 1000
    )
    show("merge.commit_most_ms", max(commit) * 1000, "ms")
    show("merge.everywhere_s", max(everywhere), "s")


def _people() -> tuple[int, int]:
    """Make the two and twenty thousand others; return the subjects of the two."""
    names = ["bench:vip1", "bench:vip2", *(f"bench:m{n}" for n in range(OTHERS))]
    count = len(names)
    claims = pa.table(
        {
            "record": pa.array(range(count), pa.int32()),
            "type": pa.array(["member_id"] * count),
            "value": pa.array(names),
            "observed_at": pa.array([utc_now()] * count, pa.timestamp("us", "UTC")),
        }
    )
    with transaction.atomic():
        found = resolve_subjects(claims=claims, source="bench", now=utc_now())
    return found[0].as_py(), found[1].as_py()


def _subjects(one: tuple[int, int], other: tuple[int, int]) -> Any:
    dice = np.random.default_rng(7)
    rest = other[0] + 1 + dice.integers(0, OTHERS, OTHER_EVENTS)
    return np.concatenate([np.full(one[1], one[0]), np.full(other[1], other[0]), rest])


def _events(one: tuple[int, int], other: tuple[int, int]) -> None:
    subjects = _subjects(one, other)
    count = len(subjects)
    zeros = pa.array(np.zeros(count, np.int64))
    day = np.datetime64(date(AS_OF.year, AS_OF.month, 1))
    moments = np.full(count, day.astype("datetime64[s]"))
    _write(
        {
            "event_key": pa.array(np.arange(count)),
            "message_id": pa.array(np.char.mod("m-%d", np.arange(count))),
            "type": pa.array(["track"]).take(zeros),
            "event": pa.array(["Product Viewed"]).take(zeros),
            "subject_key": pa.array(subjects),
            "source": pa.array(["shop"]).take(zeros),
            "channel": pa.array(["web"]).take(zeros),
            "occurred_at": pa.array(moments).cast(pa.timestamp("us", "UTC")),
            "received_at": pa.array(moments).cast(pa.timestamp("us", "UTC")),
            "day": pa.array(moments.astype("datetime64[D]")),
            "properties": pa.array(["{}"]).take(zeros),
            "part": pa.array([f"{AS_OF:%Y%m}"]).take(zeros),
        },
    )


def _write(columns: dict[str, pa.Array]) -> None:
    schema = next(one.schema for one in registered() if one.name == "fact_event")
    rows = len(columns["event_key"])
    arrays = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    table = pa.table(arrays, schema=schema)
    append(name="fact_event", table=table, app_id="bench", app_version=1)


def _members(definition: dict[str, Any]) -> int:
    return count_audience(actor=SYSTEM, definition=definition, as_of=AS_OF)


def _until(started: float, is_there: Callable[[], bool]) -> float:
    """Publish as the worker does until the audience shows it; return the seconds since."""
    while True:
        publish_dirty(now=utc_now())
        if is_there():
            return time.perf_counter() - started


def _peer_events(one: tuple[int, int], other: tuple[int, int]) -> None:
    subjects = _subjects(one, other)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_event (key bigserial PRIMARY KEY, subject bigint, "
            "customer bigint, event text, properties jsonb)"
        )
        cursor.execute(
            "INSERT INTO bench_event (subject, customer, event, properties) "
            "SELECT s, s, 'Product Viewed', '{}' FROM unnest(%s::bigint[]) s",
            [subjects.tolist()],
        )
        cursor.execute("CREATE INDEX ON bench_event (customer)")


def _rewrite(gone: int, kept: int, expected: int) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bench_event SET customer = %s WHERE customer = %s", [kept, gone])
        seconds = time.perf_counter() - started
        cursor.execute("SELECT count(*) FROM bench_event WHERE customer = %s", [kept])
        assert cursor.fetchone() == (expected,)
    return seconds


def _rewrite_back(gone: int, kept: int, expected: int) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bench_event SET customer = subject WHERE customer = %s AND subject = %s",
            [kept, gone],
        )
        seconds = time.perf_counter() - started
        cursor.execute("SELECT count(*) FROM bench_event WHERE customer = %s", [kept])
        assert cursor.fetchone() == (expected,)
    return seconds


def show(name: str, value: float, unit: str, peer_value: float | None = None) -> None:
    """Print one figure."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    if peer_value is not None:
        line |= {
            "peer": "the customer's key rewritten in every event, in PostgreSQL",
            "peer_value": round(peer_value, 3),
            "ratio": round(value / peer_value, 3),
        }
    print(json.dumps(line), flush=True)
