"""Orders merged by two at once, and merged while something else is done to them."""

from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.builders.customers import resolve
from tests.sell.checkout.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.checkout.contracts import CancelReason, OrderMerge, Step
from quanqu.sell.checkout.facade import (
    cancel_order,
    get_live_order,
    merge_orders,
    move_order,
    unmerge_orders,
)
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders, merges_unlike_the_orders

pytestmark = pytest.mark.django_db(transaction=True)


def pair(count=2):
    shop = make_open_shop(units=20)
    (buyer,) = resolve({"email": "mei@example.com"})
    return [order(shop, ("tea", 2), subject_key=buyer) for _ in range(count)]


def tried(act):
    def attempt(one):
        try:
            act(one)
        except RefusedError:
            return False
        return True

    return attempt


def sound():
    return not [*breaches(), *edits_unlike_the_orders(), *merges_unlike_the_orders()]


def test_of_two_who_merge_each_into_the_other_one_does():
    first, second = pair()

    def act(way):
        kept, gone = way
        merge = OrderMerge(uuid4(), kept.id, 1, gone.id, 1)
        merge_orders(actor=SYSTEM, merge=merge, now=NOW)

    assert sum(at_once(tried(act), [(first, second), (second, first)])) == 1
    assert sound()


def test_an_order_is_taken_into_one_other():
    kept, other, gone = pair(3)

    def act(into):
        merge = OrderMerge(uuid4(), into.id, 1, gone.id, 1)
        merge_orders(actor=SYSTEM, merge=merge, now=NOW)

    assert sum(at_once(tried(act), [kept, other])) == 1
    assert sound()


def test_the_same_merge_sent_by_many_is_one():
    kept, gone = pair()
    merge = OrderMerge(uuid4(), kept.id, 1, gone.id, 1)
    totals = at_once(
        lambda _: merge_orders(actor=SYSTEM, merge=merge, now=NOW).total_minor, range(4)
    )
    assert totals == [kept.total_minor + gone.total_minor] * 4
    assert sound()


@pytest.mark.parametrize("act", ["pick", "cancel"])
def test_an_order_that_is_merged_while_it_moves_is_one_or_the_other(act):
    kept, gone = pair()

    def do(what):
        if what == "merge":
            merge = OrderMerge(uuid4(), kept.id, 1, gone.id, 1)
            merge_orders(actor=SYSTEM, merge=merge, now=NOW)
        elif act == "pick":
            move_order(actor=SYSTEM, order_id=gone.id, step=Step.PICK, now=NOW)
        else:
            cancel_order(actor=SYSTEM, order_id=gone.id, reason=CancelReason.BUYER, now=NOW)

    done = at_once(tried(do), ["merge", "other"])

    reason = get_live_order(actor=SYSTEM, order_id=gone.id).order.cancel_reason
    assert any(done)
    assert (reason is CancelReason.MERGED) == done[0]
    assert sound()


def test_a_merge_is_undone_or_its_order_picked():
    kept, gone = pair()
    name = uuid4()
    merge_orders(actor=SYSTEM, merge=OrderMerge(name, kept.id, 1, gone.id, 1), now=NOW)

    def do(what):
        if what == "undo":
            unmerge_orders(actor=SYSTEM, order_id=kept.id, merge_id=name, now=NOW)
        else:
            move_order(actor=SYSTEM, order_id=kept.id, step=Step.PICK, now=NOW)

    done = at_once(tried(do), ["undo", "pick"])
    units = sum(one.quantity for one in get_live_order(actor=SYSTEM, order_id=kept.id).lines)
    assert done[1]
    assert units == (2 if done[0] else 4)
    assert sound()
