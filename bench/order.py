"""Orders a second over HTTP: three lines, price, hold, payment by the test tender, order.

The whole product runs (`quanqu up`) on the same cores as the clients.  Prints one JSON object a
line.  Afterwards the laws of live orders, stock and payments are asked, and units and money are
added up by plain SQL.

Peer, in the same run: django-oscar's basket and `OrderCreator`, three lines, called in processes
without HTTP, in an environment of its own (`--without-peer` leaves it out).  Both then sell a
hundred units to sixteen who want more: what each sold is told.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg
from bench._calls import Called, call_for, make_key, told
from bench._home import own_home
from bench._peer_environment import make_environment
from bench.ingest import running

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

OSCAR = ("django-oscar==4.2.1", "Django==5.2.19", "psycopg[binary]==3.3.9")
PEER = "django-oscar 4.2.1, basket and OrderCreator, 4 processes, no HTTP"
UNITS, BUYERS, TRIES = 100, 16, 20
_BODIES = 2_000
_SUMS = """
SELECT (SELECT count(*) FROM checkout_order), (SELECT sum(total_minor) FROM checkout_order),
    (SELECT sum(captured_minor) FROM payments_payment), (SELECT sum(quantity) FROM checkout_line),
    (SELECT sum(allocated) FROM inventory_level)
"""


def main() -> None:
    """Measure in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--without-peer", action="store_true")
    options = parser.parse_args()
    with own_home() as home, running() as (_, port), Lease(open_home()) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        shop = import_module("bench._shop").open_shop()
        key = make_key()
        path, bodies = "/api/v1/live-orders", [body(shop, n) for n in range(_BODIES)]
        call_for(port, path, key, bodies, clients=options.clients, seconds=2)
        found = call_for(port, path, key, bodies, clients=options.clients, seconds=options.seconds)
        assert set(found.statuses) == {201}, found.statuses
        sold = race(shop, port, key)
        check(url)
        theirs = None if options.without_peer else by_oscar(home, url, options.seconds)
        show(found, sold, theirs)


def race(shop: Any, port: int, key: str) -> int:
    """Let buyers want more of an item than a hundred; return how many were sold."""
    inventory = import_module("quanqu.sell.inventory.facade")
    stock = import_module("quanqu.sell.inventory.contracts")
    now = import_module("quanqu.kernel.time").utc_now()
    item, at = shop.items[-1], (shop.place_key, shop.keys[-1])
    level = inventory.find_level(actor=SYSTEM, place_key=at[0], variant_key=at[1])
    goods = stock.Movement(
        *at, stock.MovementKind.CORRECTION, stock.StockState.ON_HAND, UNITS - level.available
    )
    inventory.post_movements(actor=SYSTEM, posting=stock.Posting((goods,), now, "bench"), now=now)
    line = {"item": item, "quantity": 1, "from_place": shop.place}
    wanted = json.dumps(
        {"place": shop.place, "lines": [line], "tenders": [{"tender": "test"}]}
    ).encode()
    path, count = "/api/v1/live-orders", BUYERS * TRIES
    found = call_for(port, path, key, [wanted], clients=BUYERS, seconds=60, at_most=count)
    return found.statuses[201]


def by_oscar(home: Path, url: str, seconds: float) -> dict[str, float]:
    """Measure the peer in a database beside ours."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE oscar")
    with tempfile.TemporaryDirectory(prefix="quanqu-peer-") as folder:
        python = make_environment(Path(folder) / "environment", OSCAR)
        script = Path(__file__).with_name("_oscar_peer.py")
        address = url.rpartition("/")[0] + "/oscar"
        command = [str(python), str(script), address, str(seconds), "4", str(BUYERS)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def body(shop: Any, number: int) -> bytes:
    """Return an order of three lines."""
    dice = random.Random(number)
    lines = [
        {"item": item, "quantity": dice.randint(1, 3), "from_place": shop.place}
        for item in dice.sample(shop.items, 3)
    ]
    contact = {"name": "Bench", "city": "Shanghai"}
    made = {"place": shop.place, "lines": lines, "tenders": [{"tender": "test"}]}
    return json.dumps(made | {"contact": contact}).encode()


def check(url: str) -> None:
    """Ask the laws, and add up by plain SQL what was sold, paid and promised."""
    with psycopg.connect(url) as connection:
        row = connection.execute(_SUMS).fetchone()
    assert row is not None
    assert row[1] == row[2], "what was sold is not what was paid"
    assert row[3] == row[4], "what was sold is not what is promised"
    laws = import_module("quanqu.infra.laws.facade").run_laws()
    broken = [one.law.code for one in laws if one.law.code[:3] in ("L1.", "L2.") and not one.holds]
    assert not broken, broken


def show(found: Called, sold: int, theirs: dict[str, float] | None) -> None:
    """Print the figures beside the peer's."""
    lines = [
        ("order.http_per_s", found.per_s, "orders/s", "per_s"),
        ("order.p50_ms", found.percentile_ms(0.5), "ms", "p50_ms"),
        ("order.p95_ms", found.percentile_ms(0.95), "ms", "p95_ms"),
        ("order.oversold", sold - UNITS, "units", "sold"),
    ]
    for name, value, unit, of_peer in lines:
        more: dict[str, Any] = {}
        if theirs is not None:
            beside = theirs[of_peer] - (UNITS if of_peer == "sold" else 0)
            more = {"peer": PEER, "peer_value": round(beside, 2)}
            if of_peer != "sold":
                more["ratio"] = round(value / beside, 2)
        print(json.dumps(told(name, value, unit, **more)), flush=True)


if __name__ == "__main__":
    main()
