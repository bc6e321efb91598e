"""Outside a transaction as inside: one statement where there is enough, in turn where there isn't.

Here every decision is committed by itself, as under load.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, breaches, hold, level, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.actions.deciding import decide_holds
from quanqu.sell.inventory.contracts import HoldLine, HoldRequest, HoldState
from quanqu.sell.inventory.facade import expire_holds, release_hold
from quanqu.sell.inventory.models import HoldLine as HoldRow

pytestmark = pytest.mark.django_db(transaction=True)


def ask(*lines, request_id: UUID | None = None, seconds: int | None = 900):
    until = None if seconds is None else NOW + timedelta(seconds=seconds)
    told = tuple(HoldLine(*line) for line in lines)
    return HoldRequest(request_id or uuid4(), 'cart "7" \\ 茶', told, until)


def test_enough_for_all_is_granted_at_once():
    receive(5)
    receive(5, place=DEPOT, item=CUP)

    answers = decide_holds(
        [ask((SHOP, TEA, 2), (DEPOT, CUP, 1)), ask((SHOP, TEA, 3), seconds=None)], now=NOW
    )

    assert all(one.is_granted for one in answers)
    assert (level()["held"], level()["allocated"]) == (2, 3)
    assert set(HoldRow.objects.values_list("owner", flat=True)) == {'cart "7" \\ 茶'}
    assert not breaches()


def test_who_came_first_is_served_where_it_does_not_reach_for_all():
    receive(3)
    answers = decide_holds([ask((SHOP, TEA, 2)), ask((SHOP, TEA, 2)), ask((SHOP, TEA, 1))], now=NOW)
    assert [one.is_granted for one in answers] == [True, False, True]
    assert answers[1].short[0].available == 1
    assert not breaches()


def test_an_item_that_was_never_there_is_short():
    receive(3)
    answers = decide_holds([ask((SHOP, TEA, 1)), ask((SHOP, CUP, 1))], now=NOW)
    assert [one.is_granted for one in answers] == [True, False]
    assert not breaches()


def test_asked_again_it_is_told_as_it_stands():
    receive(3)
    kept, ended, freed = ask((SHOP, TEA, 1)), ask((SHOP, TEA, 1), seconds=5), ask((SHOP, TEA, 1))
    decide_holds([kept, ended, freed], now=NOW)
    release_hold(actor=SYSTEM, request_id=freed.request_id, now=NOW)
    later = NOW + timedelta(seconds=6)
    expire_holds(now=later)

    answers = decide_holds([kept, ended, freed], now=later)

    assert [one.is_granted for one in answers] == [True, False, False]
    assert [one.ended for one in answers] == [None, HoldState.EXPIRED, HoldState.RELEASED]
    assert level()["held"] == 1
    assert not breaches()


def test_what_is_over_makes_room_for_those_who_are_short():
    receive(2)
    assert hold((SHOP, TEA, 2), seconds=5).is_granted
    (answer,) = decide_holds([ask((SHOP, TEA, 2))], now=NOW + timedelta(seconds=5))
    assert answer.is_granted
    assert not breaches()
