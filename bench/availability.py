"""How long it takes to say what can be promised of 100 items at 500 places.

Prints one JSON object a line.  Peer, in the same run: the same question as one `values()` query of
Django's ORM, summed up in Python; and one query an item and place for a part of it, told for all.
Both answers are compared with ours.  Levels of an item mostly lie together, as goods are shared out
item by item; `scattered` is the same with rows in random order, the worst there is.
"""

import argparse
import json
import logging
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease
from quanqu.kernel.time import utc_now

ITEMS, PLACES, ASKED = 400, 500, 100
PEER = "one values() query of Django's ORM, summed up in Python"


def main() -> None:
    """Measure in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--rounds", type=int, default=60)
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
            call_command("migrate", verbosity=0)
            share_out()
            measure("availability", options.rounds)
            scatter()
            measure("availability.scattered", options.rounds)


def share_out() -> None:
    """Receive goods of every item at every place, an item after the other, and hold some."""
    contracts = import_module("quanqu.sell.inventory.contracts")
    facade = import_module("quanqu.sell.inventory.facade")
    dice, now = random.Random(7), utc_now()
    for item in range(1, ITEMS + 1):
        goods = tuple(
            contracts.Movement(
                place,
                item,
                contracts.MovementKind.RECEIPT,
                contracts.StockState.ON_HAND,
                dice.randint(1, 90),
            )
            for place in range(1, PLACES + 1)
        )
        facade.post_movements(actor=SYSTEM, posting=contracts.Posting(goods, now, "bench"), now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inventory_level")


def scatter() -> None:
    """Write the same rows anew in random order."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scattered AS SELECT * FROM inventory_level ORDER BY random()")
        cursor.execute("TRUNCATE inventory_level")
        cursor.execute("INSERT INTO inventory_level SELECT * FROM scattered")
        cursor.execute("VACUUM ANALYZE inventory_level")


def measure(name: str, rounds: int) -> None:
    """Ask for other items each time, ours and the peers in turn; compare and print."""
    facade = import_module("quanqu.sell.inventory.facade")
    places = list(range(1, PLACES + 1))
    ours, theirs = [], []
    for number in range(rounds):
        items = random.Random(number).sample(range(1, ITEMS + 1), ASKED)

        def ask(items: Sequence[int] = items) -> Any:
            return facade.availability(actor=SYSTEM, variant_keys=items, place_keys=places)

        took, found = timed(ask)
        ours.append(took)
        took, said = timed(lambda items=items: by_values(items, places))
        theirs.append(took)
        assert found.units.tolist() == said, "the peer says something else"
    show(f"{name}.p50_ms", quantile(ours, 0.5), quantile(theirs, 0.5), PEER)
    show(f"{name}.p95_ms", quantile(ours, 0.95), quantile(theirs, 0.95), PEER)
    probed, _ = timed(lambda: by_loop([(item, place) for item in (1, 2) for place in places]))
    looped = probed / (2 * PLACES) * ASKED * PLACES
    show(f"{name}.loop_ms", quantile(ours, 0.5), looped, "a query an item and place, for all")


def by_values(items: Sequence[int], places: Sequence[int]) -> list[list[int]]:
    """Return the same grid by a query of the ORM."""
    level = import_module("quanqu.sell.inventory.models").Level
    found = {
        (row["variant_key"], row["place_key"]): row["on_hand"]
        - row["safety"]
        + row["backorder_limit"]
        - row["held"]
        - row["allocated"]
        for row in level.objects.filter(variant_key__in=items, place_key__in=places).values(
            "variant_key",
            "place_key",
            "on_hand",
            "safety",
            "backorder_limit",
            "held",
            "allocated",
        )
    }
    return [[max(found.get((item, place), 0), 0) for place in places] for item in items]


def by_loop(pairs: Sequence[tuple[int, int]]) -> int:
    """Look up levels one by one."""
    level = import_module("quanqu.sell.inventory.models").Level
    return sum(
        level.objects.filter(variant_key=item, place_key=place).values_list("on_hand").first()[0]
        for item, place in pairs
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something takes in ms, and what it returns."""
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them is."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def show(name: str, value: float, beside: float, peer: str) -> None:
    """Print a figure."""
    told = {"name": name, "value": round(value, 2), "unit": "ms", "peer": peer}
    told |= {"peer_value": round(beside, 2), "ratio": round(beside / value, 2)}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
