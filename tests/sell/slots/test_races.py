"""The last places of a slot, wanted by many at once."""

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.builders.slots import make_slot
from tests.sell.checkout.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.checkout.contracts import CancelReason, SlotChoice
from quanqu.sell.checkout.facade import cancel_order
from quanqu.sell.checkout.queries.laws import slots_unlike_the_orders
from quanqu.sell.slots.facade import close_day
from quanqu.sell.slots.queries import slots_unlike_their_orders

pytestmark = pytest.mark.django_db(transaction=True)
DAY = NOW.date()


def tried(act):
    def attempt(one):
        try:
            act(one)
        except RefusedError:
            return False
        return True

    return attempt


def sound():
    return not [*breaches(), *slots_unlike_the_orders(), *slots_unlike_their_orders()]


def test_a_slot_of_two_is_taken_by_two_of_six():
    shop = make_open_shop(20)
    slot = make_slot(shop, capacity=2)
    done = at_once(tried(lambda _: order(shop, slot=SlotChoice(slot.id, DAY))), range(6))
    assert sum(done) == 2
    assert sound()


def test_orders_in_two_slots_never_wait_for_each_other():
    shop = make_open_shop(40)
    slots = [make_slot(shop, capacity=9), make_slot(shop, capacity=9, starts=21 * 60)]
    done = at_once(tried(lambda at: order(shop, slot=SlotChoice(slots[at % 2].id, DAY))), range(8))
    assert all(done)
    assert sound()


@pytest.mark.parametrize("other", ["smaller", "closed", "cancelled"])
def test_a_slot_that_changes_while_it_is_taken_holds_what_it_has(other):
    shop = make_open_shop(20)
    slot = make_slot(shop, capacity=2)
    first = order(shop, slot=SlotChoice(slot.id, DAY))

    def act(what):
        if what == "take":
            order(shop, slot=SlotChoice(slot.id, DAY))
        elif other == "smaller":
            make_slot(shop, capacity=1, slot_id=slot.id)
        elif other == "closed":
            close_day(actor=SYSTEM, place_id=shop.store.id, day=DAY, now=NOW)
        else:
            cancel_order(actor=SYSTEM, order_id=first.id, reason=CancelReason.BUYER, now=NOW)

    at_once(tried(act), ["take", "change", "take"])
    assert sound()
