"""Holds a second through the facade: on a thousand items, and all of them on one.

Prints one JSON object a line.  Peer, in the same run: one row lock a buyer in Django's ORM
(`select_for_update`), as open commerce cores do it.  Both grant the same number of units, and the
laws of stock hold afterwards.
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

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease


def main() -> None:
    """Measure in a home of its own."""
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
            holding = import_module("bench._holding")
            holding.prepare()
            for name, items in (("stock.facade_per_s", holding.ITEMS), ("hot.facade_per_s", 1)):
                ours = measure("ours", items, options)
                theirs = measure("peer", items, options)
                holding.check(ours["granted"], theirs["granted"])
                show(name, ours, theirs)


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
