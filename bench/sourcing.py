"""How long it takes to decide where an order ships from, and how near the best the answer is.

Prints one JSON object a line.  Peer, in the same run and on the same orders: HiGHS (through SciPy),
one mixed-integer program a criterion, the former held at their best.
"""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from bench._sourcing_cases import STRATEGIES, draw, draw_wave, stocked
from tests.builders.sourcing_oracles import by_programs

from quanqu.sell.sourcing.rules.measures import measure
from quanqu.sell.sourcing.rules.search import Best, search
from quanqu.sell.sourcing.rules.waves import one_by_one, spread

PEER = "HiGHS through SciPy, a program a criterion"
LINES, PLACES, PARCELS = 20, 2_000, 4
SMALL_PLACES, SMALL_PARCELS = 28, 3
FAR = 0.01


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--small", type=int, default=120, help="enumerable cases")
    parser.add_argument("--peers", type=int, default=1, help="large orders the peer answers too")
    parser.add_argument("--wave-orders", type=int, default=1_000)
    parser.add_argument("--wave-places", type=int, default=50)
    options = parser.parse_args()
    large(options.orders, options.peers)
    small(options.small)
    wave(options.wave_orders, options.wave_places)


def large(orders: int, peers: int) -> None:
    """Time orders of 20 lines against 2,000 places: measuring, packing and searching."""
    ours, theirs, found, busy = [], [], [], []
    for number in range(orders):
        began = time.process_time()
        took, best, _ = answer(number, LINES, PLACES, PARCELS)
        busy.append(time.process_time() - began)
        ours.append(took)
        found.append(best)
        if number < peers:
            theirs.append(beside(number, LINES, PLACES, PARCELS)[0])
    beside_ms = max(theirs, default=0.0) * 1000
    show("sourcing.p50_ms", quantile(ours, 0.5) * 1000, "ms", beside_ms)
    show("sourcing.p95_ms", quantile(ours, 0.95) * 1000, "ms", beside_ms)
    show("sourcing.cpu_p95_ms", quantile(busy, 0.95) * 1000, "ms", beside_ms)
    proven = sum(one is not None and one.is_proven for one in found)
    show("sourcing.proven_rate", proven / orders, "of orders", 1.0)
    gaps = [one.gap for one in found if one is not None]
    show("sourcing.bound_gap_p95", quantile(gaps, 0.95), "of the criterion", 0.0)


def small(cases: int) -> None:
    """Compare orders that can be enumerated with the exact answer."""
    far, ours, theirs = 0, 0.0, 0.0
    for number in range(cases):
        took, best, _ = answer(number, 3 + number % 8, SMALL_PLACES, SMALL_PARCELS)
        took_beside, exact = beside(number, 3 + number % 8, SMALL_PLACES, SMALL_PARCELS)
        ours, theirs = ours + took, theirs + took_beside
        assert (best is None) == (exact is None), "one has a plan, the other has none"
        far += best is not None and exact is not None and is_far(best.score, exact)
    show("sourcing.gap_rate", far / cases, "of enumerable cases", 0.0)
    show("sourcing.small_ms", ours / cases * 1000, "ms", theirs / cases * 1000)


def wave(orders: int, places: int) -> None:
    """Spread a wave; beside it, orders one by one in the order in which they came."""
    drawn = draw_wave(np.random.default_rng(7), orders, places)
    began = time.perf_counter()
    alone = one_by_one(drawn)
    took_alone = time.perf_counter() - began
    found = spread(drawn)
    took = time.perf_counter() - began - took_alone
    peer = "one order after the other, each at the cheapest place that still has everything"
    show("sourcing.wave_s", took, "s", took_alone, peer)
    show("sourcing.wave_cost", found.total, "minor units, with penalties", alone.total, peer)
    show("sourcing.wave_gap", found.gap, "of the cost", alone.total / found.bound - 1, peer)


def answer(number: int, lines: int, places: int, parcels: int) -> tuple[float, Best | None, Any]:
    """Answer an order; return how long it took, the answer and the question."""
    facts = draw(np.random.default_rng(number), lines, places)
    began = time.perf_counter()
    parts = measure(facts, STRATEGIES[number % len(STRATEGIES)])
    has = stocked(facts)
    best = search(has, parts, parcels)
    return time.perf_counter() - began, best, (has, parts)


def beside(
    number: int, lines: int, places: int, parcels: int
) -> tuple[float, tuple[int, ...] | None]:
    """Let the peer answer the same order."""
    facts = draw(np.random.default_rng(number), lines, places)
    parts = measure(facts, STRATEGIES[number % len(STRATEGIES)])
    began = time.perf_counter()
    exact = by_programs(stocked(facts), parts, parcels)
    return time.perf_counter() - began, exact


def is_far(score: Sequence[int], exact: Sequence[int]) -> bool:
    """Tell whether a score is more than 1 % from the best at the first criterion that differs."""
    for ours, best in zip(score, exact, strict=True):
        if ours != best:
            return abs(ours - best) > FAR * max(best, 1)
    return False


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them is."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def show(name: str, value: float, unit: str, beside: float, peer: str = PEER) -> None:
    """Print a figure."""
    told = {"name": name, "value": round(value, 4), "unit": unit}
    told |= {"peer": peer, "peer_value": round(beside, 4)}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
