"""Many ask at once, each on a connection of its own: money moves once, and never too much."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from tests.builders.payments import breaches, give_back, give_up, make_shop, pay, take

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.sell.payments.contracts import CaptureMode, PaymentReusedError, PaymentStateError
from quanqu.sell.payments.facade import get_payment, get_payments

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        except (PaymentStateError, PaymentReusedError):
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(run, arguments))


def count_told(name):
    return OutboxEvent.objects.filter(name=f"payments.{name}").count()


def test_a_payment_started_many_times_at_once_is_made_once():
    shop = make_shop()
    ids = [UUID(int=number // 5 + 1) for number in range(50)]

    told = at_once(lambda one: pay(shop, id=one), ids)

    assert len({one.key for one in told}) == 10
    assert len(get_payments(actor=SYSTEM, references=["order-1"])["order-1"]) == 10
    assert count_told("paid") == 10
    assert not breaches()


def test_captures_and_a_void_at_once_take_no_more_than_was_promised():
    promised = pay(make_shop(), 100, capture=CaptureMode.LATER)

    def act(number):
        return give_up(promised.id) if number == 20 else take(promised.id, 7)

    told = at_once(act, range(40))

    found = get_payment(actor=SYSTEM, payment_id=promised.id)
    taken = [one for number, one in enumerate(told) if one is not None and number != 20]
    assert found.captured_minor == 7 * len(taken) <= 100
    assert found.captured_minor + found.voided_minor <= 100
    assert count_told("paid") == len(taken)
    assert not breaches()


def test_refunds_at_once_give_back_no_more_than_came():
    paid = pay(make_shop(), 100)

    told = at_once(lambda _: give_back(paid.id, 9), range(40))

    assert sum(one is not None for one in told) == 11
    assert get_payment(actor=SYSTEM, payment_id=paid.id).refunded_minor == 99
    assert count_told("refunded") == 11
    assert not breaches()


def test_one_request_sent_many_times_at_once_happens_once():
    shop = make_shop()
    promised, other = (pay(shop, 100, capture=CaptureMode.LATER) for _ in range(2))
    capture, refund = uuid4(), uuid4()
    at_once(lambda _: take(promised.id, 60, request=capture), range(20))
    at_once(lambda _: give_back(promised.id, 10, request=refund), range(20))

    told = at_once(lambda _: take(other.id, 60, request=capture), range(5))

    found = get_payment(actor=SYSTEM, payment_id=promised.id)
    assert (found.captured_minor, found.refunded_minor) == (60, 10)
    assert told == [None] * 5
    assert (count_told("paid"), count_told("refunded")) == (1, 1)
    assert not breaches()
