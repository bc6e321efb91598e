"""One order changed by two at once, on connections of their own."""

from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.sell.checkout.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.checkout.contracts import LiveState, OrderEdit, OrderEditConflictError, Step
from quanqu.sell.checkout.facade import edit_order, get_live_order, list_edits, move_order
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_edits_of_the_same_edition_one_counts():
    shop = make_open_shop(units=10)
    placed = order(shop, ("tea", 5))

    def change(units):
        try:
            edit = OrderEdit(uuid4(), placed.id, 1, quantities={1: units})
            return edit_order(actor=SYSTEM, edit=edit, now=NOW).edition
        except OrderEditConflictError:
            return None

    editions = at_once(change, [1, 2, 3, 4])

    assert sorted(one or 0 for one in editions) == [0, 0, 0, 2]
    assert len(list_edits(actor=SYSTEM, order_id=placed.id)) == 1
    assert not breaches()
    assert not edits_unlike_the_orders()


def test_the_same_edit_sent_by_many_is_one():
    shop = make_open_shop(units=10)
    placed = order(shop, ("tea", 5))
    edit = OrderEdit(uuid4(), placed.id, 1, quantities={1: 2})

    editions = at_once(lambda _: edit_order(actor=SYSTEM, edit=edit, now=NOW).edition, range(6))

    assert editions == [2] * 6
    assert not breaches()


def test_goods_that_are_shipped_while_they_are_changed_are_one_or_the_other():
    shop = make_open_shop(units=10)
    placed = order(shop, ("tea", 5))
    move_order(actor=SYSTEM, order_id=placed.id, step=Step.PICK, now=NOW)

    def act(what):
        try:
            if what == "ship":
                move_order(actor=SYSTEM, order_id=placed.id, step=Step.SHIP, now=NOW)
            else:
                edit = OrderEdit(uuid4(), placed.id, 1, quantities={1: 2})
                edit_order(actor=SYSTEM, edit=edit, now=NOW)
        except RefusedError:
            return False
        return True

    done = at_once(act, ["ship", "edit"])

    found = get_live_order(actor=SYSTEM, order_id=placed.id)
    assert sum(done) == 1
    assert (found.order.state is LiveState.SHIPPED) == done[0]
    assert found.lines[0].quantity == (5 if done[0] else 2)
    assert not breaches()


def test_two_orders_want_the_last_units_by_an_edit():
    shop = make_open_shop(units=10)
    placed = [order(shop, ("tea", 4)), order(shop, ("tea", 4))]

    def want(row):
        try:
            edit = OrderEdit(uuid4(), row.id, 1, quantities={1: 6})
            return edit_order(actor=SYSTEM, edit=edit, now=NOW).total_minor
        except RefusedError:
            return None

    assert sum(one is not None for one in at_once(want, placed)) == 1
    assert not breaches()
