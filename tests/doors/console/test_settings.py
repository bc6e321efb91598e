"""What administrators do: units, rates, names of people, sources, and the trail of it all."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.walks import text_of
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import TreeNode
from quanqu.know.org.facade import get_place, get_tree, get_unit, list_rates

pytestmark = pytest.mark.django_db


def _form_of(client: Client, address: str) -> dict[str, str]:
    """Return what a page's form holds, as a browser would send it."""
    html = client.get(address).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', html))
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields


def _units(nodes: tuple[TreeNode, ...]) -> dict[str, str]:
    return {unit.code: unit.id for node in nodes for unit in [node.unit]} | {
        code: one for node in nodes for code, one in _units(node.children).items()
    }


def test_a_place_is_changed_and_the_trail_tells_how(world: World) -> None:
    client = signed_in(world.owner)
    place = world.places["web"]
    address = reverse("console:unit", args=[place.id])
    form = _form_of(client, address)

    answer = client.post(address, form | {"name": "Shop window", "city": "Leeds"})

    assert answer.status_code == 302
    held = get_place(actor=SYSTEM, place_id=place.id)
    assert (held.name, held.details.city) == ("Shop window", "Leeds")
    assert held.details.time_zone == place.details.time_zone
    trail = show(client, f"{reverse('console:audit')}?q={place.id}").text
    assert "→ Shop window" in trail
    assert "Changed a place" in trail


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "no code"}, "Use 1 to 64 letters"),
        ({"currency": "pounds"}, "three-letter"),
        ({"latitude": "91", "longitude": "0"}, "90"),
        ({"latitude": "", "longitude": "3"}, "Give latitude and longitude, or neither."),
        ({"catchment_km": "5"}, "A radius needs the latitude and longitude"),
        ({"latitude": "3", "longitude": "3", "catchment_km": "0"}, "more than 0 kilometres"),
        ({"latitude": "3", "longitude": "3", "catchment_km": "1001"}, "1000"),
        ({"catchment_postcodes": ", ".join(map(str, range(501)))}, "at most 500"),
        ({"catchment_postcodes": "A" * 11}, "at most 10 letters"),
        ({"name": ""}, "required"),
        ({"place_type": "warehouse", "channel": "web"}, "channel"),
    ],
)
def test_what_is_wrong_with_a_place_stands_beside_its_field(
    world: World, change: dict[str, str], said: str
) -> None:
    client = signed_in(world.owner)
    address = reverse("console:unit", args=[world.places["store"].id])
    form = _form_of(client, address)

    answer = client.post(address, form | change)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert any(said in error for error in re.findall(r'class="error"[^>]*>.*?</span>', html))
    assert get_place(actor=SYSTEM, place_id=world.places["store"].id) == world.places["store"]


def test_brands_companies_and_places_are_added_and_moved(world: World) -> None:
    client = signed_in(world.owner)
    group = get_tree(actor=SYSTEM)[0].unit

    def add(parent: str, kind: str, **form: Any) -> int:
        address = reverse("console:unit_new", args=[parent]) + f"?kind={kind}"
        return client.post(address, _form_of(client, address) | form).status_code

    assert add(group.id, "brand", name="Luma", code="luma") == 302
    assert add(group.id, "company", name="Luma Ltd", code="luma-ltd", currency="GBP") == 302
    company = _units(get_tree(actor=SYSTEM))["luma-ltd"]
    place = {"name": "North", "code": "north", "place_type": "store", "time_zone": "Europe/London"}
    assert add(company, "place", **place) == 302
    assert add(company, "place", **place) == 422
    assert add(group.id, "brand", name="Other", code="luma") == 422
    brand = _units(get_tree(actor=SYSTEM))["luma"]
    client.post(reverse("console:unit_move", args=[company]), {"parent_id": brand})
    moved = get_unit(actor=SYSTEM, unit_id=company)
    assert moved.parent_key == get_unit(actor=SYSTEM, unit_id=brand).key
    wrong = client.post(reverse("console:unit_move", args=[company]), {"parent_id": company})
    assert wrong.status_code == 409


def test_a_rate_is_recorded_with_its_source(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:organisation")
    form = {
        "currency": "BRL",
        "to_currency": "GBP",
        "rate": "0.142",
        "valid_on": "2026-01-01",
        "source": "ECB",
    }

    assert client.post(address, form | {"rate": "-1"}).status_code == 422
    assert client.post(address, form).status_code == 302

    (rate,) = list_rates(actor=SYSTEM, limit=5).items
    assert (rate.currency, str(rate.rate.normalize()), rate.source) == ("BRL", "0.142", "ECB")
    assert "BRL → GBP" in show(client, address).text


def test_a_viewer_looks_at_the_tree_and_changes_nothing(world: World) -> None:
    client = signed_in(world.viewer)
    place = world.places["web"]
    address = reverse("console:unit", args=[place.id])

    html = client.get(address).content.decode()

    assert "disabled" in html
    assert "Add below" not in show(client, reverse("console:organisation")).text
    assert client.post(address, {"name": "Mine"}).status_code == 403
    new = reverse("console:unit_new", args=[place.company_id])
    assert client.post(new, {"name": "x", "code": "x"}).status_code == 403
    assert client.get(reverse("console:audit")).status_code == 403
    assert get_place(actor=SYSTEM, place_id=place.id).name == place.name


def test_a_person_is_found_and_renamed(world: World) -> None:
    client = signed_in(world.owner)

    client.post(reverse("console:person_name", args=[world.viewer.id]), {"name": "Vera Wu"})

    people = reverse("console:people")
    assert "Vera Wu" in show(client, f"{people}?q=vera").text
    assert "Nobody is called that." in show(client, f"{people}?q=zzz").text
    refused = client.post(
        reverse("console:person_name", args=[world.viewer.id]), {"name": ""}, follow=True
    )
    assert "give 1 to 120 characters" in refused.content.decode()


def test_a_source_is_changed_rotated_and_shows_how_to_send(world: World) -> None:
    client = signed_in(world.owner)
    html = client.get(reverse("console:sources")).content.decode()
    source = re.findall(r"/settings/sources/(src_\w+)", html)[0]
    address = reverse("console:source", args=[source])

    assert "http://testserver/v1/track" in client.get(address).content.decode()
    form = {
        "name": "Till two",
        "kind": "browser",
        "allowed_origins": "https://a.example",
        "rate_limit": "50",
        "sampling_rate": "0.25",
        "bots": "drop",
        "late_days": "30",
        "on_late": "accept",
        "ahead_s": "600",
        "on_ahead": "refuse",
    }
    assert client.post(address, form).status_code == 302
    assert _form_of(client, address)["name"] == "Till two"
    assert client.post(address, form | {"rate_limit": "-1"}).status_code == 422
    assert client.post(address, form | {"allowed_origins": "nonsense"}).status_code == 422
    rotated = client.post(reverse("console:source_rotation", args=[source])).content.decode()
    assert "shown only this once" in rotated
    key = re.findall(r"curl -u &#x27;([\w-]+):", rotated)[0]
    assert key not in client.get(address).content.decode()


def test_the_trail_is_filtered_and_handed_out(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:audit")
    client.post(reverse("console:person_name", args=[world.viewer.id]), {"name": "=Vera()"})

    file = text_of(client.get(f"{address}?action=org.change_person&export=csv"))

    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert {row[3] for row in rows[1:]} == {"org.change_person"}
    assert any(world.viewer.id in row for row in rows)
    subject = reverse("console:person", args=[world.viewer.id])

    def links(query: str) -> set[str]:
        return set(show(client, f"{address}?{query}").links)

    assert subject in links(f"actor={world.owner.id}")
    assert subject not in links("actor=system&action=org.change_person")
    assert subject not in links("from=2020-01-01&to=2020-01-02")
    assert "Exported the audit trail" in show(client, f"{address}?action=settings.export").text
