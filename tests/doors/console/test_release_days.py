"""Release days in the console."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.inventory.contracts import ReleaseFilters
from quanqu.sell.inventory.facade import list_releases

pytestmark = pytest.mark.django_db


def days() -> list[str]:
    rows = list_releases(actor=SYSTEM, filters=ReleaseFilters()).items
    return [one.release_on.isoformat() for one in rows]


def test_a_day_is_set_moved_and_taken_away(world: World) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    day = (utc_now() + timedelta(days=9)).date().isoformat()
    told = {"company": place.company_id, "sku": "MUG-W", "place": place.id, "day": day}

    assert client.post(reverse("console:release_day_new"), told).status_code == 302
    assert days() == [day]
    (row,) = list_releases(actor=SYSTEM, filters=ReleaseFilters()).items
    address = reverse("console:release_day", args=[row.key])
    assert address in show(client, "/stock/releases").links
    assert address not in show(client, "/stock/releases?q=nothing").links
    assert client.post(address, {"day": "2099-01-01"}).status_code == 422
    assert client.post(address, {"day": "2031-01-01"}).status_code == 302
    assert days() == ["2031-01-01"]
    away = world.places["market"].company_id
    stranger = signed_in(make_person("Ron", role=RoleCode.OWNER, unit_id=away))
    assert address not in show(stranger, "/stock/releases").links
    assert stranger.get(address).status_code == 404
    assert client.post(address, {"act": "end"}).status_code == 302
    assert days() == []


def test_an_unknown_product_stands_at_its_field(world: World) -> None:
    place = world.places["web"]
    told = {"company": place.company_id, "sku": "NONE", "place": "", "day": "2031-01-01"}
    answer = signed_in(world.owner).post(reverse("console:release_day_new"), told)
    assert answer.status_code == 422
    assert "NONE" in answer.content.decode()
