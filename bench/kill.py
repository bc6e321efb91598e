"""Buyers at scarce goods while web, worker and PostgreSQL are killed at random.

10,000 buyers ask for one unit each of twenty items of fifty units, over HTTP, with an
Idempotency-Key, and ask again under it until they are answered; some only put goods into a cart and
walk away, some walk away when their call breaks off.  Meanwhile kill -9 hits whole processes.
Afterwards everything is counted by plain SQL, and the laws are asked.  Prints one JSON object a
line.
"""

import argparse
import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import django
import psutil
import psycopg
from bench._calls import make_key, told
from bench._home import own_home
from bench.ingest import running, wait_answering

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

ITEMS: Final = 20
UNITS: Final = 50
_CART_S: Final = 30
_PATIENCE_S: Final = 300.0
_TIMEOUT_S: Final = 30.0
_SOLD: Final = """
SELECT coalesce(sum(greatest(sold - %(units)s, 0)), 0), coalesce(sum(sold), 0) FROM (
    SELECT l.variant_key, sum(l.quantity) AS sold FROM checkout_line l
    JOIN checkout_order o ON o.key = l.order_key
    WHERE o.state <> 'cancelled' AND l.variant_key = ANY(%(keys)s) GROUP BY 1) s
"""
_LEAKED: Final = """
SELECT count(*) FROM inventory_hold h WHERE (h.state = 'held' AND h.expires_at < now())
    OR (h.state = 'allocated'
        AND NOT EXISTS (SELECT FROM checkout_part p WHERE p.hold_id = h.request_id))
"""


@dataclass
class Told:
    """What came of the buyers: the orders they were told of, and how many of each answer."""

    bought: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Measure in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--buyers", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    with own_home():
        for line in run(options.buyers, options.clients, options.seed):
            print(json.dumps(line), flush=True)


def run(buyers: int, clients: int, seed: int) -> list[dict[str, Any]]:
    """Let them buy while processes are killed; return the figures."""
    with running() as (_, port):
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            django.setup()
            shop = import_module("bench._shop").open_shop(UNITS)
        key = make_key()
        began = time.perf_counter()
        with killing(seed) as killed:
            found = _buy(port, key, shop, buyers, clients, seed)
        seconds = time.perf_counter() - began
        wait_answering(port)
        time.sleep(_CART_S + 10)  # carts end, what was bought is recorded
        with Lease(open_home()) as url:
            return _figures(url, shop, found, killed, buyers, seconds)


@contextmanager
def killing(seed: int) -> Iterator[Counter[str]]:
    """Kill a process of the home every few seconds until the block ends."""
    chance, stop, killed = random.Random(seed), threading.Event(), Counter[str]()

    def kill() -> None:
        while not stop.wait(chance.uniform(5.0, 15.0)):
            name = chance.choice(("web", "web worker", "worker", "postmaster", "backend"))
            found = _victims().get(name, [])
            if found:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(found), signal.SIGKILL)
                    killed[name] += 1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def _victims() -> dict[str, list[int]]:
    """Return the processes of the home by what they are."""
    home = os.environ["QUANQU_HOME"]
    found: dict[str, list[int]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if words.startswith("postgres: ") and process.cwd().startswith(home):
                found.setdefault("backend", []).append(process.pid)
            elif "/postgres -D" in words and home in words:
                found.setdefault("postmaster", []).append(process.pid)
            elif process.environ().get("QUANQU_HOME") == home:
                parent = process.parent()
                is_child = parent is not None and "quanqu.project.web" in " ".join(parent.cmdline())
                if is_child:
                    found.setdefault("web worker", []).append(process.pid)
                elif "quanqu.project.web" in words:
                    found.setdefault("web", []).append(process.pid)
                elif "quanqu.project.worker" in words:
                    found.setdefault("worker", []).append(process.pid)
    return found


def _buy(port: int, key: str, shop: Any, buyers: int, clients: int, seed: int) -> Told:
    found, guard, numbers = Told(), threading.Lock(), iter(range(buyers))

    def client() -> None:
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                return
            began = time.perf_counter()
            answer, order = _ask(port, key, shop, number, random.Random(f"{seed}/{number}"))
            with guard:
                found.answers[answer] += 1
                found.latencies_ms.append((time.perf_counter() - began) * 1000)
                if order:
                    found.bought.append(order)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def _ask(port: int, key: str, shop: Any, number: int, chance: random.Random) -> tuple[str, str]:
    """Ask until answered; return what was answered, and the order if there is one."""
    line: dict[str, Any] = {"item": chance.choice(shop.items[:ITEMS]), "quantity": 1}
    if chance.random() < 0.05:
        line["place"] = shop.place
        path, body = "stock/holds", {"owner": "cart", "lines": [line], "duration_s": _CART_S}
    else:
        line["from_place"] = shop.place
        path, body = "live-orders", {"place": shop.place, "lines": [line],
                                     "tenders": [{"tender": "test"}]}  # fmt: skip
    is_fickle = chance.random() < 0.05
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"buyer-{number}",
    }
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        status, told_back = _call(port, f"/api/v1/{path}", body, headers)
        if status == http.HTTPStatus.CREATED:
            return ("bought" if path == "live-orders" else "in a cart"), (
                told_back["id"] if path == "live-orders" else ""
            )
        if status == http.HTTPStatus.CONFLICT:
            return "refused", ""
        if is_fickle:
            return "walked away", ""
        if 0 < status < 500:
            return f"answered {status}", ""
        time.sleep(chance.uniform(0.05, 0.3))
    return "never answered", ""


def _call(port: int, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        line.request("POST", path, json.dumps(body), headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        line.close()


def _figures(
    url: str, shop: Any, found: Told, killed: Counter[str], buyers: int, seconds: float
) -> list[dict[str, Any]]:
    ids = import_module("quanqu.kernel.ids")
    bought = [ids.decode("ord", one) for one in found.bought]
    with psycopg.connect(url) as connection:
        keys = list(shop.keys[:ITEMS])
        sold = connection.execute(_SOLD, {"units": UNITS, "keys": keys}).fetchone()
        leaked = connection.execute(_LEAKED).fetchone()
        orders = connection.execute("SELECT id, total_minor, state FROM checkout_order").fetchall()
        paid: Counter[str] = Counter()
        taken = "SELECT reference, captured_minor - refunded_minor FROM payments_payment"
        for reference, minor in connection.execute(taken):
            paid[reference] += minor
    assert sold is not None
    assert leaked is not None
    totals = {ids.encode("ord", order_id): total for order_id, total, state in orders
              if state != "cancelled"}  # fmt: skip
    lost = len(set(bought) - {order_id for order_id, _, _ in orders})
    import_module("django.db").connections.close_all()
    laws = list(import_module("quanqu.infra.laws.facade").run_laws())
    broken = [one.law.code for one in laws if not one.holds]
    more = {
        "buyers": buyers, "units": ITEMS * UNITS, "sold": int(sold[1]), "kills": dict(killed),
        "answers": dict(found.answers), "seconds": round(seconds, 1), "laws": len(laws),
        "broken": broken,
    }  # fmt: skip
    return [
        told("kill.oversold", float(sold[0]), "units", **more),
        told("kill.leaked_holds", float(leaked[0]), "holds"),
        told(
            "kill.paid_without_order",
            float(sum(minor > 0 for ref, minor in paid.items() if ref not in totals)),
            "payments",
        ),
        told(
            "kill.paid_twice",
            float(sum(paid[ref] > total for ref, total in totals.items())),
            "orders",
        ),
        told(
            "kill.unpaid_orders",
            float(sum(paid[ref] < total for ref, total in totals.items())),
            "orders",
        ),
        told("kill.lost_orders", float(lost), "orders told of and not there"),
        told("kill.broken_laws", float(len(broken)), "laws"),
    ]


if __name__ == "__main__":
    main()
