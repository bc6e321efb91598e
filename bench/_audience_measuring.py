"""The measuring of bench.audience, imported once Django is set up."""

import json
import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import _audience_data, _audience_peer
from bench._audience_data import AS_OF, CATEGORIES
from bench._audience_set import TEN
from django.core.management import call_command

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.know.audiences.facade import count_audience
from quanqu.know.audiences.queries.counting import forget_remembered

BOUGHT = CATEGORIES[:3]
MOST_FOR_PEER = 10_000_000
DEFINITION: dict[str, Any] = {"version": 2, "match": TEN[0]}


def prepare(customers: int, events: int) -> None:
    """Make the tables and fill the lake, unless that was done in this home before."""
    call_command("migrate", verbosity=0)
    done = Path(os.environ["QUANQU_HOME"]) / "bench-filled"
    if not done.exists():
        _audience_data.fill(customers, events)
        done.touch()


def run(customers: int, events: int, rounds: int) -> None:
    """Fill the lake and the peer if they are not, then time both and compare every engine."""
    prepare(customers, events)
    _count_ten(events, rounds)
    if events > MOST_FOR_PEER:
        return
    _audience_peer.fill()
    first_s, ours = _timed(ask)
    peer_first_s, theirs = _timed(lambda: _audience_peer.count(BOUGHT))
    show("audience.first_s", first_s, peer_first_s)
    warm = statistics.median(_timed(ask_anew)[0] for _ in range(rounds))
    peer = statistics.median(_timed(lambda: _audience_peer.count(BOUGHT))[0] for _ in range(rounds))
    show("audience.count_s", warm, peer)
    narrow = _person(range(1, 4))
    scoped = statistics.median(_timed(lambda: ask_anew(narrow))[0] for _ in range(rounds))
    show("audience.scoped_count_s", scoped, None)
    answers = {"duckdb": ours, "postgresql": theirs}
    if find_spec("pysail") and find_spec("pyspark"):
        answers["sail"] = _on_sail(rounds)
    is_equal = len(set(answers.values())) == 1
    line = {"name": "audience.equal", "value": int(is_equal), "unit": "1 = yes"}
    print(json.dumps({**line, "answers": answers}), flush=True)
    if not is_equal:
        raise SystemExit(1)


def _count_ten(events: int, rounds: int) -> None:
    """Count each of the ten published rules in turn, as a builder does; say the 95th percentile.

    What rules came to before is forgotten every time; who the customers are stays known.
    """
    took = []
    for _ in range(rounds):
        for match in TEN:
            forget_remembered()
            definition = {"version": 2, "match": match}
            seconds, _ = _timed(
                lambda asked=definition: count_audience(actor=SYSTEM, definition=asked, as_of=AS_OF)
            )
            took.append(seconds)
    late = statistics.quantiles(took, n=20)[-1]
    show(f"audience.count_{events // 1_000_000}m_p95_s", late, None)
    show(f"audience.count_{events // 1_000_000}m_median_s", statistics.median(took), None)


def ask(actor: Actor = SYSTEM) -> int:
    """Count the audience through the facade."""
    return count_audience(actor=actor, definition=DEFINITION, as_of=AS_OF)


def ask_anew(actor: Actor = SYSTEM) -> int:
    """Count it with nothing remembered of its rules."""
    forget_remembered()
    return ask(actor)


def show(name: str, value: float, peer_value: float | None) -> None:
    """Print one figure beside the peer's."""
    line: dict[str, Any] = {"name": name, "value": round(value, 4), "unit": "s"}
    if peer_value is not None:
        line |= {
            "peer": "PostgreSQL, indexed, hand-written SQL",
            "peer_value": round(peer_value, 4),
            "ratio": round(peer_value / value, 2),
        }
    print(json.dumps(line), flush=True)


def _on_sail(rounds: int) -> int:
    from pysail.spark import SparkConnectServer  # the extra may be absent

    os.environ.setdefault("RUST_LOG", "error")
    server = SparkConnectServer(port=0)  # ends with the process: its client says goodbye at exit
    server.start(background=True)
    os.environ["QUANQU_ENGINE"] = f"sc://127.0.0.1:{server.listening_address[1]}"
    _, answer = _timed(ask)
    show("audience.sail_count_s", statistics.median(_timed(ask)[0] for _ in range(rounds)), None)
    del os.environ["QUANQU_ENGINE"]
    return answer


def _person(places: range) -> Actor:
    grant = Grant(frozenset({"audiences.view"}), Scope(places=frozenset(places)))
    return Actor(ActorKind.PERSON, "bench", "Bench", (grant,))


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer
