"""Orders a second over HTTP: three lines, price, hold, payment by the test tender, order.

The whole product runs (`quanqu up`) on the same cores as the clients.  Prints one JSON object a
line.  Afterwards the laws of live orders, stock and payments are asked, and units and money are
added up by plain SQL.
"""

import argparse
import json
import os
import random
from importlib import import_module
from typing import Any

import django
import psycopg
from bench._calls import Called, call_for, make_key, told
from bench._home import own_home
from bench.ingest import running

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

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
    options = parser.parse_args()
    with own_home(), running() as (_, port), Lease(open_home()) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        shop = import_module("bench._shop").open_shop()
        key = make_key()
        path, bodies = "/api/v1/live-orders", [body(shop, n) for n in range(_BODIES)]
        call_for(port, path, key, bodies, clients=options.clients, seconds=2)
        found = call_for(port, path, key, bodies, clients=options.clients, seconds=options.seconds)
        assert set(found.statuses) == {201}, found.statuses
        check(url)
        show(found)


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


def show(found: Called) -> None:
    """Print the figures."""
    print(json.dumps(told("order.http_per_s", found.per_s, "orders/s")), flush=True)
    print(json.dumps(told("order.p50_ms", found.percentile_ms(0.5), "ms")), flush=True)
    print(json.dumps(told("order.p95_ms", found.percentile_ms(0.95), "ms")), flush=True)


if __name__ == "__main__":
    main()
