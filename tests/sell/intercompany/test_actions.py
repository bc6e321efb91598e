"""Goods that go between companies: moved once, priced, mirrored, settled, consolidated."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.http import API, program
from tests.builders.intercompany import (
    NOW,
    breaches,
    given,
    make_pair,
    rule,
    ruled,
    settlement,
)
from tests.builders.returns import ask, clerk, settled, sold
from tests.builders.returns import breaches as return_breaches

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.checkout.contracts import ForeignSourceError
from quanqu.sell.intercompany import facade
from quanqu.sell.intercompany.contracts import (
    MovementFilters,
    MovementKind,
    PriceKind,
    SettlementReusedError,
    TransferCompanyError,
    TransferRuleError,
    Unpriced,
)
from quanqu.sell.intercompany.models import Entry, Movement
from quanqu.sell.returns.contracts import Policy, SaleNotFoundError
from quanqu.sell.returns.facade import policy_json, save_policy

pytestmark = pytest.mark.django_db


def balances():
    return {
        (one.company_key, one.other_key): one.amount_minor
        for one in facade.list_balances(actor=SYSTEM)
    }


def test_goods_of_another_company_are_moved_once_and_mirrored():
    seller, giver = make_pair()
    ruled(giver, seller)
    order_id = given(seller, giver, ("tea", 2), ("cup", 1))

    deliver_events(now=NOW)
    deliver_events(now=NOW)

    assert facade.follow_orders(order_ids=[order_id], now=NOW) == 0
    rows = facade.list_movements(actor=SYSTEM, filters=MovementFilters()).items
    assert sorted(one.amount_minor for one in rows) == [345, 1_840]
    north, south = seller.company.key, giver.company.key
    assert balances() == {(south, north): 2_185, (north, south): -2_185}
    assert not breaches()


def test_goods_of_ones_own_are_not_moved():
    seller, _ = make_pair()
    given(seller, seller, ("tea", 1))
    deliver_events(now=NOW)

    assert not Movement.objects.exists()


def test_without_a_rule_an_order_has_no_goods_of_another_company():
    seller, giver = make_pair()
    ruled(seller, giver)  # the other way round
    ruled(giver, seller, valid_from=NOW.date() + timedelta(days=1))

    with pytest.raises(ForeignSourceError):
        given(seller, giver)
    assert not Movement.objects.exists()
    ruled(giver, seller, valid_from=NOW.date())

    given(seller, giver)


def test_without_an_amount_it_waits_and_is_priced_when_one_comes():
    seller, giver = make_pair()
    ruled(giver, seller, amounts={"cup": 1})
    given(seller, giver)
    deliver_events(now=NOW)

    waiting = MovementFilters(is_unpriced=True)
    (row,) = facade.list_movements(actor=SYSTEM, filters=waiting).items
    assert (row.unpriced, row.amount_minor) == (Unpriced.NO_AMOUNT, None)
    assert not breaches()
    assert facade.list_movements(actor=SYSTEM, filters=waiting).items[0].unpriced == "no_amount"
    first = ruled(giver, seller, kind=PriceKind.SALES_SHARE, rate=Decimal("0.6"), amounts={})
    assert (
        ruled(giver, seller, kind=PriceKind.SALES_SHARE, rate=Decimal("0.6"), amounts={}) == first
    )
    assert facade.count_movements(actor=SYSTEM, filters=waiting) == 0
    ruled(giver, seller)
    (row,) = facade.list_movements(actor=SYSTEM, filters=MovementFilters()).items
    assert (row.amount_minor, row.rule_version) == (1_500, 2)
    assert not breaches()


def test_money_settles_what_is_owed_once():
    seller, giver = make_pair()
    ruled(giver, seller)
    given(seller, giver)
    deliver_events(now=NOW)
    paid = settlement(seller, giver, 1_000, note="November")

    made = facade.record_settlement(actor=SYSTEM, draft=paid, now=NOW)
    assert facade.record_settlement(actor=SYSTEM, draft=paid, now=NOW).id == made.id
    with pytest.raises(SettlementReusedError):
        facade.record_settlement(actor=SYSTEM, draft=replace(paid, amount_minor=2), now=NOW)
    for wrong in (settlement(seller, seller, 1), settlement(seller, giver, 0)):
        with pytest.raises(TransferRuleError):
            facade.record_settlement(actor=SYSTEM, draft=wrong, now=NOW)

    assert balances()[giver.company.key, seller.company.key] == 840
    month = {"company_key": giver.company.key, "other_key": seller.company.key}
    (told,) = facade.get_statement(actor=SYSTEM, month=NOW.date(), **month)
    assert (told.opening_minor, told.closing_minor, len(told.movements)) == (0, 840, 2)
    (after,) = facade.get_statement(actor=SYSTEM, month=date(2026, 12, 1), **month)
    assert (after.opening_minor, after.closing_minor, after.movements) == (840, 840, ())
    assert not breaches()


def test_balances_are_what_an_independent_sum_says():
    seller, giver = make_pair()
    ruled(giver, seller)
    ruled(seller, giver, kind=PriceKind.SALES_SHARE, rate=Decimal("0.5"), amounts={})
    for units in (1, 2, 3):
        given(seller, giver, ("tea", units), ("cup", 1))
    facade.record_settlement(actor=SYSTEM, draft=settlement(seller, giver, 777), now=NOW)
    deliver_events(now=NOW)

    told = defaultdict(int)
    for row in Movement.objects.all():
        if row.kind == MovementKind.SETTLEMENT:
            amount = 777
        else:
            cost = {"tea": 800, "cup": 300}[row.sku] * row.quantity
            amount = (cost * 115 + 50) // 100
        told[row.from_company_key, row.to_company_key] += amount
        told[row.to_company_key, row.from_company_key] -= amount
    assert balances() == dict(told)
    assert Entry.objects.count() == 2 * Movement.objects.count()


def taken_back_everywhere(seller):
    policy = dict(policy_json(policy=Policy(currency="CNY"))) | {"in_group": True}
    save_policy(actor=SYSTEM, company_key=seller.company.key, body=policy, now=NOW)


def test_goods_that_come_back_to_who_gave_them_cost_what_was_charged():
    seller, giver = make_pair()
    taken_back_everywhere(seller)
    ruled(giver, seller, rate=Decimal("0.0013"), amounts={"tea": 333})
    order_id = given(seller, giver, ("tea", 3))
    for _ in range(3):
        settled(seller, order_id, ask(1, 1), place_key=giver.store.key)
    deliver_events(now=NOW)
    deliver_events(now=NOW)

    back = Movement.objects.filter(kind="return").order_by("key")
    assert [one.to_company_key for one in back] == [giver.company.key] * 3
    assert sum(one.amount_minor for one in back) == 1_000
    assert set(balances().values()) == {0}
    assert not breaches()
    assert not return_breaches()


def test_goods_of_ones_own_that_come_back_elsewhere_are_sold_to_who_gets_them():
    seller, other = make_pair()
    order_id = sold(seller, ("tea", 2)).id
    with pytest.raises(SaleNotFoundError):
        settled(seller, order_id, ask(1, 1), place_key=other.store.key)
    taken_back_everywhere(seller)
    ruled(seller, other, kind=PriceKind.SALES_SHARE, rate=Decimal("0.5"), amounts={})

    back = settled(seller, order_id, ask(1, 1), place_key=other.store.key)
    deliver_events(now=NOW)

    (row,) = Movement.objects.all()
    assert (row.kind, row.amount_minor, row.source_id) == ("return", 625, back.id)
    assert balances()[seller.company.key, other.company.key] == 625
    assert facade.follow_return(order_id=order_id, return_id=back.id, now=NOW) == 0
    assert facade.follow_return(order_id=order_id, return_id=uuid4(), now=NOW) == 0
    at_home = settled(seller, order_id, ask(1, 1))
    assert facade.follow_return(order_id=order_id, return_id=at_home.id, now=NOW) == 0
    assert not breaches()
    assert not return_breaches()


def test_whose_books_one_may_see_and_keep():
    seller, giver = make_pair()
    ruled(giver, seller)
    given(seller, giver)
    deliver_events(now=NOW)
    nobody = clerk("orders.view", places=(seller.store.key,))
    partly = clerk("intercompany.view", "intercompany.manage", places=(seller.store.key,))

    with pytest.raises(NotAllowedError):
        facade.list_balances(actor=nobody)
    assert facade.list_balances(actor=partly) == ()
    assert facade.list_movements(actor=partly, filters=MovementFilters()).items == ()
    assert facade.booked_companies(actor=partly) == ()
    with pytest.raises(TransferCompanyError):
        facade.save_rule(actor=partly, rule=rule(giver, seller), now=NOW)
    with pytest.raises(TransferCompanyError):
        facade.get_statement(
            actor=partly, company_key=seller.company.key, other_key=0, month=NOW.date()
        )


def test_the_calls():
    seller, giver = make_pair()
    door, json = program(), "application/json"
    ruled(giver, seller, amounts={"cup": 1})
    given(seller, giver)
    deliver_events(now=NOW)
    body = {
        "giver": giver.company.id, "taker": seller.company.id, "kind": "fixed",
        "currency": "CNY", "valid_from": "2026-01-01", "amounts": {"tea": "9.99"},
    }  # fmt: skip

    assert door.post(f"{API}/intercompany/rules", body, content_type=json).status_code == 200
    assert len(door.get(f"{API}/intercompany/rules").json()) == 2
    (row,) = door.get(f"{API}/intercompany/movements?company={giver.company.id}").json()["items"]
    assert row["amount"]["amount"] == "19.98"
    money = {
        "payer": seller.company.id, "payee": giver.company.id, "amount": "19.98",
        "currency": "CNY", "on": "2026-11-28",
    }  # fmt: skip
    head = {"Idempotency-Key": "a"}
    first = door.post(f"{API}/intercompany/settlements", money, content_type=json, headers=head)
    again = door.post(f"{API}/intercompany/settlements", money, content_type=json, headers=head)
    assert (first.status_code, first.json()) == (201, again.json())
    assert {
        one["balance"]["amount"] for one in door.get(f"{API}/intercompany/balances").json()
    } == {"0.00"}
    path = f"{API}/intercompany/statements/{giver.company.id}/{seller.company.id}/2026-11"
    (statement,) = door.get(path).json()
    assert len(statement["movements"]) == 2


@pytest.mark.django_db(transaction=True)
def test_told_of_by_many_at_once_a_line_is_moved_once():
    seller, giver = make_pair()
    ruled(giver, seller)
    orders = [given(seller, giver, ("tea", 1)) for _ in range(3)]

    def work(number):
        try:
            if number % 4 == 3:
                ruled(giver, seller, rate=Decimal(number).scaleb(-2))
                return 0
            return facade.follow_orders(order_ids=orders, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(work, range(12)))

    assert sum(told) == Movement.objects.count() == 3
    assert Entry.objects.count() == 6
    assert not breaches()
