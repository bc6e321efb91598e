"""The pages of sourcing: profiles as a form and as data, in words, versions; decisions."""

import json

import pytest
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.builders.org import actor_of_person, make_person
from tests.builders.sourcing import body
from tests.builders.stock import receive
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.sourcing.contracts import OrderLine, Question
from quanqu.sell.sourcing.facade import allocate, list_versions, move, save_profile
from quanqu.sell.sourcing.queries.places import forget_places

pytestmark = pytest.mark.django_db
PAGE = "console:sourcing"


def company_of(world: World):
    return world.places["store"]


def form(world: World, **changes):
    told = {
        "company": company_of(world).company_id,
        "channel": "",
        "code": "near",
        "kinds": ["store"],
        "has_capacity": "on",
        "most_parcels": "2",
        "by_0": "distance",
        "band_0": "10",
        "by_1": "cost",
        "unfillable": "backorder",
        "kg_km_minor": "0.2",
        "note": "nearer first",
    }
    return told | changes


def versions():
    return list_versions(actor=SYSTEM)


def test_a_form_saves_a_version_that_is_activated_watched_and_undone(world: World) -> None:
    client = signed_in(world.owner)
    assert "The standard holds" in show(client, reverse(PAGE)).text

    assert client.post(reverse(PAGE), form(world)).status_code == 302
    assert client.post(reverse(PAGE), form(world, by_0="depth")).status_code == 302
    second, first = versions()
    at = [encode("spf", one.id) for one in (first, second)]
    assert client.post(reverse("console:sourcing_activation", args=[at[0]])).status_code == 302
    assert client.post(reverse("console:sourcing_shadow", args=[at[1]])).status_code == 302
    page = show(client, reverse(PAGE)).text

    assert first.profile.strategies["near"].criteria[0].band == 10
    assert "nearer first" in page
    assert "in force" in page
    assert "in shadow" in page
    assert "at most 2 parcels" in page
    assert "最多 2 个包裹" in page
    where = {"company": company_of(world).company_id, "channel": ""}
    assert client.post(reverse("console:sourcing_shadow_end"), where).status_code == 302
    assert client.post(reverse("console:sourcing_undo"), where).status_code == 302
    assert not any(one.is_active or one.is_shadow for one in versions())


@pytest.mark.parametrize(
    "changes",
    [
        {"by_0": "", "by_1": ""},
        {"by_0": "cost"},
        {"most_parcels": "9"},
        {"max_km": "far"},
        {"kg_km_minor": "1e5"},
        {"json": "{"},
        {"json": "[]"},
        {"json": "{}"},
        {"channel": "fax"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(world: World, changes) -> None:
    client = signed_in(world.owner)

    answer = client.post(reverse(PAGE), form(world, **changes))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert versions() == ()


def test_a_profile_of_several_strategies_is_edited_as_data(world: World) -> None:
    client = signed_in(world.owner)
    told = body("cost", fallback="any")
    told["strategies"]["any"] = {"criteria": [{"by": "promise"}]}

    saved = client.post(reverse(PAGE), form(world, json=json.dumps(told)))
    version = encode("spf", versions()[0].id)
    page = client.get(f"{reverse(PAGE)}?version={version}").content.decode()

    assert saved.status_code == 302
    assert "Profile as JSON" in page
    assert "&quot;fallback&quot;: &quot;any&quot;" in page


def test_what_is_typed_is_said_in_words_meanwhile(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:sourcing_preview")

    good = client.post(address, form(world)).content.decode()
    wrong = client.post(address, form(world, most_parcels="9")).content.decode()

    assert "the least distance in bands of 10 km, then the lowest cost" in good
    assert "距离最近（每 10 公里为一档）" in good
    assert 'role="alert"' in wrong
    assert versions() == ()


def test_a_decision_shows_its_parcels_and_reasons(world: World) -> None:
    forget_places()
    client, store = signed_in(world.owner), company_of(world)
    receive(5, place=store.key, item=1)
    question = Question(store.company_key, (OrderLine(1, 2),))
    request = new_id()
    allocate(
        actor=SYSTEM, request_id=request, owner="order-77", question=question, expires_at=None,
        now=NOW,
    )  # fmt: skip
    move(
        actor=SYSTEM, request_id=request, move_id=new_id(), question=question,
        items=[(store.key, 1)], cause="short_pick", expires_at=None, now=NOW,
    )  # fmt: skip
    address = reverse("console:sourcing_decision", args=[encode("srq", request)])

    listed = show(client, reverse("console:sourcing_decisions")).text
    last, first = show(client, address).text, show(client, f"{address}?revision=0").text

    assert "order-77" in listed
    assert "Short pick" in listed
    assert store.name in first
    assert "No plan is better: proven." in first
    assert "Waits for a person" in last
    assert client.get(f"{address}?revision=9").status_code == 404


def test_who_has_one_place_alone_sees_no_profile_and_may_not_change_one(world: World) -> None:
    store = company_of(world)
    keeper = make_person("Keeper", role=RoleCode.MERCHANDISER, unit_id=store.id)
    saved = save_profile(
        actor=SYSTEM, company_key=store.company_key, channel="", body=body(), now=NOW
    )
    client = signed_in(keeper)
    assert actor_of_person(keeper).can("sourcing.manage")

    page = client.get(reverse(PAGE))
    activation = reverse("console:sourcing_activation", args=[encode("spf", saved.id)])

    assert "No company of yours is sourced here" in page.content.decode()
    assert client.post(activation).status_code == 404
    assert client.post(reverse(PAGE), form(world)).status_code == 404
    assert (
        client.post(reverse("console:sourcing_undo"), {"company": store.company_id}).status_code
        == 404
    )


def test_a_version_is_tried_on_past_orders(world: World) -> None:
    client = signed_in(world.owner)
    client.post(reverse(PAGE), form(world))
    (version,) = versions()
    address = reverse("console:sourcing_trial", args=[encode("spf", version.id)])

    page = show(client, f"{address}?since=2026-01-01&until=2026-12-31&sample=100")
    none = show(client, f"{address}?since=2020-01-01&until=2020-02-01")
    wrong = client.get(address, {"since": "2026-02-01", "until": "2026-01-01"})

    assert address in client.get(reverse(PAGE)).content.decode()
    assert "orders were tried" in page.text
    assert "No orders in these days" in none.text
    assert client.get(address, {"until": "0001-01-01"}).status_code == 200
    assert wrong.status_code == 422
