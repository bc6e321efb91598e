"""Overlap, composition, members of a past day, and the hashed file for ad platforms."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from tests.builders.consent import day, record, said
from tests.builders.customers import profile
from tests.know.audiences.test_saved import (
    BRITONS,
    BUYERS,
    TODAY,
    _actor,
    _refresh,
    _save,
    people,
)

from quanqu.know.audiences.contracts import TooManyAudiencesError, UnknownFieldError
from quanqu.know.audiences.facade import (
    compose_audience,
    export_audience,
    list_members,
    overlap_audiences,
)
from quanqu.know.consent.contracts import Channel, Purpose

__all__ = ["people"]

pytestmark = pytest.mark.django_db


def test_overlap_counts_pairs_and_sets(people: list[int]) -> None:
    buyers, britons = _save(BUYERS), _save(BRITONS, name="Britons")
    for one in (buyers, britons):
        _refresh(one)

    found = overlap_audiences(actor=_actor(), audience_ids=[buyers, britons])

    cells = {(cell.first, cell.second): cell.customers for cell in found.pairs}
    assert cells == {(buyers, buyers): 1, (buyers, britons): 1, (britons, britons): 2}
    sets = {frozenset(each.audiences): each.customers for each in found.sets}
    assert sets == {frozenset({buyers, britons}): 1, frozenset({britons}): 1}
    with pytest.raises(TooManyAudiencesError):
        overlap_audiences(actor=_actor(), audience_ids=[buyers])


def test_composition_sets_shares_beside_everybody(people: list[int]) -> None:
    found = compose_audience(actor=_actor(), definition=BUYERS, field="country", as_of=TODAY)

    # one of one member lives in GB, as do two of three customers: 100 × 1 / (2/3)
    assert [(one.value, one.members, one.everybody, one.index) for one in found] == [
        ("GB", 1, 2, 150.0),
        ("CN", 0, 1, 0.0),
    ]
    with pytest.raises(UnknownFieldError):
        compose_audience(actor=_actor(), definition=BUYERS, field="tags", as_of=TODAY)


def test_members_of_a_past_day_are_those_whose_stay_held(people: list[int]) -> None:
    buyers = _save(BUYERS)
    _refresh(buyers)
    _refresh(buyers, days=40)

    def keys(days: int) -> list[int]:
        on = TODAY + timedelta(days=days)
        page = list_members(actor=_actor(), audience_id=buyers, on=on)
        return [member.customer.key for member in page.items]

    assert keys(-1) == []
    assert keys(0) == keys(20) == keys(40) == [people[0]]
    assert keys(41) == []


def test_the_hashed_file_holds_only_whom_the_gate_allows(people: list[int]) -> None:
    everybody = _save({"version": 1, "match": {**BRITONS["match"], "op": "exists", "value": None}})
    _refresh(everybody)
    profile(people[1], email="bo@shop.org")
    ads = {"purpose": Purpose.AD_SYNC.value, "channel": Channel.ADS.value}
    record(said(people[0], "granted", 1, **ads), said(people[1], "denied", 1, **ads))
    later = day(60)

    made = export_audience(
        actor=_actor(), audience_id=everybody, format_="hashed", is_clear=False, now=later
    )

    rows = list(csv.DictReader(io.StringIO(made.content.decode())))
    ann = hashlib.sha256(b"ann@shop.org").hexdigest()
    assert [row["email_sha256"] for row in rows] == [ann]
    assert b"@" not in made.content
