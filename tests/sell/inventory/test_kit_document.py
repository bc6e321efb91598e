"""The table of docs/rules/stock-kits.md, run."""

import re
from pathlib import Path

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, breaches, hold, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import Kit, KitPart
from quanqu.sell.inventory.facade import available_at, set_kit

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "stock-kits.md"
KITS = {"box": {"tin": 2, "cup": 1}, "set": {"tin": 1, "cup": 2}}


@pytest.mark.django_db
def test_a_story_of_kits():
    shop = make_shop("north", "tin", "cup", *KITS)
    keys = {name: item.key for name, item in shop.items.items()}
    for name, parts in KITS.items():
        made = tuple(KitPart(keys[part], count) for part, count in parts.items())
        told = {"company_key": shop.company.key, "now": NOW}
        set_kit(actor=SYSTEM, kit=Kit(keys[name], made), **told)
    receive(6, place=shop.store.key, item=keys["tin"])
    receive(5, place=shop.store.key, item=keys["cup"])
    steps = re.findall(
        r"^\| \d \| (?:nothing|(\w+) (\d) (\w+)( refused)?) \| (\d) \| (\d) \| (\d) \| (\d) \|$",
        DOCUMENT.read_text(),
        re.MULTILINE,
    )
    assert len(steps) == 6
    for what, units, name, refused, *free in steps:
        if what == "receive":
            receive(int(units), place=shop.store.key, item=keys[name])
        elif what:
            granted = hold((shop.store.key, keys[name], int(units))).is_granted
            assert granted is not bool(refused)
        found = available_at(actor=SYSTEM, variant_keys=keys.values())
        there = dict(zip(found.variant_keys.tolist(), found.units.tolist(), strict=True))
        names = ("tin", "cup", "box", "set")
        assert [there.get(keys[one], 0) for one in names] == [int(one) for one in free]
    assert not breaches()
