"""Balances that differ from ledger and holds are set right, and nothing else is touched."""

import threading

import pytest
from django.db import connection, transaction
from tests.builders.predict import actor_over
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

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import HoldState, MovementKind, Rebuilt, StockPlaceError
from quanqu.sell.inventory.facade import rebuild_levels

pytestmark = pytest.mark.django_db


def spoil(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def all_levels() -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inventory_level ORDER BY place_key, variant_key")
        return cursor.fetchall()


@pytest.fixture
def goods() -> None:
    receive(40)
    receive(7, item=CUP)
    receive(90, place=DEPOT)
    move(MovementKind.DAMAGE, -3)
    hold((SHOP, TEA, 5), (SHOP, CUP, 2))
    hold((DEPOT, TEA, 4))


def test_what_is_right_is_left(goods: None) -> None:
    before = all_levels()
    assert rebuild_levels(actor=SYSTEM, now=NOW) == Rebuilt(levels=3, corrected=0)
    assert all_levels() == before


def test_spoilt_and_lost_balances_are_as_before(goods: None) -> None:
    before = [row[1:] for row in all_levels()]
    spoil("UPDATE inventory_level SET on_hand = 60, held = 1 WHERE place_key = 1")
    spoil("DELETE FROM inventory_level WHERE place_key = 2")
    assert breaches()
    assert rebuild_levels(actor=SYSTEM, now=NOW) == Rebuilt(levels=3, corrected=3)
    assert [row[1:] for row in all_levels()] == before
    assert not breaches()


def test_of_named_places_only(goods: None) -> None:
    spoil("UPDATE inventory_level SET on_hand = on_hand + 1")
    told = rebuild_levels(actor=SYSTEM, now=NOW, place_keys=[DEPOT])
    assert told == Rebuilt(levels=1, corrected=1)
    assert level(place=DEPOT)["on_hand"] == 90
    assert level(place=SHOP)["on_hand"] == 38


def test_promises_that_are_not_there_are_cut_the_latest_first(goods: None) -> None:
    spoil("UPDATE inventory_movement SET quantity = 6, balance = 6 WHERE place_key = 1 "
          "AND variant_key = 11 AND quantity = 40")  # fmt: skip
    rebuild_levels(actor=SYSTEM, now=NOW)
    assert level(place=SHOP)["on_hand"] == 3
    assert level(place=SHOP)["held"] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM inventory_hold WHERE place_key = 1 AND variant_key = 11")
        assert cursor.fetchall() == [(HoldState.SHORT,)]
    assert not breaches()


def test_who_may_not_change_all_places_is_refused(goods: None) -> None:
    keeper = actor_over({SHOP}, frozenset({"stock.manage"}))
    with pytest.raises(StockPlaceError):
        rebuild_levels(actor=keeper, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_movement_meanwhile_waits_and_counts() -> None:
    receive(10)
    spoil("UPDATE inventory_level SET on_hand = 99")
    done = []

    def sell() -> None:
        move(MovementKind.SALE, -4)
        done.append("sold")
        connection.close()

    with transaction.atomic():
        assert rebuild_levels(actor=SYSTEM, now=NOW).corrected == 1
        thread = threading.Thread(target=sell)
        thread.start()
        thread.join(timeout=0.3)
        assert not done
    thread.join()
    assert level()["on_hand"] == 6
    assert not breaches()
