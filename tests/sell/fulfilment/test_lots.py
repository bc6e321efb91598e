"""A pick list says which lots to take: what ends first, and each unit once."""

from datetime import date

import pytest
from tests.builders.checkout import make_open_shop
from tests.builders.fulfilment import breaches, sell
from tests.builders.goods import NOW
from tests.builders.http import API, program

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import LotToPick
from quanqu.sell.fulfilment.rules.lots import share_lots
from quanqu.sell.inventory.contracts import Tracked
from quanqu.sell.inventory.facade import name_lot, track_items

SOON, LATE = date(2027, 3, 1), date(2027, 9, 1)


def test_lines_take_what_ends_first_in_their_order_and_no_unit_twice():
    lots = [
        (7, LotToPick("a", SOON, 3)),
        (7, LotToPick("b", LATE, 2)),
        (8, LotToPick("c", None, 1)),
    ]

    found = share_lots([(1, 7, 2), (2, 8, 1), (3, 7, 2), (4, 7, 5), (5, 9, 1)], lots)

    assert found == {
        1: (LotToPick("a", SOON, 2),),
        2: (LotToPick("c", None, 1),),
        3: (LotToPick("a", SOON, 1), LotToPick("b", LATE, 1)),
        4: (LotToPick("b", LATE, 1),),  # as much as there is
    }


@pytest.mark.django_db
def test_a_list_proposes_the_lots_of_tracked_products():
    shop = make_open_shop(units=5)
    tea, at = shop.items["tea"].key, shop.store.key
    track_items(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[tea], by=Tracked.LOT, now=NOW
    )
    for code, ends, units in (("late", LATE, 3), ("soon", SOON, 2)):
        name_lot(
            actor=SYSTEM, place_key=at, variant_key=tea, code=code, best_before=ends,
            quantity=units, now=NOW,
        )  # fmt: skip
    sell(shop, ("tea", 3), ("cup", 1))
    first = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    sell(shop, ("tea", 1))
    second = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)

    told = {line.sku: [(one.code, one.quantity) for one in line.lots] for line in first.lines}
    assert told == {"tea": [("soon", 2), ("late", 1)], "cup": []}
    assert [one.code for one in second.lines[0].lots] == ["late"]
    name = encode("pkl", first.id)
    shown = program().get(f"{API}/pick-lists/{name}").json()
    (line,) = [one for one in shown["lines"] if one["sku"] == "tea"]
    assert line["lots"] == [
        {"code": "soon", "best_before": SOON.isoformat(), "quantity": 2},
        {"code": "late", "best_before": LATE.isoformat(), "quantity": 1},
    ]
    claimed = facade.claim_pick_list(actor=SYSTEM, list_id=name, now=NOW)
    (key,) = [line.key for line in claimed.lines if line.sku == "tea"]
    done = facade.pick_line(actor=SYSTEM, list_id=name, line_key=key, quantity=3, now=NOW)
    assert [line.lots for line in done.lines if line.sku == "tea"] == [()]
    again = facade.get_pick_list(actor=SYSTEM, list_id=encode("pkl", second.id), now=NOW)
    assert [one.code for one in again.lines[0].lots] == ["late"]
    assert not breaches()
