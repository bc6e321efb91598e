"""The pages of replenishment: rules, looking, why, and what becomes of proposals."""

import pytest
from django.test import Client
from tests.builders import stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.replenishment import proposals
from tests.builders.supply import World, make_world
from tests.doors.console.test_supply import Drawn, page, send

from quanqu.doors.console.pages.attention import attention
from quanqu.doors.console.shell.frame import frame_of
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.inventory.facade import set_policy
from quanqu.sell.replenishment.contracts import PolicyFilters, ProposalState
from quanqu.sell.replenishment.facade import list_policies
from quanqu.sell.supply.contracts import PurchaseFilters
from quanqu.sell.supply.facade import list_orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(now=utc_now())


@pytest.fixture
def client(world: World) -> Client:
    return signed_in()


def rule(client, world, items, *, status=302, **told):
    body = {
        "place": world.shop.id, "method": "min_max", "service_percent": "95", "cover_days": "7",
        "review_days": "1", "items": items,
    }  # fmt: skip
    return send(client, "replenishment_policy_new", status=status, **(body | told))


def looked(client, world):
    rule(client, world, "tea, 5, 20\ncup\t3\t9\n")
    send(client, "replenishment_look", company=world.company.id)
    return proposals()


def test_from_a_rule_to_a_draft(client, world):
    assert "Nothing to order" in page(client, "replenishment").text
    found = looked(client, world)
    drawn = page(client, "replenishment")
    assert sum("cup" in row or "tea" in row for row in drawn.rows) == 2

    tea = encode("rpl", found[world.shop.key, world.tea].id)
    why = page(client, "proposal", tea)
    assert why.value("quantity") == "20"
    assert "at or below the reorder point of 5" in why.text
    send(client, "proposal_quantity", tea, quantity="24")
    assert "proposed: 20" in page(client, "proposal", tea).text
    ids = [encode("rpl", one.id) for one in found.values()]
    answer = send(client, "proposal_decisions", action="accept", id=ids)

    (made,) = list_orders(actor=SYSTEM, filters=PurchaseFilters()).items
    assert made.id in answer["Location"]
    assert made.ordered == 24 + 9
    assert "Open the draft" in page(client, "proposal", tea).text
    accepted = page(client, "replenishment", state="accepted")
    assert any("cup" in row for row in accepted.rows)


def test_many_are_dismissed_with_a_reason_and_without_one_nothing_is(client, world):
    ids = [encode("rpl", one.id) for one in looked(client, world).values()]

    send(client, "proposal_decisions", action="dismiss", id=ids)
    assert len(proposals()) == 2
    send(client, "proposal_decisions", action="dismiss", id=ids, dismiss_text="no season")
    assert {one.reason for one in proposals(ProposalState.DISMISSED).values()} == {"no season"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("gin, 1, 2", "has no product gin."),
        ("tea, 9, 3", "Policy 1: the maximum is a number from the minimum to 1000000000."),
    ],
)
def test_a_rule_that_cannot_be_is_said_and_what_was_typed_stays(client, world, wrong, told):
    drawn = Drawn(rule(client, world, wrong, status=422))

    assert told in drawn.text
    assert (drawn.value("items") or "").strip() == wrong
    assert not list_policies(actor=SYSTEM, filters=PolicyFilters()).items


def test_rules_are_listed_and_stopped(client, world):
    rule(client, world, "tea, 5, 20", method="forecast")
    drawn = page(client, "replenishment_policies")
    (row,) = [one for one in drawn.rows if "tea" in one]
    assert "By forecast" in row
    assert "95" in row

    send(client, "replenishment_policy_stop", id=drawn.fields["id"][0]["value"])

    assert not list_policies(actor=SYSTEM, filters=PolicyFilters()).items


def test_the_list_is_exported_with_its_figures(client, world):
    looked(client, world)
    stock.receive(2, place=world.shop.key, item=world.tea)
    send(client, "replenishment_look", company=world.company.id)

    answer = client.get("/replenishment", {"export": "csv", "state": "open"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("ID,Product,Place,State,Source,Position,Reorder at")
    assert any(",2,5,20,18," in line for line in lines)


def test_who_may_only_look_is_offered_nothing_to_do(client, world):
    found = looked(client, world)
    manager = signed_in(make_person("Lin", role=RoleCode.STORE_MANAGER, unit_id=world.shop.id))
    proposal = encode("rpl", found[world.shop.key, world.tea].id)

    assert "quantity" not in page(manager, "proposal", proposal).fields
    assert "id" not in page(manager, "replenishment").fields
    send(manager, "proposal_decisions", status=403, action="accept", id=proposal)
    elsewhere = signed_in(make_person("Bo", role=RoleCode.STORE_MANAGER, unit_id=world.depot.id))
    send(elsewhere, "proposal_quantity", proposal, status=403, quantity="1")
    assert elsewhere.get(f"/replenishment/proposals/{proposal}").status_code == 404


def test_alerts_are_listed_and_told_on_the_overview(client, world):
    assert "No alerts" in page(client, "stock_alerts").text
    looked(client, world)

    drawn = page(client, "stock_alerts")
    assert sum("Out of stock" in row for row in drawn.rows) == 2
    frame = frame_of(client.get("/replenishment/alerts").wsgi_request)
    titles = [str(one.title) for one in attention(frame)]
    assert "2 items are out of stock or run out" in titles
    stock.receive(50, place=world.shop.key, item=world.tea)
    send(client, "replenishment_look", company=world.company.id)
    over = page(client, "stock_alerts", state="closed")
    assert sum("tea" in row for row in over.rows) == 1


def test_what_waits_for_goods_is_listed_with_its_day(client, world):
    assert "Nothing waits for goods" in page(client, "promises").text
    set_policy(
        actor=SYSTEM, ats=[(world.shop.key, world.tea)], safety_target=None, backorder_limit=9,
        now=utc_now(),
    )  # fmt: skip
    stock.hold((world.shop.key, world.tea, 4), now=utc_now())
    send(client, "replenishment_look", company=world.company.id)

    (row,) = [one for one in page(client, "promises", state="risk").rows if "tea" in one]
    assert "No delivery" in row
