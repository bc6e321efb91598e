"""Lead times, checked against the same worked out row by row in plain Python."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from tests.builders.supply import NOW, TODAY, cost, days, make_order, make_world, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.supply import facade
from quanqu.sell.supply.models import ItemCost

pytestmark = pytest.mark.django_db


def quantile(values, share):
    """Return the share's quantile, interpolated linearly between the nearest two."""
    rows = sorted(values)
    at = share * (len(rows) - 1)
    low = int(at)
    high = min(low + 1, len(rows) - 1)
    return rows[low] + (rows[high] - rows[low]) * (at - low)


def is_whole(one):
    return one["good"] + one["damaged"] >= one["ordered"]


def expected(lines):
    """Return count, mean, median, p90, on-time and fill rate of lines told as dictionaries."""
    came = [one for one in lines if one["last"] is not None]
    took = [(one["last"] - one["sent"]) / timedelta(days=1) for one in came]
    due = [one for one in came if one["due"] and (one["is_over"] or is_whole(one))]
    on_time = [one["last"].date() <= one["due"] and is_whole(one) for one in due]
    over = [one for one in lines if one["is_over"]]
    return (
        len(took),
        sum(took) / len(took),
        quantile(took, 0.5),
        quantile(took, 0.9),
        sum(on_time) / len(on_time) if due else None,
        sum(min(one["good"], one["ordered"]) for one in over) / sum(one["ordered"] for one in over)
        if over
        else None,
    )


def told(row):
    return (
        row.count, row.mean_days, row.median_days, row.p90_days, row.on_time_rate, row.fill_rate,
    )  # fmt: skip


def test_lead_times_are_those_worked_out_by_hand():
    world, dice = make_world(), random.Random(11)
    ItemCost.objects.all().delete()
    old = (NOW - days(90)).date()
    costs = [cost(item, 200, valid_from=old) for item in (world.tea, world.cup)]
    facade.record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=costs, now=NOW)
    lines = []
    for _ in range(40):
        sent = NOW - days(60) + days(dice.randint(0, 20) + dice.random())
        due = (sent + days(dice.randint(2, 8))).date() if dice.random() < 0.8 else None
        wanted = [(world.tea, dice.randint(5, 30)), (world.cup, dice.randint(5, 30))]
        order_id = make_order(world, *wanted, now=sent, expected_on=due)
        due = due or (sent + days(7)).date()
        rows = [
            {"item": item, "sent": sent, "due": due, "ordered": units, "good": 0, "damaged": 0,
             "last": None, "is_over": False}
            for item, units in wanted
        ]  # fmt: skip
        at = sent
        for delivery in range(dice.randint(0, 3)):
            at += days(dice.random() * 5)
            came = []
            for line_no, row in enumerate(rows, 1):
                rest = row["ordered"] - row["good"] - row["damaged"]
                units = dice.choice([0, rest, dice.randint(0, rest)])
                damaged = min(units, dice.randint(0, 1))
                if units:
                    came.append((line_no, units - damaged, damaged))
                    row["good"] += units - damaged
                    row["damaged"] += damaged
                    row["last"] = at
            if came:
                receive(order_id, str(delivery), *came, now=at)
        whole = all(row["good"] + row["damaged"] == row["ordered"] for row in rows)
        some = any(row["last"] for row in rows)
        if some and not whole and dice.random() < 0.5:
            facade.close_order(actor=SYSTEM, order_id=order_id, now=NOW)
            whole = True
        for row in rows:
            row["is_over"] = whole
        lines += rows

    (found, *items) = facade.supplier_lead_times(actor=SYSTEM, supplier_id=world.supplier_id)
    assert told(found) == pytest.approx(expected(lines))
    by_item = defaultdict(list)
    for one in lines:
        by_item[one["item"]].append(one)
    assert {one.variant_key: told(one) for one in items} == {
        item: pytest.approx(expected(rows)) for item, rows in by_item.items()
    }
    (listed,) = facade.list_lead_times(actor=SYSTEM)
    assert told(listed) == told(found)


def test_who_sees_one_place_sees_how_fast_goods_come_there():
    world = make_world()
    near = make_order(world, (world.tea, 5))
    far = make_order(world, (world.tea, 5), place=world.depot)
    receive(near, "a", (1, 5), now=NOW + days(2))
    receive(far, "b", (1, 5), now=NOW + days(10))

    def mean(actor, **told):
        found = facade.supplier_lead_times(actor=actor, supplier_id=world.supplier_id, **told)
        return [round(one.mean_days, 3) for one in found]

    assert mean(SYSTEM) == [6.0, 6.0]
    assert mean(world.buyer(places=(world.shop,))) == [2.0, 2.0]
    assert mean(SYSTEM, since=TODAY + timedelta(days=1)) == []


def test_a_supplier_that_delivered_nothing_has_no_lead_time():
    world = make_world()
    make_order(world)

    assert facade.supplier_lead_times(actor=SYSTEM, supplier_id=world.supplier_id) == ()
    assert facade.list_lead_times(actor=SYSTEM) == ()
