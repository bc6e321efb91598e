"""The buyers of bench.stock, and those of the peer."""

import random
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldRequest,
    Movement,
    MovementKind,
    Posting,
    StockState,
)
from quanqu.sell.inventory.facade import hold_stock, post_movements
from quanqu.sell.inventory.models import HoldLine as HoldRow
from quanqu.sell.inventory.models import Level
from quanqu.sell.inventory.queries.laws import (
    balances_unlike_the_ledger,
    claims_unlike_the_holds,
    oversold,
)

ITEMS = 1_000
PLACE, PEERS = 9_001, 9_002
PLENTY = 100_000_000


def prepare() -> None:
    """Make the tables, and goods that do not run out."""
    call_command("migrate", verbosity=0)
    for place in (PLACE, PEERS):
        for first in range(0, ITEMS, 500):
            goods = tuple(
                Movement(place, item, MovementKind.RECEIPT, StockState.ON_HAND, PLENTY)
                for item in range(first + 1, first + 501)
            )
            now = utc_now()
            post_movements(actor=SYSTEM, posting=Posting(goods, now, "bench"), now=now)


def buy(who: str, items: int, threads: int, seconds: float, seed: int) -> dict[str, Any]:
    """Let buyers of one process ask for a unit of an item until the time is over."""
    act = _hold if who == "ours" else _hold_by_lock
    until = time.perf_counter() + seconds
    times: list[list[float]] = [[] for _ in range(threads)]
    granted = [0] * threads

    def run(number: int) -> None:
        dice = random.Random(seed * 1_000 + number)
        connection.ensure_connection()
        while (began := time.perf_counter()) < until:
            granted[number] += act(dice.randint(1, items))
            times[number].append(time.perf_counter() - began)
        connection.close()

    crowd = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    flat = [moment for part in times for moment in part]
    return {"per_s": len(flat) / seconds, "granted": sum(granted), "times": flat}


def check(ours: float, theirs: float) -> None:
    """Compare what was granted with what is stored, and ask the laws."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_key, sum(held) FROM inventory_level GROUP BY 1")
        held = dict(cursor.fetchall())
        assert (held[PLACE], held[PEERS]) == (ours, theirs), "granted is not what is held"
    assert not [*oversold(), *balances_unlike_the_ledger(), *claims_unlike_the_holds()]
    HoldRow.objects.all().delete()
    Level.objects.update(held=0)


def _hold(item: int) -> bool:
    now = utc_now()
    lines = (HoldLine(PLACE, item, 1),)
    request = HoldRequest(uuid4(), "cart", lines, now + timedelta(minutes=15))
    return hold_stock(actor=SYSTEM, request=request, now=now).is_granted


def _hold_by_lock(item: int) -> bool:
    now = utc_now()
    with transaction.atomic():
        level = Level.objects.select_for_update().get(place_key=PEERS, variant_key=item)
        if level.on_hand - level.safety - level.held - level.allocated < 1:
            return False
        level.held += 1
        level.save(update_fields=["held"])
        HoldRow.objects.create(
            request_id=uuid4(),
            line_no=1,
            owner="cart",
            place_key=PEERS,
            variant_key=item,
            quantity=1,
            state="held",
            held_at=now,
            expires_at=now + timedelta(minutes=15),
        )
    return True
