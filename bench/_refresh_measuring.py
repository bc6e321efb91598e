"""The measuring of bench.refresh, imported once Django is set up."""

import json
import resource
import time
from typing import Any

import numpy as np
from bench import _audience_data
from bench._audience_data import AS_OF
from bench._audience_measuring import prepare
from bench._audience_set import two_hundred

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run as ask
from quanqu.know.audiences.facade import compile_members, keep_members

EVERYTHING = Scope(everything=True)
NEW_EVENTS = 10_000
SAMPLE = 20


def run(customers: int, events: int, rounds: int) -> None:
    """Work out 200 audiences from nothing and after new events, and a sample one by one."""
    del rounds
    prepare(customers, events)
    definitions = [{"version": 2, "match": match} for match in two_hundred()]
    started, cpu = time.perf_counter(), time.process_time()
    kept = keep_members(definitions=definitions, scope=EVERYTHING, as_of=AS_OF)
    full_s, full_cpu_s = time.perf_counter() - started, time.process_time() - cpu
    _audience_data.append_late(customers, NEW_EVENTS)
    started, cpu = time.perf_counter(), time.process_time()
    kept.refresh(as_of=AS_OF)
    delta_s, delta_cpu_s = time.perf_counter() - started, time.process_time() - cpu
    peer_s, is_equal = _one_by_one(definitions, kept)
    _show("refresh.full_200_s", full_s, peer_s)
    _show("refresh.delta_200_s", delta_s, peer_s)
    for name, seconds in (("full", full_cpu_s), ("delta", delta_cpu_s)):
        told = {"name": f"refresh.{name}_200_cpu_s", "value": round(seconds, 2), "unit": "CPU s"}
        print(json.dumps(told), flush=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": "refresh.peak_rss_mb", "value": round(peak_mb), "unit": "MB"}))
    print(json.dumps({"name": "refresh.equal", "value": int(is_equal), "unit": "1 = yes"}))
    if not is_equal:
        raise SystemExit(1)


def _one_by_one(definitions: list[dict[str, Any]], kept: Any) -> tuple[float, bool]:
    step = len(definitions) // SAMPLE
    took, is_equal = 0.0, True
    for at in range(0, len(definitions), step):
        started = time.perf_counter()
        found = ask(compile_members(definition=definitions[at], scope=EVERYTHING, as_of=AS_OF))
        took += time.perf_counter() - started
        theirs = np.sort(found["customer_key"].to_numpy())
        is_equal &= bool(np.array_equal(theirs, kept.members(at)))
    return took * step, is_equal


def _show(name: str, value: float, peer_value: float) -> None:
    line = {"name": name, "value": round(value, 3), "unit": "s"}
    line |= {
        "peer": f"each audience its own query ({SAMPLE} of 200 asked)",
        "peer_value": round(peer_value, 2),
        "ratio": round(peer_value / value, 2),
    }
    print(json.dumps(line), flush=True)
