"""Nobody picks what may not leave yet."""

from datetime import timedelta

import pytest
from tests.builders.checkout import make_open_shop
from tests.builders.fulfilment import breaches, pick, sell
from tests.builders.goods import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import NothingToPickError, PickState
from quanqu.sell.inventory.facade import set_release_day

pytestmark = pytest.mark.django_db
DAY = NOW.date() + timedelta(days=4)


def test_an_order_of_a_pre_order_is_not_picked_before_its_day():
    shop = make_open_shop()
    set_release_day(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[shop.items["tea"].key],
        place_key=None, release_on=DAY, now=NOW,
    )  # fmt: skip
    early = sell(shop, ("tea", 1), ("cup", 1))

    def board(now):
        cards = facade.get_board(actor=SYSTEM, place_id=shop.store.id, now=now).to_pick.cards
        return {one.number: one.ships_from for one in cards}

    assert board(NOW) == {early.number: DAY}
    with pytest.raises(NothingToPickError):
        pick(shop)
    plain = sell(shop, ("cup", 1))
    assert {line.number for line in pick(shop).lines} == {plain.number}
    later = NOW + timedelta(days=5)
    assert board(later) == {early.number: None}
    assert {line.number for line in pick(shop, now=later).lines} == {early.number}
    assert not breaches()


def test_a_list_made_before_the_day_was_set_drops_what_may_not_leave():
    shop = make_open_shop()
    sell(shop, ("tea", 1))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    set_release_day(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[shop.items["tea"].key],
        place_key=shop.store.key, release_on=DAY, now=NOW,
    )  # fmt: skip

    claimed = facade.claim_pick_list(actor=SYSTEM, list_id=encode("pkl", made.id), now=NOW)

    assert [line.state for line in claimed.lines] == [PickState.DROPPED]
    assert not breaches()
