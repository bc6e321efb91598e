"""Two desks at once, each on a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.builders.checkout import draft as order_draft
from tests.builders.returns import (
    NOW,
    ask,
    breaches,
    draft,
    graded,
    make_open_shop,
    opened,
    recorded,
    settled,
    sold,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.facade import place_order
from quanqu.sell.orders.facade import get_order
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.returns.contracts import ReturnQuantityError
from quanqu.sell.returns.facade import cancel_return, open_return, settle_return
from quanqu.sell.returns.models import Return, SaleLine

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        except QuanquError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, arguments))


def test_of_three_units_three_come_back_however_many_desks_ask():
    shop = make_open_shop()
    placed = sold(shop, ("tea", 3))
    order_id = recorded(shop)  # two units

    def take(number):
        wanted = placed.id if number % 2 else order_id
        return open_return(actor=SYSTEM, draft=draft(shop, wanted, ask(1, 1)), now=NOW).units

    told = at_once(take, range(12))

    assert told.count(1) == 5
    assert told.count(ReturnQuantityError.__name__) == 7
    assert sorted(SaleLine.objects.values_list("claimed", flat=True)) == [2, 3]
    assert not breaches()


def test_one_return_sent_by_many_is_one():
    shop = make_open_shop()
    placed = sold(shop, ("tea", 3))
    asked = draft(shop, placed.id, ask(1, 2))

    keys = at_once(lambda _: open_return(actor=SYSTEM, draft=asked, now=NOW).key, range(6))

    assert len(set(keys)) == 1
    assert Return.objects.count() == 1
    assert not breaches()


def test_settled_by_many_the_money_goes_back_once():
    shop = make_open_shop()
    placed = sold(shop, ("tea", 3))
    order_id = recorded(shop)
    rows = [opened(shop, placed.id, ask(1, 3)), opened(shop, order_id, ask(1, 2))]
    for row in rows:
        graded(row)

    def settle(number):
        tender = "cash" if number % 2 else ""
        one = rows[number % 2]
        return settle_return(actor=SYSTEM, return_id=one.id, now=NOW, tender=tender).state

    assert set(at_once(settle, range(8))) == {"settled"}
    name = encode("ord", placed.id)
    assert get_payments(actor=SYSTEM, references=[name])[name][0].refunded_minor == 3_750
    detail = get_order(actor=SYSTEM, order_id=encode("ord", order_id))
    assert [one.amount.minor for one in detail.refunds] == [2_500]
    assert not breaches()


def test_settling_races_cancelling():
    shop = make_open_shop(units=40)
    rows = []
    for _ in range(6):
        row = opened(shop, sold(shop, ("tea", 1)).id)
        graded(row)
        rows.append(row)

    def act(number):
        work = settle_return if number % 2 else cancel_return
        return work(actor=SYSTEM, return_id=rows[number // 2].id, now=NOW).state

    told = at_once(act, range(12))

    assert told.count("ReturnStepError") == 6
    assert set(Return.objects.values_list("state", flat=True)) <= {"settled", "cancelled"}
    assert not breaches()


def test_credit_is_spent_once_by_many_orders():
    shop = make_open_shop(units=40)
    row = settled(shop, sold(shop, ("tea", 2)).id, ask(1, 2), to_credit=True)
    token = encode("ret", row.id)

    def spend(_):
        asked = order_draft(shop, ("cup", 1), tender="return_credit", token=token)
        return place_order(actor=SYSTEM, draft=asked, now=NOW).state

    told = at_once(spend, range(6))

    assert told.count("confirmed") == 2
    assert told.count("CreditError") == 4
    assert not breaches()
