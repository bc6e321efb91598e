"""Many join, leave, release and serve at once: nobody is overtaken, and nothing is served twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests.builders.queue import line_breaches, states, wait_for, waiting
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, hold, level, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import (
    QueueNotNeededError,
    TicketOnceError,
    TicketServedError,
)
from quanqu.sell.inventory.facade import leave_queue, release_hold, serve_queues
from quanqu.sell.inventory.models import Ticket as TicketRow

pytestmark = pytest.mark.django_db(transaction=True)


def sold_out(units):
    receive(units)
    request = uuid4()
    hold((SHOP, TEA, units), request_id=request)
    return request


def test_many_join_at_once_and_each_has_a_position_of_its_own():
    sold_out(1)

    def join(number):
        if number % 2:  # as another process would, past the combiner of this one
            with transaction.atomic():
                wait_for(owner=str(number))
        else:
            wait_for(owner=str(number))

    at_once(join, range(60))

    assert len(waiting()) == 60
    assert not line_breaches()


def test_one_buyer_who_joins_everywhere_at_once_waits_once():
    sold_out(1)

    def join(number):
        try:
            with transaction.atomic():
                wait_for(owner=str(number), buyer="ann", place=(SHOP, DEPOT)[number % 2], item=TEA)
        except TicketOnceError:
            return False
        return True

    assert sum(at_once(join, range(24))) == 1
    assert not line_breaches()


def test_the_same_call_sent_twice_at_once_waits_once():
    sold_out(1)
    tickets = [UUID(int=number // 3 + 1) for number in range(60)]

    at_once(lambda one: wait_for(ticket_id=one, owner=str(one)), tickets)

    assert len(waiting()) == 20
    assert not line_breaches()


def test_joining_beside_releasing_serving_leaving_and_buying_is_fair():
    carts = [uuid4() for _ in range(20)]
    receive(20)
    for cart in carts:
        hold((SHOP, TEA, 1), request_id=cart)
    early = [wait_for(owner=f"early {number}").id for number in range(10)]

    def act(job):
        number, what = job
        try:
            if what == "join":
                wait_for(1 + number % 2, owner=f"late {number}")
            elif what == "release":
                release_hold(actor=SYSTEM, request_id=carts[number], now=NOW)
            elif what == "buy":
                hold((SHOP, TEA, 1), owner=f"new {number}")
            elif what == "leave":
                leave_queue(actor=SYSTEM, ticket_id=early[number % 10], now=NOW)
            else:
                serve_queues(now=NOW)
        except (QueueNotNeededError, TicketServedError):
            return
        assert not [one for one in line_breaches() if "later" in one or "promised" in one]

    kinds = ("join", "release", "serve", "leave", "buy", "serve")
    at_once(act, [(number, what) for number in range(20) for what in kinds])
    serve_queues(now=NOW)

    assert level()["held"] <= 20
    assert not line_breaches()


def test_serving_at_once_serves_each_once():
    carts = [sold_out(10) for _ in range(2)]
    for number in range(30):
        wait_for(owner=str(number))
    for cart in carts:
        release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    served = at_once(lambda _: serve_queues(now=NOW), range(8))

    assert sum(served) == 20
    assert list(states().values()) == ["served"] * 20 + ["waiting"] * 10
    assert not line_breaches()


def test_killed_half_way_nothing_was_served_and_the_next_run_does_it():
    cart = sold_out(2)
    for name in ("ann", "bob"):
        wait_for(owner=name)
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    def killed():
        try:
            with transaction.atomic():
                assert serve_queues(now=NOW) == 2
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    pid = cursor.fetchone()[0]
                with ThreadPoolExecutor(1) as other:
                    other.submit(_kill, pid).result()
                TicketRow.objects.count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, pytest.raises(Exception, match=r"terminat|closed|lost"):
        pool.submit(killed).result()

    assert waiting() == ["ann", "bob"]
    assert level()["held"] == 0
    assert serve_queues(now=NOW) == 2
    assert not line_breaches()


def _kill(pid):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        connection.close()


def test_lines_of_many_items_are_served_side_by_side():
    later = NOW + timedelta(hours=1)
    for item in (TEA, CUP):
        for place in (SHOP, DEPOT):
            wait_for(owner=f"{place} {item}", place=place, item=item, seconds=7_200)

    def act(number):
        receive(1, place=(SHOP, DEPOT)[number % 2], item=(TEA, CUP)[number // 2 % 2])
        return serve_queues(now=later)

    assert sum(at_once(act, range(8))) == 4
    assert not line_breaches()
