"""The measuring of bench.overview, imported once Django is set up."""

import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from bench import _overview_data, _overview_peer
from django.core.management import call_command
from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period, utc_now
from quanqu.learn.metrics.contracts import Comparison, Overview, OverviewQuery
from quanqu.learn.metrics.facade import overview
from quanqu.learn.metrics.queries.cache import forget_answers

COLD_ROUNDS = 7
COLD = """
import time
started = time.perf_counter()
import django
django.setup()
import logging
logging.disable(logging.INFO)
from datetime import date
from django.urls import get_resolver
get_resolver().url_patterns
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period, utc_now
from quanqu.learn.metrics.contracts import OverviewQuery
from quanqu.learn.metrics.facade import overview
question = OverviewQuery(Period(date(2025, 6, 1), date(2025, 11, 30)))
ready = time.perf_counter()
overview(actor=SYSTEM, query=question, now=utc_now())
print((time.perf_counter() - ready) * 1000, (time.perf_counter() - started) * 1000)
"""
PEER_COLD = """
import time
from datetime import date
from pathlib import Path
from bench import _overview_peer
from quanqu.kernel.time import Period
import sys
started = time.perf_counter()
frames = _overview_peer.read(Path(sys.argv[1]))
period = Period(date(2025, 6, 1), date(2025, 11, 30))
_overview_peer.figures(frames, period, period.previous())
print((time.perf_counter() - started) * 1000)
"""


def run(lines: int, rounds: int) -> None:
    """Fill a lake, check the figures, then time them."""
    call_command("migrate", verbosity=0)
    _overview_data.fill(lines)
    lake = Path(os.environ["QUANQU_HOME"]) / "lake"
    frames = _overview_peer.read(lake)
    periods = _periods(rounds)
    for period in periods[:3]:
        check(ask(period), _overview_peer.figures(frames, period, period.previous()))
    ours = [_timed(lambda one=one: ask(one)) for one in periods]
    theirs = [
        _timed(lambda one=one: _overview_peer.figures(frames, one, one.previous()))
        for one in periods[: max(rounds // 6, 3)]
    ]
    connection.close()
    show("overview.p95_ms", float(np.percentile(ours, 95)), float(np.percentile(theirs, 95)))
    show("overview.p50_ms", float(np.percentile(ours, 50)), float(np.percentile(theirs, 50)))
    cold = [_in_new_process(COLD) for _ in range(COLD_ROUNDS)]
    peer = [_in_new_process(PEER_COLD, str(lake)) for _ in range(3)]
    peer_ms = float(np.median([one[0] for one in peer]))
    show("overview.cold_ms", float(np.median([one[0] for one in cold])), peer_ms)
    show("overview.cold_with_boot_ms", float(np.median([one[1] for one in cold])), None)


def ask(period: Period) -> Overview:
    """Ask for the overview with nothing remembered."""
    forget_answers()
    question = OverviewQuery(period, Comparison.PREVIOUS)
    return overview(actor=SYSTEM, query=question, now=utc_now())


def check(page: Overview, peer: dict[str, Any]) -> None:
    """Fail unless the page shows the peer's figures."""
    tiles = {tile.metric.code: tile.cells for tile in page.tiles}
    for name, pick in (("now", "value"), ("before", "comparison")):
        want = peer[name]
        sales = {cell.currency: getattr(cell, pick) for cell in tiles["net_sales"]}
        assert sales == {c: want["gross"][c] - want["refunds"].get(c, 0) for c in want["gross"]}
        for code in ("orders", "customers", "new_customers"):
            assert getattr(tiles[code][0], pick) == want[code], code
        repeat = getattr(tiles["repeat_purchase_rate"][0], pick)
        assert repeat == want["repeat"] / want["customers"]
        for panel, key in ((page.channels, "channel"), (page.regions, "country")):
            shown = {
                (row.keys[0], cell.currency): getattr(cell, pick)
                for row in panel.rows
                for cell in row.cells[0]
            }
            assert shown == want[key], key
    shown = {
        (cell.currency, row.keys[0]): cell.value
        for row in page.products.rows
        for cell in row.cells[0]
    }
    best = peer["now"]["products"]
    assert {key: shown[key] for key in best} == best
    active = {
        (cohort.month, number): count
        for cohort in page.cohorts
        for number, count in enumerate(cohort.active)
        if count
    }
    assert active == peer["cohorts"]


def show(name: str, value: float, peer: float | None) -> None:
    """Print one figure."""
    found = {"name": name, "value": round(value, 1), "unit": "ms", "peer": "pandas"}
    if peer is None:
        found["peer"] = ""
    ratio = {"peer_value": None, "ratio": None}
    if peer is not None:
        ratio = {"peer_value": round(peer, 1), "ratio": round(value / peer, 3)}
    print(json.dumps(found | ratio), flush=True)


def _periods(count: int) -> list[Period]:
    dice = np.random.default_rng(5)
    spans = dice.integers(7, 365, count)
    ends = dice.integers(0, 300, count)
    last: date = _overview_data.LAST_DAY
    return [
        Period(last - timedelta(days=int(end + span)), last - timedelta(days=int(end)))
        for span, end in zip(spans, ends, strict=True)
    ]


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _in_new_process(program: str, *arguments: str) -> list[float]:
    path = os.pathsep.join(["src", "."])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]
