"""The tables of docs/rules/stock-channels.md, run."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.goods import make_shop, stock
from tests.builders.stock import NOW, SHOP, TEA, breaches, hold, level
from tests.sell.inventory.test_document import Day as PlainDay

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import StockRule
from quanqu.sell.inventory.facade import available_at, limit_buyers, release_hold, ring_fence
from quanqu.sell.inventory.models import ChannelShare, Level
from quanqu.sell.inventory.rules.ruling import RuleBook

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "stock-channels.md"
PLACES, ITEMS = {"store": 1, "depot": 2}, {"tea": 11, "mate": 12, "juice": 13, "cup": 14}


def table(head):
    """Return the rows of the table with this first heading."""
    lines = iter(DOCUMENT.read_text().splitlines())
    next(line for line in lines if line.startswith(f"| {head} |"))
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_most_specific_rule_holds():
    book = RuleBook(
        [
            StockRule(int(units), ITEMS.get(item), category, PLACES.get(place), channel)
            for item, category, place, channel, units in table("item")
        ]
    )

    for of, place, safety, marketplace, web in table("of"):
        item, _, category = of.rstrip(")").partition(" (")
        found = book.withheld(place_key=PLACES[place], variant_key=ITEMS[item], category=category)
        told = [found.safety, *(found.buffers.get(name, 0) for name in ("marketplace", "web"))]
        assert told == [int(safety), int(marketplace), int(web)], (of, place)


class Day(PlainDay):
    """The verbs of the day; holds name their channel."""

    def fence(self, channel, units):
        ring_fence(actor=SYSTEM, ats=[(SHOP, TEA)], channel=channel, units=int(units), now=self.now)
        return True

    def buffer(self, channel, units):
        at = {"place_key": SHOP, "variant_key": TEA, "channel": channel}
        ChannelShare.objects.update_or_create(**at, defaults={"buffer": int(units)})
        Level.objects.update(is_ruled=True)
        return True

    def hold(self, who, channel, units):
        return super().hold(who, units, channel=channel)

    def free(self, who):
        return self.settle(release_hold, who)


@pytest.mark.django_db
def test_the_day_goes_as_it_is_told():
    day = Day()

    for number, what, *expected in table("step"):
        verb, *words = what.removesuffix(" refused").split()
        assert getattr(day, verb)(*words) is not what.endswith(" refused"), what
        found = level()
        kept = sum(ChannelShare.objects.values_list("kept", flat=True))
        told = [found["on_hand"], found["held"] + found["allocated"], kept, found["safety"]]
        for channel in ("", "store", "live"):
            units = available_at(actor=SYSTEM, variant_keys=[TEA], channel=channel).units
            told.append(int(units.sum()))
        assert told == list(map(int, expected)), (number, what)
        assert not breaches()
    assert day.now == NOW


@pytest.mark.django_db
def test_a_buyer_has_what_the_table_says():
    shop = make_shop()
    places = {"store": shop.store, "depot": shop.depot}
    tea = shop.items["tea"]
    for place in places.values():
        stock(place, tea, 100)
    limit_buyers(
        actor=SYSTEM,
        company_key=shop.company.key,
        variant_keys=[tea.key],
        most=3,
        window_s=3600,
        now=NOW,
    )

    for minute, buyer, place, wants, has in table("minute"):
        now = NOW + timedelta(minutes=int(minute))
        line = (places[place].key, tea.key, int(wants))
        told = hold(line, buyer=buyer, channel="web", seconds=None, now=now)
        assert told.is_granted == (has == "yes"), (minute, buyer)
