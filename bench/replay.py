"""Real baskets placed as live orders over HTTP, against a stock of exactly what was sold.

`quanqu bench replay --orders 2000` (0: all of a year) for Complete Journey and Olist.  Each order
is placed and paid, and handed over or shipped in waves.  Afterwards plain SQL and pandas over the
raw files say the same: orders, money, units sold of each item at each place; nothing is left and
nothing held.  Prints one JSON object a line; `differences` is 0 or the run fails.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
import pandas as pd
import psycopg
import pyarrow as pa
from bench._calls import make_key, told
from bench._home import own_home
from bench._replay_books import BOOKS, Book, Order
from bench.ingest import running

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease
from quanqu.kernel.time import utc_now

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WAVE = 50  # orders of a wave
_AT_ONCE = 500  # movements of one posting


def main() -> None:
    """Replay each retailer in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--book", choices=sorted(BOOKS))
    parser.add_argument("--data", type=Path, default=os.environ.get("QUANQU_SHARED_DATA", DATA))
    options = parser.parse_args()
    if options.book is None:  # each by itself, as a process has one database
        for name in sorted(BOOKS):
            command = [sys.executable, "-m", "bench.replay", "--book", name, *sys.argv[1:]]
            subprocess.run(command, check=True)
        return
    book = BOOKS[options.book](Path(options.data), options.orders)
    with own_home(), running() as (_, port), Lease(open_home()) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        replay(book, port, url, options.clients)


def replay(book: Book, port: int, url: str, clients: int) -> None:
    """Open the places, receive what will be sold, sell it, add up."""
    places = open_places(book)
    key, began = make_key(), time.perf_counter()
    with get_context("spawn").Pool(1) as pool:
        calls = [bodies(order, book, places) for order in book.orders]
        refused = pool.apply(sell_all, (port, key, calls, book.steps, clients))
    seconds = time.perf_counter() - began
    assert not refused, refused[:3]
    differences = compare(book, url, places)
    assert not differences, differences
    laws = import_module("quanqu.infra.laws.facade").run_laws()
    broken = [one.law.code for one in laws if one.law.code[:3] in ("L1.", "L2.") and not one.holds]
    assert not broken, broken
    count = len(book.orders)
    more = {"orders": count, "units": int(book.sold["quantity"].sum()), "seconds": round(seconds)}
    more |= {"total": f"{book.cents / 100:.2f} {book.currency}"}
    name = f"replay.{book.name}"
    print(json.dumps(told(f"{name}.differences", 0, "differences", **more)), flush=True)
    print(json.dumps(told(f"{name}.orders_per_s", count / seconds, "orders/s")), flush=True)


def open_places(book: Book) -> dict[str, str]:
    """Make company, places, items and stock; return the ids of places by name."""
    org = import_module("quanqu.know.org.facade")
    contracts = import_module("quanqu.know.org.contracts")
    now = utc_now()
    org.ensure_group(actor=SYSTEM, name="Bench", currency=book.currency, now=now)
    company = org.ensure_company(
        actor=SYSTEM, code="bench", name="Bench", currency=book.currency, now=now
    )
    details = contracts.PlaceDetails(
        place_type=contracts.PlaceType.STORE, currency=book.currency, time_zone="UTC"
    )
    drafts = {name: contracts.PlaceDraft(name.lower()[:40], name, details) for name in book.places}
    infos = org.ensure_places(
        actor=SYSTEM, company_key=company.key, places=list(drafts.values()), now=now
    )
    made = {name: infos[draft.code] for name, draft in drafts.items()}
    catalog = import_module("quanqu.sell.catalog.contracts")
    names = book.sold["item"].unique()
    rows = [{"external_product": name, "sku": name, "name": name} for name in names]
    keys: list[int] = []
    for part in parts_of(rows):
        products = pa.Table.from_pylist(list(part), schema=catalog.PRODUCT_SCHEMA)
        recorded = import_module("quanqu.sell.catalog.facade").record_products(
            products=products, company_key=company.key, source="bench", now=now
        )
        keys += recorded["variant_key"].to_pylist()
    receive(
        book, {name: one.key for name, one in made.items()}, dict(zip(names, keys, strict=True))
    )
    payments = import_module("quanqu.sell.payments.contracts")
    account = payments.AccountDraft(company.key, "test", "test", {}, {}, is_test=True)
    import_module("quanqu.sell.payments.facade").save_account(actor=SYSTEM, draft=account, now=now)
    return {name: one.id for name, one in made.items()}


def receive(book: Book, places: dict[str, int], items: dict[str, int]) -> None:
    """Receive exactly what will be sold."""
    stock = import_module("quanqu.sell.inventory.contracts")
    facade = import_module("quanqu.sell.inventory.facade")
    now = utc_now()
    goods = (
        stock.Movement(
            places[place], items[item], stock.MovementKind.RECEIPT, stock.StockState.ON_HAND, units
        )
        for place, item, units in book.sold.itertuples(index=False)
    )
    for part in parts_of(goods):
        facade.post_movements(actor=SYSTEM, posting=stock.Posting(part, now, "bench"), now=now)


def parts_of(rows: Any) -> Iterator[tuple[Any, ...]]:
    """Yield rows some thousands at a time."""
    rest = iter(rows)
    while part := tuple(islice(rest, _AT_ONCE)):
        yield part


def bodies(order: Order, book: Book, places: dict[str, str]) -> bytes:
    """Return the call that places an order."""
    lines = [
        {
            "sku": item,
            "quantity": units,
            "unit_price": f"{cents / 100:.2f}",
            "from_place": places[place],
        }
        for place, item, units, cents in order.lines
    ]
    made = {"place": places[order.place], "lines": lines, "delivery": book.delivery}
    made |= {"shipping": f"{order.freight / 100:.2f}"}
    total = sum(units * cents for *_, units, cents in order.lines) + order.freight
    return json.dumps(made | {"tenders": [{"tender": "test"}] if total else []}).encode()


def sell_all(
    port: int, key: str, calls: Sequence[bytes], steps: Sequence[str], clients: int
) -> list[str]:
    """Place each order once, and take them through their steps in waves; return what was refused.

    Each client places and moves its own; the order in which the clients sell is nobody's to say.
    """
    waiting, guard, refused = iter(enumerate(calls)), threading.Lock(), []

    def run() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        placed: list[str] = []
        while True:
            with guard:
                number, body = next(waiting, (0, b""))
            if body:
                status, found = call(line, key, "/api/v1/live-orders", body, f"replay-{number}")
                if status != HTTPStatus.CREATED:
                    refused.append(f"{status} {found}")
                    return
                placed.append(found["id"])
            if placed and (not body or len(placed) == WAVE):
                refused.extend(move(line, key, placed, steps))
                placed = []
            if not body:
                return

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return refused


def move(line: Any, key: str, orders: Sequence[str], steps: Sequence[str]) -> list[str]:
    """Take orders through their steps; return what was refused of them."""
    for step in steps:
        body = json.dumps({"step": step, "orders": orders}).encode()
        status, found = call(
            line, key, "/api/v1/live-order-moves", body, f"replay-{step}-{orders[0]}"
        )
        if status != HTTPStatus.OK:
            return [f"{step}: {status} {found}"]
        if problems := [one for one in found["items"] if one["problem"]]:
            return [f"{step}: {problems[0]}"]
    return []


def call(line: Any, key: str, path: str, body: bytes, name: str) -> tuple[int, Any]:
    """Make one call, under a name of its own."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line.request("POST", path, body, headers | {"Idempotency-Key": name})
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


_SUMS = """
SELECT (SELECT count(*) FROM checkout_order), (SELECT sum(total_minor) FROM checkout_order),
    (SELECT sum(captured_minor) FROM payments_payment), (SELECT sum(on_hand) FROM inventory_level),
    (SELECT sum(held + allocated) FROM inventory_level)
"""
_SOLD = """
SELECT u.id, v.sku, -sum(m.quantity) FROM inventory_movement m JOIN catalog_variant v
ON v.key = m.variant_key JOIN org_unit u ON u.key = m.place_key
WHERE m.kind = 'sale' GROUP BY 1, 2
"""


def compare(book: Book, url: str, places: dict[str, str]) -> list[str]:
    """Return in what the stored orders, money and stock are not those of the raw files."""
    with psycopg.connect(url) as connection:
        found = connection.execute(_SUMS).fetchone()
        rows = connection.execute(_SOLD).fetchall()
    said = (len(book.orders), book.cents, book.cents, 0, 0)
    differences = [] if found == said else [f"{found} and not {said}"]
    encode = import_module("quanqu.kernel.ids").encode
    sold = pd.DataFrame(
        [(encode("plc", place), item, int(units)) for place, item, units in rows],
        columns=["place", "item", "quantity"],
    )
    wanted = book.sold.assign(place=book.sold["place"].map(places))
    both = wanted.merge(sold, on=["place", "item"], how="outer", suffixes=("", "_sold"))
    unlike = both[both["quantity"] != both["quantity_sold"]]
    return differences + [f"{len(unlike)} items unlike: {unlike.head(3).to_dict()}"] * bool(
        len(unlike)
    )


if __name__ == "__main__":
    main()
