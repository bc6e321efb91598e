"""The week of a place's slots on its page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.slots.facade import get_week

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def week_of(store, day):
    return get_week(actor=SYSTEM, place_id=store.id, monday=day, now=utc_now())


def test_slots_are_added_changed_closed_and_ended(world: World, client: Client) -> None:
    store, day = world.places["store"], utc_now().date() + timedelta(days=7)
    page = f"{reverse('console:slots')}?place={store.id}&week={day.isoformat()}"
    assert "No slots in this week" in show(client, page).text
    told = {"act": "add", "week": day.isoformat(), "once": "a1", "weekday": ["0", "5"],
            "kind": "delivery", "starts": "16:00", "ends": "18:00", "capacity": "7",
            "cut_off": "120", "postcodes": "2000, 2001"}  # fmt: skip
    for more in ({"weekday": []}, {"starts": "x"}, {"capacity": "0"}, {"capacity": ""},
                 {"ends": "15:00"}):  # fmt: skip
        answer = client.post(page, told | more)
        assert answer.status_code == 422, more
        assert "2000, 2001" in answer.content.decode()
    for _ in range(2):  # the button pressed twice
        assert client.post(page, told).status_code == 302
    found = week_of(store, day).fillings
    assert [(one.rule.draft.weekday, one.capacity) for one in found] == [(0, 7), (5, 7)]
    assert "0 of 7 orders" in show(client, page).text

    slot = re.search(r'name="slot" value="(dsl_\w+)"', client.get(page).content.decode())
    assert slot
    change = told | {"act": "change", "slot": slot.group(1), "weekday": "0", "capacity": "9"}
    assert client.post(page, change).status_code == 302
    monday = week_of(store, day).monday
    close = {"act": "close", "week": day.isoformat(), "day": monday.isoformat()}
    client.post(page, close)
    assert week_of(store, day).closed == {monday}
    client.post(page, close | {"open": "yes"})
    assert client.post(page, close | {"day": "soon"}).status_code == 422
    client.post(page, {"act": "end", "slot": slot.group(1), "week": day.isoformat()})
    week = week_of(store, day)
    assert not week.closed
    assert [one.rule.draft.weekday for one in week.fillings] == [5]


def test_who_may_not_manage_sees_the_week_alone(world: World) -> None:
    store = world.places["store"]
    clerk = signed_in(make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=store.id))
    page = f"{reverse('console:slots')}?place={store.id}"
    assert "Add slots" not in clerk.get(page).content.decode()
    told = {"act": "add", "weekday": ["0"], "starts": "16:00", "ends": "18:00", "capacity": "7"}
    assert clerk.post(page, told).status_code in (403, 422)
    assert not week_of(store, utc_now().date()).fillings
