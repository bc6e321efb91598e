"""How long it takes to set all balances anew from a ledger of ten million movements.

Prints one JSON object a line.  Half of the balances are lost and the rest are spoilt before.
Peer, in the same run: the same sums by pandas over the ledger as PostgreSQL hands it out; both
come to the same balances.
"""

import argparse
import json
import logging
import os
import tempfile
import time
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import django
import pandas as pd
from django.core.management import call_command
from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease
from quanqu.kernel.time import utc_now

MOVEMENTS, ITEMS, PLACES = 10_000_000, 2_000, 50
_LEDGER = """
INSERT INTO inventory_movement (posting_id, place_key, variant_key, kind, state, quantity, balance,
    at, recorded_at, source, actor, reason, ref)
SELECT gen_random_uuid(), 1 + (hashint8(n)::bigint & 2147483647) %% {places},
    1 + (hashint8(n * 7 + 1)::bigint & 2147483647) %% {items}, 'receipt',
    (ARRAY['on_hand', 'on_hand', 'on_hand', 'damaged'])[1 + n %% 4], 1 + n %% 9, 1 + n %% 9,
    now(), now(), 'bench', 'bench', '', ''
FROM generate_series(1, %s::bigint) AS n
"""
_LEVELS = """
INSERT INTO inventory_level (place_key, variant_key, on_hand)
SELECT p, v, 5 FROM generate_series(1, {places}) p, generate_series(1, {items}) v WHERE v %% 2 = 0
"""
_LINES = "COPY inventory_movement (place_key, variant_key, state, quantity) TO STDOUT (FORMAT csv)"


def main() -> None:
    """Measure in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--movements", type=int, default=MOVEMENTS)
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
            fill(options.movements)
            measure(options.movements)


def fill(movements: int) -> None:
    """Write a ledger whose lines spread over items and places, and balances that are wrong."""
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER.format(places=PLACES, items=ITEMS), [movements])
        cursor.execute(_LEVELS.format(places=PLACES, items=ITEMS), [])
        cursor.execute("VACUUM ANALYZE inventory_movement, inventory_level")


def measure(movements: int) -> None:
    """Rebuild, add up by pandas, compare, print."""
    began = time.perf_counter()
    told = import_module("quanqu.sell.inventory.facade").rebuild_levels(actor=SYSTEM, now=utc_now())
    ours = time.perf_counter() - began
    began = time.perf_counter()
    said = by_pandas()
    theirs = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_key, variant_key, on_hand, damaged FROM inventory_level")
        stored = {tuple(row[:2]): tuple(row[2:]) for row in cursor.fetchall()}
    assert stored == said, "the balances are not what pandas adds up"
    laws = import_module("quanqu.sell.inventory.queries.laws")
    assert not laws.balances_unlike_the_ledger()
    assert not laws.oversold()
    line = {"name": "ledger.rebuild_s", "value": round(ours, 2), "unit": "s"}
    line |= {"peer": "the ledger by COPY, summed up by pandas", "peer_value": round(theirs, 2)}
    line |= {"ratio": round(theirs / ours, 2), "movements": movements}
    print(json.dumps(line | {"levels": told.levels, "corrected": told.corrected}), flush=True)


def by_pandas() -> dict[Any, Any]:
    """Return on hand and damaged by place and item, from the ledger as it is handed out."""
    sink = BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(  # type: ignore[attr-defined]
            _LINES
        ) as copy,
    ):
        for piece in copy:
            sink.write(piece)
    sink.seek(0)
    rows = pd.read_csv(sink, header=None, names=["place", "item", "state", "quantity"])
    sums = rows.groupby(["place", "item", "state"])["quantity"].sum().unstack(fill_value=0)
    return {
        at: (int(on_hand), int(damaged))
        for at, on_hand, damaged in zip(sums.index, sums["on_hand"], sums["damaged"], strict=True)
    }


if __name__ == "__main__":
    main()
