"""Imports one data set and its peer's copy, and prints the figures."""

import json
import logging
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from quanqu.infra.auth.contracts import SYSTEM


def main() -> None:
    """Measure the data set named on the command line."""
    name, path = sys.argv[1], Path(sys.argv[2])
    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    peer_s = _peer(name, path)
    lines, seconds = _ours(name, path)
    ours, theirs = lines / seconds, lines / peer_s
    _show("import.lines_per_s", name, round(ours), "lines/s", round(theirs), ours / theirs)
    _show("import.seconds", name, round(seconds, 1), "s", round(peer_s, 1), peer_s / seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _show("import.peak_rss_mb", name, round(peak), "MB", None, None)


def _ours(name: str, path: Path) -> tuple[int, float]:
    contracts = import_module("quanqu.doors.connectors.contracts")
    facade = import_module("quanqu.doors.connectors.facade")
    begun = time.perf_counter()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    request = contracts.ImportRequest(name, path)
    row = facade.run_import(actor=SYSTEM, request=request, now=now)
    seconds = time.perf_counter() - begun
    if row.state != "done":
        raise SystemExit(f"{name}: {row.state} {row.error}")
    return row.counts.rows_read, seconds


def _peer(name: str, path: Path) -> float:
    command = [sys.executable, "-m", "bench._import_peer", name, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return float(done.stdout)


def _show(
    name: str, data: str, value: float, unit: str, peer: float | None, ratio: float | None
) -> None:
    line = {"name": name, "dataset": data, "value": value, "unit": unit}
    if peer is not None and ratio is not None:
        line |= {"peer": "pandas + COPY", "peer_value": peer, "ratio": round(ratio, 3)}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
