"""Rules of stock in the console: made, found, changed and ended by who may."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import WithheldFilters
from quanqu.sell.inventory.facade import find_level, page_fences, page_limits, page_rules

pytestmark = pytest.mark.django_db
ALL = WithheldFilters()


@pytest.fixture
def mug(world: World) -> Item:
    company = world.places["web"].company_key
    ref = variants_by_sku(skus=[(company, "MUG-W")])[company, "MUG-W"]
    item = Item(ref.key, ref.id, "MUG-W")
    stock(world.places["web"], item, 47)
    return item


def send(client: Client, name: str, *keys: int, **body: object) -> tuple[int, str]:
    answer = client.post(reverse(f"console:{name}", args=keys), body)
    return answer.status_code, answer.content.decode()


def test_a_rule_is_set_found_changed_and_ended(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    asked = {"company": place.company_id, "sku": "MUG-W", "place": place.id, "units": 5}
    assert send(client, "stock_rule_new", **asked)[0] == 302
    (row,) = page_rules(actor=SYSTEM, filters=ALL).items
    assert (row.rule.units, row.rule.variant_key, row.rule.channel) == (5, mug.key, "")

    def safety() -> int:
        found = find_level(actor=SYSTEM, place_key=place.key, variant_key=mug.key)
        return found.safety if found else -1

    assert safety() == 5
    address = reverse("console:stock_rule", args=[row.key])
    for query, is_there in (
        ("", True),
        ("?kind=safety", True),
        ("?kind=web", False),
        (f"?place={place.id}", True),
        ("?q=MUG", True),
        ("?q=nothing", False),
    ):
        assert (address in show(client, f"/stock/rules{query}").links) is is_there, query
    assert "MUG-W" in show(client, address).text
    assert send(client, "stock_rule", row.key, units=8)[0] == 302
    assert safety() == 8
    assert send(client, "stock_rule", row.key, units=-1)[0] == 422
    assert send(client, "stock_rule", row.key, act="end")[0] == 302
    assert not page_rules(actor=SYSTEM, filters=ALL).items
    assert safety() == 0
    assert send(client, "stock_rule", row.key, act="end")[0] == 404  # ended meanwhile


def test_units_are_kept_for_a_channel_and_let_go(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    asked = {"place": place.id, "sku": "MUG-W", "channel": "live", "units": 60}
    assert send(client, "stock_fence_new", **asked)[0] == 302
    (row,) = page_fences(actor=SYSTEM, filters=ALL).items
    assert (row.wanted, row.kept) == (60, 47)
    assert reverse("console:stock_fence", args=[row.key]) in show(client, "/stock/fences").links
    assert send(client, "stock_fence", row.key, units=10)[0] == 302
    (row,) = page_fences(actor=SYSTEM, filters=WithheldFilters(channel="live")).items
    assert row.kept == 10
    assert send(client, "stock_fence", row.key, act="end")[0] == 302
    assert not page_fences(actor=SYSTEM, filters=ALL).items


def test_a_limit_is_set_changed_and_ended(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    asked = {"company": place.company_id, "sku": "MUG-W", "most": 2, "days": 7}
    assert send(client, "stock_limit_new", **asked)[0] == 302
    (row,) = page_limits(actor=SYSTEM, filters=ALL).items
    assert (row.limit.most, row.limit.window_s) == (2, 7 * 86_400)
    assert reverse("console:stock_limit", args=[row.key]) in show(client, "/stock/limits").links
    assert send(client, "stock_limit", row.key, most=3, days=1)[0] == 302
    (row,) = page_limits(actor=SYSTEM, filters=ALL).items
    assert (row.limit.most, row.limit.window_s) == (3, 86_400)
    assert send(client, "stock_limit", row.key, act="end")[0] == 302
    assert not page_limits(actor=SYSTEM, filters=ALL).items


def test_what_is_wrong_stands_at_its_field_and_changes_nothing(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    status, text = send(client, "stock_rule_new", company=place.company_id, sku="RUM", units=1)
    assert (status, "This company has no product RUM." in text) == (422, True)
    assert send(client, "stock_rule_new", company=place.company_id, sku="MUG-W")[0] == 422
    assert send(client, "stock_fence_new", place="plc_x", sku="MUG-W", channel="live")[0] == 422
    assert send(client, "stock_limit_new", company=place.company_id, sku="MUG-W", most=0)[0] == 422
    assert not page_rules(actor=SYSTEM, filters=ALL).items
    assert not page_limits(actor=SYSTEM, filters=ALL).items


def test_others_see_no_rules_and_viewers_set_none(world: World, mug: Item) -> None:
    place = world.places["web"]
    asked = {"company": place.company_id, "sku": "MUG-W", "place": place.id, "units": 5}
    send(signed_in(world.owner), "stock_rule_new", **asked)
    (row,) = page_rules(actor=SYSTEM, filters=ALL).items
    address = reverse("console:stock_rule", args=[row.key])
    assert signed_in(world.viewer).get(address).status_code == 403
    away = world.places["market"].company_id
    stranger = signed_in(make_person("Ron", role=RoleCode.OWNER, unit_id=away))
    assert address not in show(stranger, "/stock/rules").links
    assert stranger.get(address).status_code == 404
    assert send(stranger, "stock_rule", row.key, act="end")[0] == 404
    assert page_rules(actor=SYSTEM, filters=ALL).items == (row,)
