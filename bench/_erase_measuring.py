"""The measuring of bench.erase, imported once Django is set up."""

import json
import os
import resource
import shutil
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
from bench import _audience_data
from deltalake import DeltaTable  # noqa: TID251 - the peer is Delta's own delete
from django.core.management import call_command
from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import resolve_subjects
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import NewRequest, RequestKind
from quanqu.know.privacy.models import Request

TABLE = "fact_event"


def run(customers: int, events: int, erased: int) -> None:
    """Fill the lake if it is not, then erase people and have the peer erase the same rows."""
    call_command("migrate", verbosity=0)
    home = Path(os.environ["QUANQU_HOME"])
    if not (home / "bench-filled").exists():
        _audience_data.fill(customers, events)
        (home / "bench-filled").touch()
    people, subjects = _people(erased)
    copy = _linked_copy(home)
    before = _left()
    seconds, report = _erase(people)
    ours = _left()
    theirs_s, theirs = _peer(copy, subjects)
    show("erase.seconds", seconds, theirs_s, peer="delta-rs delete, one predicate")
    show("erase.rows", _rows_of(report), None, unit="rows")
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show("erase.peak_rss_mb", memory_mb, None, unit="MB")
    is_equal = ours == theirs and before[0] - ours[0] == _rows_of(report) > 0
    line = {"name": "erase.equal", "value": int(is_equal), "unit": "1 = yes"}
    complete = bool(report["is_complete"])
    print(json.dumps({**line, "is_complete": complete, "ours": ours, "theirs": theirs}), flush=True)
    shutil.rmtree(copy)
    if not is_equal or not complete:
        raise SystemExit(1)


def _people(count: int) -> tuple[list[str], list[int]]:
    """Make customers of three identifiers each; their keys are those of subjects with events."""
    kinds, start = ("member_id", "email", "phone"), Identifier.objects.count()
    rows = [(n, kind, _value(kind, start + n)) for n in range(count) for kind in kinds]
    now = utc_now()
    claims = pa.table(
        {
            "record": pa.array([row[0] for row in rows], pa.int32()),
            "type": [row[1] for row in rows],
            "value": [row[2] for row in rows],
            "observed_at": pa.array([now] * len(rows), pa.timestamp("us", "UTC")),
        }
    )
    known = set(Identifier.objects.values_list("key", flat=True))
    with transaction.atomic():
        resolve_subjects(claims=claims, source="bench", now=now)
    lake.publish_dirty(now=now)
    fresh = Identifier.objects.exclude(key__in=known)
    subjects = sorted(fresh.values_list("key", flat=True))
    owners = Customer.objects.filter(key__in=fresh.values("customer_id"))
    return [encode("cus", one) for one in owners.values_list("id", flat=True)], subjects


def _value(kind: str, number: int) -> str:
    if kind == "member_id":
        return f"bench:M-{number:07}"
    return f"p{number}@example.org" if kind == "email" else f"+8613{number + 300_000_000:09}"


def _erase(people: list[str]) -> tuple[float, dict[str, Any]]:
    now = utc_now()
    made = facade.create_request(
        actor=SYSTEM, new=NewRequest(RequestKind.ERASURE, tuple(people)), now=now
    )
    facade.verify_request(actor=SYSTEM, request_id=made.id, how="a benchmark", now=now)
    facade.start_request(actor=SYSTEM, request_id=made.id, now=now)
    key = Request.objects.latest("key").key
    started = time.perf_counter()
    facade.carry_out(request_key=key, now=now)
    seconds = time.perf_counter() - started
    return seconds, dict(Request.objects.get(key=key).report)


def _linked_copy(home: Path) -> Path:
    """Copy the event table for the peer: files of a table are never changed, so links will do."""
    copy = home / "peer"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home / "lake" / TABLE, copy / TABLE, copy_function=os.link)
    return copy


def _peer(copy: Path, subjects: list[int]) -> tuple[float, tuple[int, ...]]:
    wanted = ", ".join(map(str, subjects))
    started = time.perf_counter()
    DeltaTable(str(copy / TABLE)).delete(predicate=f"subject_key IN ({wanted})")
    seconds = time.perf_counter() - started
    os.environ["QUANQU_LAKE"] = str(copy)
    try:
        return seconds, _left()
    finally:
        del os.environ["QUANQU_LAKE"]


def _left() -> tuple[int, ...]:
    """Return what tells the rows that are left: how many, and sums over them."""
    rows = lake.table(TABLE)
    told = lake.run(
        rows.aggregate(
            rows=rows.count(),
            keys=rows.event_key.sum(),
            subjects=rows.subject_key.sum(),
            revenue=rows.revenue_minor.sum(),
            places=rows.place_key.sum(),
            letters=rows.message_id.length().sum(),
        )
    )
    return tuple(int(column[0].as_py() or 0) for column in told.columns)


def _rows_of(report: dict[str, Any]) -> int:
    found = [one for one in report["places"] if one["place"] == f"lake:{TABLE}"]
    return int(found[0]["rows_before"])


def show(
    name: str, value: float, peer_value: float | None, *, unit: str = "s", peer: str | None = None
) -> None:
    """Print a figure beside the peer's."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit, "peer": peer}
    if peer_value is not None:
        line["peer_value"] = round(peer_value, 3)
        line["ratio"] = round(value / peer_value, 3)
    print(json.dumps(line), flush=True)
