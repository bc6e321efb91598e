"""Catchments on the screens: the place's form, the builder, a customer's page, visits."""

import json
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.urls import reverse
from tests.builders import timeline
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.doors.console.test_builder_answers import words
from tests.doors.console.test_pages import show
from tests.doors.console.test_settings import _form_of
from tests.doors.console.test_work import preview

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel import ids
from quanqu.know.audiences.facade import save_audience
from quanqu.know.customers.facade import find_customers, record_profiles
from quanqu.know.org.facade import get_place
from quanqu.know.timeline.contracts import SourceKind
from quanqu.know.timeline.facade import settle_everything

pytestmark = pytest.mark.django_db


def _serve(client: Any, world: World) -> str:
    """Give the store a place on the globe and a catchment by its form; return its id."""
    store = world.places["store"].id
    address = reverse("console:unit", args=[store])
    told = {
        "latitude": "53.797",
        "longitude": "-1.548",
        "catchment_km": "12.5",
        "catchment_postcodes": "ls1, LS2\nwf 1",
    }
    answer = client.post(address, _form_of(client, address) | told)
    assert answer.status_code == 302
    return store


def _live(world: World, **fields: str) -> str:
    """Tell something of a member; return the id of the customer."""
    row = find_customers(actor=SYSTEM, value="ada@example.com", type_=None)[0]
    subject = row.identifiers[0].subject_key
    columns = {name: [value] for name, value in fields.items()}
    table = pa.table({"subject_key": [subject], **columns})
    record_profiles(profiles=table, source="crm", now=NOW)
    return ids.encode("cus", row.id)


def test_a_place_is_given_a_catchment_and_shows_it_again(world: World) -> None:
    client = signed_in(world.owner)

    store = _serve(client, world)

    details = get_place(actor=SYSTEM, place_id=store).details
    assert details.catchment_km == Decimal("12.50")
    assert details.catchment_postcodes == ("LS1", "LS2", "WF1")
    html = client.get(reverse("console:unit", args=[store])).content.decode()
    assert "LS1, LS2, WF1" in html
    trail = show(client, f"{reverse('console:audit')}?q={store}").text
    assert "LS1 LS2 WF1" in trail


def test_a_customers_page_says_the_nearest_store_and_how_it_is_known(world: World) -> None:
    client = signed_in(world.owner)
    identity = _live(world, postcode="EH1 1AA")
    page = reverse("console:customer", args=[identity])
    assert "Not known: no source told coordinates" in show(client, page).text
    _serve(client, world)
    _live(world, postcode="LS2 7EW")

    by_postcode = show(client, page).text
    _live(world, traits=json.dumps({"latitude": 53.81, "longitude": -1.52}))
    by_point = show(client, page).text

    name = world.places["store"].name
    assert re.search(rf"Nearest store\s*{name}\s*simulated\s*0\.0 km away", by_postcode)
    assert "the postcode, which a catchment names" in by_postcode
    assert "2.3 km away" in by_point
    assert "coordinates that a source told" in by_point
    assert re.search(rf"In the catchment of\s*{name}", by_point)


def test_the_builder_offers_catchments_and_counts_them(world: World) -> None:
    client = signed_in(world.owner)
    store = _serve(client, world)
    _live(world, postcode="LS2 7EW")
    deliver_events(now=NOW)
    lake.publish_dirty(now=NOW)
    offered = words(client, reverse("console:audience_new"))
    match = {"kind": "catchment", "place": store}

    told = preview(client, {"version": 2, "match": match})
    bare = preview(client, {"version": 2, "match": {**match, "place": world.places["web"].id}})

    assert told["count"] == "1"
    assert world.places["store"].name in str(told["sentence"])
    assert offered["serving_places"][0] == {
        "value": store,
        "title": world.places["store"].name,
        "note": "",
    }
    assert {one["note"] for one in offered["serving_places"][1:]} == {"no catchment yet"}
    assert [one["value"] for one in offered["stores"]] == [store]
    (fault,) = bare["problems"]  # type: ignore[misc]
    assert world.places["web"].name in fault["text"]
    saved = save_audience(
        actor=SYSTEM, name="Near us", definition={"version": 2, "match": match}, now=NOW
    )
    text = show(client, reverse("console:audience", args=[ids.encode("aud", saved.id)])).text
    assert f"lives in the catchment of “{world.places['store'].name}”" in text


def test_visits_are_told_apart_by_nearest_store(world: World) -> None:
    client = signed_in(world.owner)
    _serve(client, world)
    issued = timeline.make_source("pages", place="pages-place", kind=SourceKind.BROWSER)
    who: dict[str, Any] = {"timestamp": None, "anonymousId": "one", "userId": "u1"}
    traits = {"latitude": 53.81, "longitude": -1.52}
    page = {"page": {"path": "/tea"}}
    timeline.accept(
        issued,
        [
            timeline.make_event(type="identify", event=None, traits=traits, **who),
            timeline.make_event(type="page", event=None, context=page, **who),
            timeline.make_event(
                type="page",
                event=None,
                context=page,
                **{**who, "anonymousId": "two", "userId": None},
            ),
        ],
        now=NOW,
    )
    settle_everything(now=NOW)
    lake.publish_dirty(now=NOW)
    day = NOW.date().isoformat()

    shown = show(client, f"{reverse('console:visits')}?from={day}&to={day}&by=nearest_store").text

    assert "Visits by: Store nearest to home" in shown
    assert re.search(rf"{world.places['store'].name}\s*1\s*1", shown)
    assert re.search(r"home not known\s*1\s*1", shown)
