"""The catchment of a place: what may be said, where it is kept, and who hears of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.builders.org import NOW, make_company, make_details, make_place

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.know.org import facade
from quanqu.know.org.contracts import OrgInputError, PlaceDetails, PlaceDraft, PlaceType
from quanqu.know.org.models import Place
from quanqu.know.org.publish import read_places
from quanqu.know.org.rules import check_details

LEEDS: dict[str, Any] = {"latitude": Decimal("53.797"), "longitude": Decimal("-1.548")}


def test_a_catchment_has_one_form() -> None:
    given = make_details(
        catchment_km=Decimal("12.5"), catchment_postcodes=("ls2", "LS 1", "ls1"), **LEEDS
    )

    checked = check_details(given)

    assert checked.catchment_postcodes == ("LS1", "LS2")
    assert checked.catchment_km == Decimal("12.5")
    assert checked.has_catchment
    assert check_details(checked) == checked
    assert not check_details(make_details()).has_catchment


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"catchment_km": Decimal(5)}, "catchment_km"),
        ({"catchment_km": Decimal(0), **LEEDS}, "catchment_km"),
        ({"catchment_km": Decimal("0.001"), **LEEDS}, "catchment_km"),
        ({"catchment_km": Decimal(1001), **LEEDS}, "catchment_km"),
        ({"catchment_km": Decimal("NaN"), **LEEDS}, "catchment_km"),
        ({"catchment_postcodes": ("--",)}, "catchment_postcodes"),
        ({"catchment_postcodes": ("A" * 11,)}, "catchment_postcodes"),
        ({"catchment_postcodes": tuple(map(str, range(501)))}, "catchment_postcodes"),
    ],
)
def test_what_cannot_be_a_catchment_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(OrgInputError) as refused:
        check_details(make_details(**fields))

    assert refused.value.fields["field"] == field


def _told() -> list[list[int]]:
    found = OutboxEvent.objects.filter(name="org.places_located").order_by("key")
    return [event.payload["place_keys"] for event in found]


def _change(place_id: str, details: PlaceDetails) -> None:
    draft = PlaceDraft("shop", "Shop", details)
    facade.change_place(actor=SYSTEM, place_id=place_id, place=draft, now=NOW)


@pytest.mark.django_db
def test_a_catchment_is_kept_published_audited_and_told() -> None:
    place = make_place("shop", place_type=PlaceType.STORE)
    assert _told() == []
    details = make_details(
        place_type=PlaceType.STORE,
        postcode="LS1 4AP",
        catchment_km=Decimal("12.5"),
        catchment_postcodes=("LS", "wf1"),
        **LEEDS,
    )

    _change(place.id, details)
    _change(place.id, details)
    _change(place.id, make_details(place_type=PlaceType.STORE, city="Leeds"))
    _change(place.id, make_details(place_type=PlaceType.STORE, city="York"))

    assert _told() == [[place.key], [place.key]]
    trail = list_entries(actor=SYSTEM, filters=AuditFilters(subject=place.id)).items
    told = trail[-1].after
    assert told is not None
    assert (told["catchment_km"], told["catchment_postcodes"]) == ("12.50", "LS WF1")


@pytest.mark.django_db
def test_the_lake_has_where_places_are_and_what_they_serve() -> None:
    company = make_company()
    made = make_place("a", company=company, catchment_km=Decimal(3), **LEEDS)
    plain = make_place("b", company=company)
    areas = make_place("c", company=company, catchment_postcodes=("100",), postcode="100026")

    rows = {row["code"]: row for row in read_places(None).to_pylist()}

    assert _told() == [[made.key], [areas.key]]
    where = ("latitude", "longitude", "catchment_km", "catchment_postcodes", "postcode")
    assert [rows["a"][name] for name in where] == [53.797, -1.548, 3.0, [], ""]
    assert [rows["b"][name] for name in where] == [None, None, None, [], ""]
    assert [rows["c"][name] for name in where] == [None, None, None, ["100"], "100026"]
    assert facade.places_by_key(keys=[plain.key])[plain.key].details.point is None


@pytest.mark.django_db
def test_the_table_itself_refuses_a_radius_round_nothing() -> None:
    place = make_place("shop")

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(unit=place.key).update(catchment_km=3)
