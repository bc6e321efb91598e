"""The measuring of bench.identity: a million profiles of three identifiers, resolved."""

import json
import resource
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pyarrow as pa
from django.core.management import call_command
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import resolve_subjects

BATCH = 50_000  # as many rows as a connector hands over at once; beside, all in one call
TWICE = 0.12  # of the people have a second account, in another shop
KIOSKS = 5  # telephones that many shop assistants type in
CAP = 10
TYPES = ("member_id", "phone", "email")

Ints = npt.NDArray[np.int64]
Columns = tuple[list[str], list[str], list[str]]


def run(count: int) -> None:
    """Measure ours and the peer on the same records, and compare who is one with whom."""
    call_command("migrate", verbosity=0)
    profiles = make_profiles(count)
    before = psutil.Process().memory_info().rss
    batched, in_batches, used = resolve(profiles, BATCH)
    call_command("flush", verbosity=0, interactive=False)
    ours, at_once, used_at_once = resolve(profiles, count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    theirs, labels = peer(*profiles)
    assert at_once == partition(labels), "ours and the peer's people differ"
    assert in_batches == at_once, "whoever comes in batches is somebody else"
    name = "identity.resolve_1m" if count == 1_000_000 else "identity.resolve"
    show(f"{name}_s", ours, "s", theirs)
    show("identity.cpu_s", used_at_once[0], "s")
    show("identity.postgres_cpu_s", used_at_once[1], "s")
    show(f"{name}_batched_s", batched, "s", theirs)
    show("identity.batch", BATCH, "profiles")
    show("identity.batched_cpu_s", used[0], "s")
    show("identity.batched_postgres_cpu_s", used[1], "s")
    show("identity.peak_rss_mb", peak / 1e6, "MB")
    show("identity.rss_before_mb", before / 1e6, "MB")


def resolve(profiles: Columns, batch: int) -> tuple[float, bytes, tuple[float, float]]:
    """Resolve profiles from nothing; return seconds, the division and processor seconds."""
    count = len(profiles[0])
    batches = [make_claims(*profiles, start, batch) for start in range(0, count, batch)]
    process, server = psutil.Process(), backend()
    busy, started, subjects = (cpu_s(process), cpu_s(server)), time.perf_counter(), []
    for claims in batches:
        with transaction.atomic():
            subjects.append(resolve_subjects(claims=claims, source="bench", now=utc_now()))
    seconds = time.perf_counter() - started
    used = (cpu_s(process) - busy[0], cpu_s(server) - busy[1])
    return seconds, partition(customers_of(pa.chunked_array(subjects))), used


def backend() -> psutil.Process:
    """Return the server's process that serves us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def cpu_s(process: psutil.Process) -> float:
    """Return the processor seconds a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def make_profiles(count: int) -> Columns:
    """Return member numbers, telephone numbers and addresses of profiles, from a fixed seed."""
    dice = np.random.default_rng(20_261_126)
    people = int(count / (1 + TWICE))
    again = count - people
    person = np.concatenate([np.arange(people), dice.choice(people, again, replace=False)])
    shop = np.concatenate([np.zeros(people, np.int64), np.ones(again, np.int64)])
    by_phone = dice.random(count) < 0.5
    phone = np.where((shop == 0) | by_phone, person, people + np.arange(count))
    email = np.where((shop == 0) | ~by_phone, person, people + np.arange(count))
    kiosk = dice.random(count) < 0.005
    phone = np.where(kiosk, 3 * count + dice.integers(0, KIOSKS, count), phone)
    order = dice.permutation(count)
    members = [f"{'shop' if s == 0 else 'web'}:{p + 1}" for s, p in zip(shop, person, strict=True)]
    numbers = [f"+861{3_000_000_000 + one}" for one in phone.tolist()]
    addresses = [f"person{one}@mail{one % 50}.example.org" for one in email.tolist()]
    shuffled = order.tolist()
    return (
        [members[at] for at in shuffled],
        [numbers[at] for at in shuffled],
        [addresses[at] for at in shuffled],
    )


def make_claims(
    members: list[str], phones: list[str], emails: list[str], start: int, batch: int
) -> pa.Table:
    """Return the claims of one batch of profiles."""
    part = slice(start, start + batch)
    columns = (members[part], phones[part], emails[part])
    size = len(columns[0])
    stamp = pa.timestamp("us", "UTC")
    seen = 1_700_000_000_000_000 + np.tile(np.arange(start, start + size), 3) * 1_000_000
    return pa.table(
        {
            "record": pa.array(np.tile(np.arange(size), 3), pa.int32()),
            "type": pa.array([name for name in TYPES for _ in range(size)], pa.string()),
            "value": pa.array([value for column in columns for value in column], pa.string()),
            "observed_at": pa.array(seen, pa.int64()).cast(stamp),
        }
    )


def customers_of(subjects: pa.ChunkedArray) -> Ints:
    """Return the customer of each profile's subject."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, customer_key FROM customers_identifier")
        owner = np.array(cursor.fetchall(), dtype=np.int64)
    order = np.argsort(owner[:, 0])
    keys = np.asarray(subjects.to_numpy(), dtype=np.int64)
    return owner[order[np.searchsorted(owner[order, 0], keys)], 1]


def partition(labels: Ints) -> bytes:
    """Return the same bytes for the same division of profiles, whatever the labels are."""
    _, first, where = np.unique(labels, return_index=True, return_inverse=True)
    return first[where].astype(np.int64).tobytes()


def peer(members: list[str], phones: list[str], emails: list[str]) -> tuple[float, Ints]:
    """Load the same records and propagate the smallest label until nothing moves."""
    count = len(members)
    rows = pa.table(
        {
            "profile": np.tile(np.arange(count), 3),
            "value": pa.array([*members, *phones, *emails], pa.string()),
        }
    )
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_claim (profile bigint, value text)")
        copy_in(table="bench_claim", columns=["profile", "value"], data=rows)
        cursor.execute(
            "CREATE TABLE bench_link AS SELECT profile, value FROM bench_claim WHERE value IN "
            "(SELECT value FROM bench_claim GROUP BY value HAVING count(*) BETWEEN 2 AND %s)",
            [CAP],
        )
        cursor.execute("CREATE INDEX ON bench_link (value)")
        cursor.execute(
            "CREATE TABLE bench_label AS SELECT DISTINCT profile, profile AS label FROM bench_claim"
        )
        cursor.execute("ALTER TABLE bench_label ADD PRIMARY KEY (profile)")
        cursor.execute("ANALYZE bench_link")
        while True:
            cursor.execute(
                "WITH least AS (SELECT k.profile, min(o.label) AS label FROM bench_link k "
                "JOIN bench_link m USING (value) JOIN bench_label o ON o.profile = m.profile "
                "GROUP BY k.profile) UPDATE bench_label b SET label = l.label FROM least l "
                "WHERE l.profile = b.profile AND l.label < b.label"
            )
            if not cursor.rowcount:
                break
        seconds = time.perf_counter() - started
        cursor.execute("SELECT label FROM bench_label ORDER BY profile")
        labels = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
    return seconds, labels


def show(name: str, value: float, unit: str, peer_value: float | None = None) -> None:
    """Print one figure."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    if peer_value is not None:
        line |= {
            "peer": "label propagation in PostgreSQL, values in clear, no evidence kept",
            "peer_value": round(peer_value, 3),
            "ratio": round(value / peer_value, 3),
        }
    print(json.dumps(line), flush=True)
