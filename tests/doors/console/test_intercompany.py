"""The books between companies in the console: seen, ruled, settled, by who may."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.intercompany import NOW, breaches, given, make_pair, ruled
from tests.builders.org import make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.intercompany.facade import value_group_stock
from quanqu.sell.intercompany.models import Movement, Rule

pytestmark = pytest.mark.django_db


def show(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_what_waits_is_priced_and_settled(world: World) -> None:
    seller, giver = make_pair()
    ruled(giver, seller, amounts={"cup": 300})  # it says nothing of tea
    given(seller, giver)
    deliver_events(now=NOW)
    owner, address = signed_in(world.owner), reverse("console:intercompany")

    assert "1 movement waits for a price" in show(owner, address)
    told = {
        "act": "rule", "giver": giver.company.id, "taker": seller.company.id, "kind": "fixed",
        "currency": "CNY", "rate": "", "valid_from": "2026-01-01", "amounts": "tea 9.99",
    }  # fmt: skip
    wrong = owner.post(address, told | {"amounts": "tea"})
    assert wrong.status_code == 422
    assert Rule.objects.count() == 1
    assert owner.post(address, told).status_code == 302
    assert Movement.objects.get().amount_minor == 1_998
    money = {
        "act": "settle", "giver": seller.company.id, "taker": giver.company.id, "amount": "9.98",
        "currency": "CNY", "on": "2026-11-28", "once": encode("ict", new_id()),
    }  # fmt: skip
    assert owner.post(address, money).status_code == 302
    assert owner.post(address, money).status_code == 302
    page = show(owner, address)
    assert Movement.objects.count() == 2
    assert "10.00" in page
    ids = [giver.company.id, seller.company.id, "2026-11"]
    file = owner.get(reverse("console:intercompany_statement", args=ids))
    assert b"10.00" in b"".join(file.streaming_content)
    assert not breaches()


def test_stock_is_valued_and_what_has_no_cost_is_named(world: World) -> None:
    _seller, giver = make_pair()
    world_stock = value_group_stock(actor=SYSTEM, today=NOW.date())
    owner = signed_in(world.owner)
    with translation.override("en"):
        page = show(owner, reverse("console:intercompany"))
    assert "Stock at cost" in page
    units = sum(one.units for one in world_stock.uncosted)
    assert units >= 40
    assert f"({units:,} units)" in page
    file = b"".join(owner.get(reverse("console:intercompany_stock")).streaming_content).decode()
    assert file.count(giver.company.name) >= 2
    assert "tea" in file
    manager = signed_in(make_person("Mio", role=RoleCode.STORE_MANAGER, unit_id=giver.store.id))
    assert manager.get(reverse("console:intercompany_stock")).status_code == 403


def test_who_keeps_no_whole_company_sees_no_book(world: World) -> None:
    seller, giver = make_pair()
    ruled(giver, seller)
    given(seller, giver)
    deliver_events(now=NOW)
    manager = signed_in(make_person("Mia", role=RoleCode.STORE_MANAGER, unit_id=seller.store.id))
    analyst = signed_in(make_person("Lin", role=RoleCode.ANALYST, unit_id=seller.store.id))

    assert manager.get(reverse("console:intercompany")).status_code == 403
    page = show(analyst, reverse("console:intercompany"))
    assert "Goods for an order" not in page
    assert 'name="giver"' not in page
