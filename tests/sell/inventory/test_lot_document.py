"""The table of docs/rules/stock-lots.md, run."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import Movement, MovementKind, Posting, StockState, Tracked
from quanqu.sell.inventory.facade import post_movements, track_items
from quanqu.sell.inventory.models import Lot, LotLevel
from quanqu.sell.inventory.queries.laws import lots_unlike_the_levels

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "stock-lots.md"
ENDS = {"L1": NOW.date() + timedelta(days=20), "L2": NOW.date() + timedelta(days=200)}
KINDS = {"receive": (MovementKind.RECEIPT, 1), "sell": (MovementKind.SALE, -1)}
KINDS["return"] = (MovementKind.RETURN, 1)


@pytest.mark.django_db
def test_a_story_of_lots():
    shop = make_shop()
    tea = shop.items["tea"].key
    track_items(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[tea], by=Tracked.LOT, now=NOW
    )
    steps = re.findall(
        r"^\| \d \| (\w+) (\d)(?: of (\w+))? \| (\d) \| (\d) \| (\d) \|$",
        DOCUMENT.read_text(),
        re.MULTILINE,
    )
    assert len(steps) == 7
    for what, units, lot, *told in steps:
        kind, sign = KINDS[what]
        movement = Movement(
            shop.store.key, tea, kind, StockState.ON_HAND, sign * int(units), lot, ENDS.get(lot)
        )
        post_movements(actor=SYSTEM, posting=Posting((movement,), NOW, "test"), now=NOW)
        codes = dict(Lot.objects.values_list("key", "code"))
        there = {codes[row.lot_key]: row.quantity for row in LotLevel.objects.all()}
        found = [there.get(code, 0) for code in ("L1", "L2", "")]
        assert found == [int(one) for one in told], (what, units, lot)
    assert not lots_unlike_the_levels()
