"""The tables of docs/rules/fulfilment.md on promises and parcels, run."""

from datetime import datetime
from itertools import permutations
from zoneinfo import ZoneInfo

from tests.builders.fulfilment import table

from quanqu.sell.fulfilment.contracts import ParcelState
from quanqu.sell.fulfilment.rules.promises import due_at
from quanqu.sell.fulfilment.rules.tracking import standing
from quanqu.sell.sourcing.contracts import PlaceOffer

ZONE = "Asia/Shanghai"
WEEK = ((9 * 60, 18 * 60),) * 5 + (None, None)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


def minutes(text: str) -> int | None:
    return None if text == "-" else int(text[:2]) * 60 + int(text[3:])


def test_promises_are_those_of_the_table():
    for placed, how, cut_off, lead, promised in table("Promises and the order of work"):
        lead_minutes = 1 if lead == "-" else int(lead)
        offer = PlaceOffer(
            is_shipping=True,
            is_pickup=True,
            opens=WEEK,
            cut_off=minutes(cut_off),
            lead_minutes=lead_minutes,
            pickup_lead_minutes=lead_minutes,
        )
        found = due_at(offer, moment(placed), ZONE, is_pickup=how == "collected")
        assert found == moment(promised), placed


def test_parcels_stand_where_the_table_says_whatever_the_order():
    for told, stands in table("Where a parcel stands"):
        events = [
            (moment(f"2026-11-27 {one[:5]}"), ParcelState(one[6:]))
            for one in told.split(", ")
            if one != "nothing"
        ]
        found = {standing(each) for each in permutations(events)}
        assert found == {ParcelState(stands)}, told
        assert standing([*events, *events]) == ParcelState(stands)
