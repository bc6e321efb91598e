"""What is posted, held and settled, and what is refused."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.stock import (
    CUP,
    DEPOT,
    NOW,
    SHOP,
    TEA,
    breaches,
    hold,
    level,
    move,
    receive,
)

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.laws.facade import laws, run_laws
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.actions.deciding import decide_holds
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldNotFoundError,
    HoldRequest,
    HoldSettledError,
    HoldState,
    LevelFilters,
    Movement,
    MovementKind,
    Posting,
    StockPlaceError,
    StockPolicyError,
    StockShortfallError,
    StockState,
)
from quanqu.sell.inventory.facade import (
    allocate_hold,
    consume_hold,
    expire_holds,
    extend_hold,
    get_hold,
    hold_stock,
    list_ledger,
    list_levels,
    post_movements,
    release_hold,
    set_policy,
)

pytestmark = pytest.mark.django_db


def keeper(*permissions, places=(SHOP,)):
    grant = Grant(frozenset(permissions), Scope(places=frozenset(places)))
    return Actor(ActorKind.PERSON, "per_1", "Keeper", (grant,))


def told(kind):
    """Return what the room told others of a kind: pairs of request and owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM outbox_event WHERE name = %s ORDER BY key", [f"inventory.{kind}"]
        )
        return [[tuple(pair) for pair in json.loads(row[0])["holds"]] for row in cursor.fetchall()]


def test_the_ledger_answers_why_there_are_forty_seven():
    receive(50, reason="first delivery", ref="po-1")
    move(MovementKind.DAMAGE, -2)
    move(MovementKind.DAMAGE, 2, state=StockState.DAMAGED)
    move(MovementKind.COUNT, -1, reason="one not found")

    rows = list_ledger(actor=SYSTEM, place_key=SHOP, variant_key=TEA).items

    assert [(row.kind.value, row.state.value, row.quantity, row.balance) for row in rows] == [
        ("count", "on_hand", -1, 47),
        ("damage", "damaged", 2, 2),
        ("damage", "on_hand", -2, 48),
        ("receipt", "on_hand", 50, 50),
    ]
    assert rows[-1].reason == "first delivery"
    assert rows[-1].ref == "po-1"
    assert level()["on_hand"] == 47
    assert not breaches()


def test_a_named_event_is_posted_once():
    assert receive(5, once="delivery-1") is not None
    assert receive(5, once="delivery-1") is None
    assert receive(5, once="delivery-1", source="elsewhere") is not None
    assert level()["on_hand"] == 10


def test_a_posting_happens_wholly_or_not_at_all():
    receive(3)
    sold = (
        Movement(SHOP, CUP, MovementKind.RECEIPT, StockState.ON_HAND, 9),
        Movement(SHOP, TEA, MovementKind.SALE, StockState.ON_HAND, -4),
    )

    with pytest.raises(StockShortfallError, match="on_hand would fall to -1"):
        post_movements(actor=SYSTEM, posting=Posting(sold, NOW, "test", once="x"), now=NOW)

    assert level(item=CUP)["on_hand"] == 0
    assert level()["on_hand"] == 3
    done = Posting(sold[:1], NOW, "test", once="x")
    assert post_movements(actor=SYSTEM, posting=done, now=NOW), "what was refused was not posted"


def test_a_transfer_leaves_arrives_and_may_arrive_short():
    receive(10, place=DEPOT)
    leaving = (
        Movement(DEPOT, TEA, MovementKind.TRANSFER_OUT, StockState.ON_HAND, -6),
        Movement(SHOP, TEA, MovementKind.TRANSFER_OUT, StockState.IN_TRANSIT, 6),
    )
    post_movements(actor=SYSTEM, posting=Posting(leaving, NOW, "test"), now=NOW)
    assert level(place=SHOP)["in_transit"] == 6
    assert not hold((SHOP, TEA, 1)).is_granted, "what is on the road is not there"

    move(MovementKind.TRANSFER_IN, -5, state=StockState.IN_TRANSIT)
    move(MovementKind.TRANSFER_IN, 5)
    move(MovementKind.CORRECTION, -1, state=StockState.IN_TRANSIT, reason="lost on the road")

    assert (level(place=DEPOT)["on_hand"], level(place=SHOP)["on_hand"]) == (4, 5)
    assert level(place=SHOP)["in_transit"] == 0
    assert not breaches()


def test_a_hold_is_all_lines_or_none_and_says_what_is_short():
    receive(5)
    receive(1, item=CUP)

    answer = hold((SHOP, TEA, 2), (SHOP, CUP, 2), (DEPOT, TEA, 1))

    assert not answer.is_granted
    assert [(one.line, one.available) for one in answer.short] == [
        (HoldLine(SHOP, CUP, 2), 1),
        (HoldLine(DEPOT, TEA, 1), 0),
    ]
    assert level()["held"] == 0


def test_a_request_twice_in_one_set_is_decided_once():
    receive(3)
    once = HoldRequest(uuid4(), "cart", (HoldLine(SHOP, TEA, 2),), None)
    other = HoldRequest(uuid4(), "cart", (HoldLine(SHOP, TEA, 1),), None)

    answers = decide_holds([once, other, once], now=NOW)

    assert [one.is_granted for one in answers] == [True, True, True]
    assert level()["allocated"] == 3
    assert not breaches()


def test_what_is_over_is_free_before_anybody_swept():
    receive(1)
    first = uuid4()
    assert hold((SHOP, TEA, 1), request_id=first, owner="ann", seconds=10).is_granted
    assert not hold((SHOP, TEA, 1), now=NOW + timedelta(seconds=9)).is_granted

    assert hold((SHOP, TEA, 1), now=NOW + timedelta(seconds=10)).is_granted

    assert told("holds_expired") == [[(str(first), "ann")]]
    assert get_hold(actor=SYSTEM, request_id=first).state is HoldState.EXPIRED
    with pytest.raises(HoldSettledError, match="is expired; it cannot be allocated"):
        allocate_hold(actor=SYSTEM, request_id=first, now=NOW + timedelta(seconds=10))
    assert not breaches()


def test_a_hold_whose_time_is_over_is_not_paid_for_even_if_nobody_swept():
    receive(1)
    late = uuid4()
    hold((SHOP, TEA, 1), request_id=late, seconds=10)

    for act in (allocate_hold, consume_hold):
        with pytest.raises(HoldSettledError, match="is expired"):
            act(actor=SYSTEM, request_id=late, now=NOW + timedelta(seconds=11))


def test_a_paid_hold_stays_and_its_goods_leave_once():
    receive(4)
    request = uuid4()
    hold((SHOP, TEA, 3), request_id=request, seconds=10)
    allocate_hold(actor=SYSTEM, request_id=request, now=NOW)
    later = NOW + timedelta(days=3)
    assert expire_holds(now=later) == 0
    assert level()["allocated"] == 3

    for _ in range(2):
        consume_hold(actor=SYSTEM, request_id=request, now=later, ref="ord_1")

    assert (level()["on_hand"], level()["allocated"]) == (1, 0)
    (sale, _) = list_ledger(actor=SYSTEM, place_key=SHOP, variant_key=TEA).items
    assert (sale.kind, sale.quantity, sale.ref) == (MovementKind.SALE, -3, "ord_1")
    with pytest.raises(HoldSettledError, match="is consumed; it cannot be released"):
        release_hold(actor=SYSTEM, request_id=request, now=later)
    assert not breaches()


def test_a_hold_can_be_put_off_and_never_shortened():
    receive(1)
    request = uuid4()
    hold((SHOP, TEA, 1), request_id=request, seconds=100)

    extend_hold(actor=SYSTEM, request_id=request, expires_at=NOW, now=NOW)
    assert expire_holds(now=NOW + timedelta(seconds=99)) == 0
    extend_hold(actor=SYSTEM, request_id=request, expires_at=NOW + timedelta(seconds=200), now=NOW)
    assert expire_holds(now=NOW + timedelta(seconds=199)) == 0
    assert expire_holds(now=NOW + timedelta(seconds=200)) == 1


def test_safety_stock_is_withheld_gives_way_and_fills_up_again():
    receive(10)
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=3, backorder_limit=None, now=NOW)
    assert not hold((SHOP, TEA, 8)).is_granted
    assert hold((SHOP, TEA, 7)).is_granted

    move(MovementKind.COUNT, -2)
    assert level()["safety"] == 1, "the promise is kept out of what was withheld"
    assert not told("holds_cut")
    receive(1)
    assert level()["safety"] == 2
    assert not breaches()


def test_the_latest_promise_gives_way_and_its_owner_is_told():
    receive(6)
    early, paid, late = uuid4(), uuid4(), uuid4()
    hold((SHOP, TEA, 2), request_id=early, owner="ann")
    hold((SHOP, TEA, 2), request_id=paid, owner="bob", seconds=None, now=NOW)
    hold((SHOP, TEA, 2), request_id=late, owner="cat", now=NOW + timedelta(seconds=1))

    move(MovementKind.COUNT, -1, now=NOW + timedelta(seconds=2))
    move(MovementKind.COUNT, -3, now=NOW + timedelta(seconds=3))

    assert told("holds_cut") == [[(str(late), "cat")], [(str(early), "ann")]]
    assert get_hold(actor=SYSTEM, request_id=paid).state is HoldState.ALLOCATED
    with pytest.raises(HoldSettledError, match="is short; it cannot be allocated"):
        allocate_hold(actor=SYSTEM, request_id=late, now=NOW)
    release_hold(actor=SYSTEM, request_id=late, now=NOW)
    assert not breaches()


def test_beyond_what_is_there_only_as_far_as_the_limit_allows():
    receive(1)
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=None, backorder_limit=2, now=NOW)
    request = uuid4()

    assert hold((SHOP, TEA, 3), request_id=request, seconds=None).is_granted
    assert not hold((SHOP, TEA, 1)).is_granted
    with pytest.raises(StockShortfallError):
        consume_hold(actor=SYSTEM, request_id=request, now=NOW)
    receive(2)
    consume_hold(actor=SYSTEM, request_id=request, now=NOW)
    assert level()["on_hand"] == 0

    with pytest.raises(StockPolicyError, match="The backorder limit is a number from 0"):
        set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=1, backorder_limit=-1, now=NOW)


def test_who_may_change_stock_of_a_place_changes_none_elsewhere():
    receive(5)
    receive(5, place=DEPOT)
    mine, theirs = uuid4(), uuid4()
    hold((SHOP, TEA, 1), request_id=mine)
    hold((SHOP, TEA, 1), (DEPOT, TEA, 1), request_id=theirs)
    shop, reader = keeper("stock.manage", "stock.view"), keeper("stock.view")

    def ask(actor, *lines):
        request = HoldRequest(uuid4(), "cart", tuple(HoldLine(*line) for line in lines), None)
        return hold_stock(actor=actor, request=request, now=NOW)

    assert ask(shop, (SHOP, TEA, 1)).is_granted
    with pytest.raises(StockPlaceError):
        ask(shop, (SHOP, TEA, 1), (DEPOT, TEA, 1))
    elsewhere = (Movement(DEPOT, TEA, MovementKind.COUNT, StockState.ON_HAND, -1),)
    with pytest.raises(StockPlaceError):
        post_movements(actor=shop, posting=Posting(elsewhere, NOW, "test"), now=NOW)
    with pytest.raises(StockPlaceError):
        set_policy(actor=shop, ats=[(DEPOT, TEA)], safety_target=1, backorder_limit=None, now=NOW)
    for act in (allocate_hold, release_hold, consume_hold):
        with pytest.raises(HoldNotFoundError):
            act(actor=shop, request_id=theirs, now=NOW)
        with pytest.raises(NotAllowedError):
            act(actor=reader, request_id=mine, now=NOW)
    allocate_hold(actor=shop, request_id=mine, now=NOW)
    with pytest.raises(NotAllowedError):
        ask(reader, (SHOP, TEA, 1))


def test_who_sees_one_place_sees_its_stock_only():
    receive(5)
    receive(7, place=DEPOT)
    both = uuid4()
    hold((SHOP, TEA, 1), (DEPOT, TEA, 1), request_id=both)
    reader = keeper("stock.view")

    (seen,) = list_levels(actor=reader, filters=LevelFilters()).items
    assert (seen.place_key, seen.on_hand, seen.available) == (SHOP, 5, 4)
    assert len(list_levels(actor=SYSTEM, filters=LevelFilters(is_out=False)).items) == 2
    assert not list_levels(actor=SYSTEM, filters=LevelFilters(is_out=True)).items
    assert not list_ledger(actor=reader, place_key=DEPOT, variant_key=TEA).items
    with pytest.raises(HoldNotFoundError):
        get_hold(actor=reader, request_id=both)
    with pytest.raises(NotAllowedError):
        list_levels(actor=keeper("orders.view"), filters=LevelFilters())


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("L1.levels_are_the_ledger", "UPDATE inventory_level SET on_hand = on_hand + 1"),
        ("L1.levels_are_the_ledger", "DELETE FROM inventory_movement"),
        ("L1.levels_are_the_ledger", "DELETE FROM inventory_level"),
        ("L1.claims_are_the_holds", "UPDATE inventory_level SET held = held - 1"),
        ("L1.claims_are_the_holds", "UPDATE inventory_hold SET state = 'released'"),
        (
            "L1.no_oversell",
            "ALTER TABLE inventory_level DROP CONSTRAINT inventory_level_no_oversell; "
            "UPDATE inventory_level SET held = 99",
        ),
    ],
)
def test_a_row_changed_by_hand_breaks_its_law(code, change):
    receive(5)
    hold((SHOP, TEA, 2))
    assert not breaches()

    with connection.cursor() as cursor:
        cursor.execute(change)

    assert code in {law.code for law in laws()}
    broken = {one.law.code for one in run_laws() if one.breaches}
    assert code in broken
