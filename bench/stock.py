"""Holds a second on a thousand items (`stock`) or one (`hot`): by the facade and over HTTP.

Prints one JSON object a line.  Peer, in the same run: one row lock a buyer in Django's ORM
(`select_for_update`), as open commerce cores do it, by the facade.  Both grant the same number of
units, and the laws of stock hold afterwards.  Over HTTP the whole product runs (`quanqu up`) on the
same cores as the clients, and what was granted is what is held.
"""

import argparse
import json
import logging
import multiprocessing
import os
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg
from bench._calls import Called, call_for, make_key
from bench.ingest import running

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

CLIENTS = 32


def main(kind: str = "stock") -> None:
    """Measure in homes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=16)
    options = parser.parse_args()
    os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        os.environ["QUANQU_HOME"] = folder
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            django.setup()
            logging.disable(logging.INFO)
            found = measure_http(kind, options.seconds, url)
            holding = import_module("bench._holding")
            holding.prepare()
            items = holding.ITEMS if kind == "stock" else 1
            ours = measure("ours", items, options)
            theirs = measure("peer", items, options)
            holding.check(ours["granted"], theirs["granted"])
            show(f"{kind}.facade_per_s", ours, theirs)
            show(f"{kind}.http_per_s", told_of(found), theirs)


def measure_http(kind: str, seconds: float, url: str) -> Called:
    """Let 32 clients hold one unit each time, over HTTP, and compare with what is stored."""
    os.environ["QUANQU_API_RATE"] = "900000/900000"
    with running() as (_, port):
        shop = import_module("bench._shop").open_shop()
        items = shop.items if kind == "stock" else shop.items[:1]
        bodies = [hold(shop.place, item) for item in items]
        target = (port, "/api/v1/stock/holds", make_key(), bodies)
        call_for(*target, clients=CLIENTS, seconds=2)
        found = call_for(*target, clients=CLIENTS, seconds=seconds)
    assert set(found.statuses) == {201}, found.statuses
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT sum(held) FROM inventory_level), "
            "(SELECT sum(quantity) FROM inventory_hold WHERE state = 'held')"
        ).fetchone()
    assert row is not None
    assert row[0] == row[1], "what is held is not what was granted"
    assert row[0] >= len(found.latencies_ms)
    return found


def hold(place: str, item: str) -> bytes:
    """Return the body of a call that holds one unit for a quarter of an hour."""
    lines = [{"place": place, "item": item, "quantity": 1}]
    return json.dumps({"owner": "cart", "duration_s": 900, "lines": lines}).encode()


def told_of(found: Called) -> dict[str, float]:
    """Return the figures of calls over HTTP as those of the facade are."""
    return {
        "per_s": found.per_s,
        "p50_ms": found.percentile_ms(0.5),
        "p99_ms": found.percentile_ms(0.99),
    }


def measure(who: str, items: int, options: argparse.Namespace) -> dict[str, float]:
    """Run buyers in processes of their own; return decisions a second and their times."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.processes) as pool:
        asked = [
            (who, items, options.threads, options.seconds, n) for n in range(options.processes)
        ]
        found = pool.map(buy_in_process, asked, chunksize=1)
    times = sorted(moment for one in found for moment in one["times"])
    return {
        "per_s": sum(one["per_s"] for one in found),
        "granted": sum(one["granted"] for one in found),
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }


def buy_in_process(asked: tuple[str, int, int, float, int]) -> dict[str, Any]:
    """Let buyers ask until the time is over."""
    django.setup()
    logging.disable(logging.INFO)
    began = time.perf_counter()
    found: dict[str, Any] = import_module("bench._holding").buy(*asked)
    found["took_s"] = time.perf_counter() - began
    return found


def show(name: str, ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Print the figures of one kind of crowd."""
    lines = [
        (name, ours["per_s"], "holds/s", theirs["per_s"]),
        (name.replace("_per_s", "_p50_ms"), ours["p50_ms"], "ms", theirs["p50_ms"]),
        (name.replace("_per_s", "_p99_ms"), ours["p99_ms"], "ms", theirs["p99_ms"]),
    ]
    for title, value, unit, beside in lines:
        told = {"name": title, "value": round(value, 2), "unit": unit}
        told |= {"peer": "select_for_update in Django's ORM, one buyer a transaction"}
        told |= {"peer_value": round(beside, 2), "ratio": round(value / beside, 2)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
