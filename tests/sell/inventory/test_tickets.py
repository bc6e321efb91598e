"""Who waits in line gets what comes free, in the order of arrival, before anybody new."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.goods import make_shop, stock
from tests.builders.queue import line_breaches, states, wait_for, waiting
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, hold, level, receive

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    HoldLine,
    HoldRequest,
    Kit,
    KitPart,
    PlaceClosing,
    QueueNotNeededError,
    StockPlaceError,
    TicketError,
    TicketNotFoundError,
    TicketOnceError,
    TicketRequest,
    TicketServedError,
    TicketState,
)
from quanqu.sell.inventory.facade import (
    available_at,
    close_place,
    end_tickets,
    expire_holds,
    find_level,
    forget_tickets,
    get_hold,
    get_ticket,
    join_queue,
    leave_queue,
    limit_buyers,
    release_hold,
    reopen_place,
    ring_fence,
    serve_queues,
    set_kit,
    set_policy,
    swap_holds,
)
from quanqu.sell.inventory.models import Ticket as TicketRow

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)


def sold_out(units=3, seconds=900):
    receive(units)
    request = uuid4()
    hold((SHOP, TEA, units), request_id=request, owner="first", seconds=seconds)
    return request


def test_a_shopper_is_told_their_position_and_moves_up():
    sold_out()

    first, second, third = (wait_for(owner=name) for name in ("ann", "bob", "cy"))

    assert [(one.position, one.line) for one in (first, second, third)] == [(1, 1), (2, 2), (3, 3)]
    leave_queue(actor=SYSTEM, ticket_id=first.id, now=NOW)
    told = get_ticket(actor=SYSTEM, ticket_id=third.id)
    assert (told.position, told.line) == (2, 2)
    gone = leave_queue(actor=SYSTEM, ticket_id=first.id, now=NOW)
    assert (gone.state, gone.position) == (TicketState.LEFT, None)
    assert not line_breaches()


def test_what_comes_free_goes_to_the_line_in_order_as_holds_of_their_own():
    cart = sold_out()
    tickets = [wait_for(2, owner="ann"), wait_for(1, owner="bob"), wait_for(1, owner="cy")]
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    assert serve_queues(now=LATER) == 2

    assert states() == {"ann": "served", "bob": "served", "cy": "waiting"}
    held = get_hold(actor=SYSTEM, request_id=tickets[0].id)
    assert (held.owner, held.lines) == ("ann", (HoldLine(SHOP, TEA, 2),))
    assert held.expires_at == LATER + timedelta(seconds=600)
    assert level()["held"] == 3
    served = OutboxEvent.objects.get(name="inventory.tickets_served")
    assert served.payload["tickets"] == [[str(one.id), one.owner] for one in tickets[:2]]
    assert serve_queues(now=LATER) == 0
    expire_holds(now=LATER + timedelta(minutes=11))  # two turns passed by
    assert serve_queues(now=LATER + timedelta(minutes=11)) == 1
    assert not line_breaches()


def test_nobody_new_is_served_before_who_waits():
    cart = sold_out()
    wait_for(3, owner="ann")
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    told = hold((SHOP, TEA, 1), owner="new", channel="web")

    assert not told.is_granted
    assert told.queued == ((SHOP, TEA),)
    assert told.short[0].available == 0
    assert not hold((SHOP, TEA, 1), owner="new", seconds=None).is_granted
    found = available_at(actor=SYSTEM, variant_keys=[TEA])
    assert found.units.tolist() == []
    assert find_level(actor=SYSTEM, place_key=SHOP, variant_key=TEA).available == 0
    assert serve_queues(now=NOW) == 1
    receive(1)
    assert hold((SHOP, TEA, 1), owner="new").is_granted  # nobody waits any more


def test_who_wants_more_than_there_is_waits_and_all_behind_do():
    cart = sold_out(2)
    wait_for(3, owner="ann")
    wait_for(1, owner="bob")
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    assert serve_queues(now=NOW) == 0
    assert waiting() == ["ann", "bob"]
    receive(1, now=NOW)
    assert serve_queues(now=NOW) == 1
    assert waiting() == ["bob"]
    assert not line_breaches()


def test_nobody_waits_for_what_they_can_have():
    receive(2)

    with pytest.raises(QueueNotNeededError) as told:
        wait_for(2)
    assert told.value.fields["available"] == 2
    assert wait_for(3).position == 1
    assert wait_for(1).position == 2  # somebody waits: behind them
    assert wait_for(1, place=DEPOT, item=CUP).position == 1  # an item that never was there


def test_one_waits_once_for_an_item_wherever():
    sold_out()
    ticket = uuid4()
    wait_for(owner="cart 1", buyer="ann", ticket_id=ticket)

    with pytest.raises(TicketOnceError):
        wait_for(owner="cart 2", buyer="ann", place=DEPOT)
    again = wait_for(owner="cart 1", buyer="ann", ticket_id=ticket)
    assert (again.id, again.line) == (ticket, 1)
    wait_for(owner="cart 2", buyer="ann", item=CUP)
    wait_for(owner="cart 3")
    with pytest.raises(TicketOnceError):
        wait_for(owner="cart 3")
    leave_queue(actor=SYSTEM, ticket_id=ticket, now=NOW)
    assert wait_for(owner="cart 2", buyer="ann").position == 2
    row = TicketRow.objects.get(id=ticket)
    assert (row.who, row.buyer) == ("", "")  # forgotten when it waits no more


def test_what_cannot_be_waited_for_is_refused_by_name():
    for wrong in (
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 10**18},
        {"turn_s": 0},
        {"seconds": 0},
        {"seconds": 86_400 * 91},
        {"owner": "x" * 201},
    ):
        with pytest.raises(TicketError):
            wait_for(**wrong)
    shop = make_shop()
    tea, cup = shop.items["tea"].key, shop.items["cup"].key
    kit = Kit(cup, (KitPart(tea, 2),))
    set_kit(actor=SYSTEM, company_key=shop.company.key, kit=kit, now=NOW)
    with pytest.raises(TicketError, match="kit"):
        wait_for(place=shop.store.key, item=cup)
    wait_for(place=shop.store.key, item=tea)
    told = hold((shop.store.key, cup, 1))
    assert told.queued == ((shop.store.key, cup),)
    assert TicketRow.objects.count() == 1


def test_tickets_end_by_themselves_and_are_forgotten_later():
    cart = sold_out(1)
    wait_for(owner="ann", seconds=60)
    wait_for(owner="bob")
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)

    assert serve_queues(now=LATER) == 1
    assert states() == {"ann": "expired", "bob": "served"}
    wait_for(owner="cy", seconds=60, now=LATER)
    assert end_tickets(now=LATER + timedelta(minutes=2)) == 1
    assert not waiting()
    assert not line_breaches()
    assert forget_tickets(now=LATER + timedelta(days=60)) == 0
    assert forget_tickets(now=LATER + timedelta(days=91)) == 3


def test_who_was_served_releases_the_hold_instead():
    cart = sold_out(1)
    ticket = wait_for(owner="ann")
    release_hold(actor=SYSTEM, request_id=cart, now=NOW)
    serve_queues(now=NOW)

    with pytest.raises(TicketServedError):
        leave_queue(actor=SYSTEM, ticket_id=ticket.id, now=NOW)
    release_hold(actor=SYSTEM, request_id=ticket.id, now=NOW)
    assert level()["held"] == 0


def test_what_one_has_can_be_moved_and_changed_though_others_wait():
    receive(3)
    order = uuid4()
    hold((SHOP, TEA, 3), request_id=order, owner="order", seconds=None)
    wait_for(1, owner="ann")

    def swapped(release, quantity):
        line = HoldLine(SHOP, TEA, quantity)
        asked = HoldRequest(uuid4(), "order", (line,), None)
        (told,) = swap_holds(actor=SYSTEM, release=[release], requests=[asked], now=NOW)
        return asked.request_id, told

    _, more = swapped(order, 4)
    assert not more.is_granted
    fewer, told = swapped(order, 2)
    assert told.is_granted
    assert not swapped(fewer, 3)[1].is_granted  # the third is ann's
    assert serve_queues(now=NOW) == 1
    assert not line_breaches()


def test_a_line_honours_channels_closings_and_limits():
    shop = make_shop()
    at = (shop.store.key, shop.items["tea"].key)
    stock(shop.store, shop.items["tea"], 2)
    here = {"place": at[0], "item": at[1]}
    ring_fence(actor=SYSTEM, ats=[at], channel="live", units=2, now=NOW)
    assert wait_for(owner="ann", channel="web", **here).position == 1
    assert wait_for(owner="bob", channel="live", **here).position == 2
    assert serve_queues(now=NOW) == 0  # ann is first, and what is there is kept for live
    ring_fence(actor=SYSTEM, ats=[at], channel="live", units=1, now=NOW)
    close_place(actor=SYSTEM, place_key=at[0], closing=PlaceClosing(NOW, None, ""), now=NOW)
    assert serve_queues(now=LATER) == 0
    reopen_place(actor=SYSTEM, place_key=at[0], now=LATER)
    limit_buyers(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[at[1]], most=2, window_s=3600,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(BuyerLimitError):
        wait_for(3, buyer="dee", **here)
    wait_for(2, owner="dee", buyer="dee", **here)
    stock(shop.depot, shop.items["tea"], 1)
    assert hold((shop.depot.key, at[1], 1), buyer="dee", channel="web", now=LATER).is_granted
    wait_for(1, owner="eve", buyer="eve", **here)
    stock(shop.store, shop.items["tea"], 9)
    assert serve_queues(now=LATER) == 3
    assert list(states().values()) == ["served", "served", "refused", "served"]
    assert not line_breaches()


def test_goods_that_are_withheld_no_more_go_to_the_line():
    receive(2)
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=2, backorder_limit=None, now=NOW)
    wait_for(2, owner="ann")
    assert serve_queues(now=NOW) == 0
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=0, backorder_limit=None, now=NOW)
    assert serve_queues(now=NOW) == 1


def test_only_who_manages_stock_there_may_wait_there():
    sold_out()
    ticket = wait_for(owner="ann")
    grant = Grant(frozenset({"stock.manage"}), Scope(places=frozenset({DEPOT})))
    other = Actor(ActorKind.PERSON, "per_1", "Keeper", (grant,))

    with pytest.raises(TicketNotFoundError):
        leave_queue(actor=other, ticket_id=ticket.id, now=NOW)
    with pytest.raises(NotAllowedError):
        get_ticket(actor=other, ticket_id=ticket.id)
    with pytest.raises(StockPlaceError):
        join_queue(
            actor=other, request=TicketRequest(uuid4(), "x", SHOP, TEA, 1, LATER, 60), now=NOW
        )
    with pytest.raises(TicketNotFoundError):
        leave_queue(actor=SYSTEM, ticket_id=uuid4(), now=NOW)
