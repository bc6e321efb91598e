"""An order takes over what was held for its cart, also while others wait in line."""

from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, draft, make_open_shop
from tests.builders.queue import line_breaches, wait_for
from tests.builders.stock import hold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.facade import place_order
from quanqu.sell.inventory.contracts import (
    HoldNotFoundError,
    HoldSettledError,
    HoldState,
    QueueWaitingError,
)
from quanqu.sell.inventory.facade import (
    allocate_hold,
    get_hold,
    release_hold,
    serve_queues,
)

pytestmark = pytest.mark.django_db


def place(shop, *lines, **more):
    return place_order(actor=SYSTEM, draft=draft(shop, *lines, **more), now=NOW)


def test_who_was_served_orders_while_others_wait():
    shop = make_open_shop(units=2)
    here = {"place": shop.store.key, "item": shop.items["tea"].key}
    first = uuid4()
    hold((here["place"], here["item"], 2), request_id=first)
    ann, _bob = (wait_for(owner=name, **here) for name in ("ann", "bob"))
    wait_for(5, owner="cy", **here)
    release_hold(actor=SYSTEM, request_id=first, now=NOW)
    serve_queues(now=NOW)

    with pytest.raises(QueueWaitingError) as refused:
        place(shop, ("tea", 1))
    assert refused.value.fields["items"] == [{"place": shop.store.id, "sku": "tea"}]
    with pytest.raises(QueueWaitingError):
        place(shop, ("tea", 2), hold_id=ann.id)
    asked = draft(shop, ("tea", 1), hold_id=ann.id)
    made = place_order(actor=SYSTEM, draft=asked, now=NOW)
    again = place_order(actor=SYSTEM, draft=asked, now=NOW)

    assert again.id == made.id
    assert get_hold(actor=SYSTEM, request_id=ann.id).state is HoldState.RELEASED
    assert get_hold(actor=SYSTEM, request_id=asked.id).owner == encode("ord", asked.id)
    assert not breaches()
    assert not line_breaches()


def test_a_hold_of_others_is_not_taken_over():
    shop = make_open_shop()
    at = (shop.store.key, shop.items["tea"].key, 1)
    order = draft(shop, ("tea", 1))
    place_order(actor=SYSTEM, draft=order, now=NOW)
    elsewhere, paid = uuid4(), uuid4()
    hold((shop.depot.key, at[1], 1), request_id=elsewhere)
    hold(at, request_id=paid)
    allocate_hold(actor=SYSTEM, request_id=paid, now=NOW)

    for other in (order.id, elsewhere, uuid4()):
        with pytest.raises(HoldNotFoundError):
            place(shop, ("tea", 1), hold_id=other)
    with pytest.raises(HoldSettledError):
        place(shop, ("tea", 1), hold_id=paid)
    assert not breaches()
