"""Audiences brought up to date together: who came and left, why, and told once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.know.audiences.test_saved import (
    BRITONS,
    BUYERS,
    NOW,
    TODAY,
    _actor,
    _buy,
    _id,
    _members,
    _save,
    people,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.ids import encode
from quanqu.know.audiences.facade import (
    follow_audiences,
    forget_followed,
    list_changes,
    list_refreshes,
)
from quanqu.know.audiences.models import AudienceVersion
from quanqu.know.customers.facade import merge_customers

__all__ = ["people"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    forget_followed()


def _told(name: str) -> list[dict[str, Any]]:
    return list(
        OutboxEvent.objects.filter(name=name).order_by("key").values_list("payload", flat=True)
    )


def test_new_events_and_days_are_told_once_with_the_rule_that_turned(people: list[int]) -> None:
    buyers, britons = _save(BUYERS), _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    assert _members(buyers) == {people[0]}
    assert _members(britons) == {people[0], people[1]}
    assert list_changes(actor=_actor(), audience_id=buyers).items == ()  # the beginning is no news

    _buy(3, people[2], TODAY, 1)
    assert follow_audiences(now=NOW + timedelta(minutes=1)) == 1
    assert follow_audiences(now=NOW + timedelta(minutes=2)) == 0
    assert follow_audiences(now=NOW + timedelta(days=30)) == 1

    assert _members(buyers) == set()
    page = list_changes(actor=_actor(), audience_id=buyers)
    came, *went = page.items
    assert (came.customer, came.has_entered) == (encode("cus", _id(people[2])), True)
    assert came.reasons == ("did “Order Completed” in the last 30 days",)
    assert [one.has_entered for one in went] == [False, False]
    assert list_changes(actor=_actor(), audience_id=buyers, cursor=page.next_cursor).items == ()
    (entered,) = _told("audiences.customer_entered")
    assert entered["customers"] == [[people[2], ["$.match"]]]
    assert len(list_refreshes(actor=_actor(), audience_id=buyers)) == 3


def test_a_merge_reaches_audiences_without_a_new_event(people: list[int]) -> None:
    both = {
        "version": 2,
        "match": {"kind": "event", "event": "Order Completed", "op": "gte", "value": 2},
    }
    twice = _save(both)
    follow_audiences(now=NOW)
    assert _members(twice) == set()

    merge_customers(actor=SYSTEM, customer_id=_id(people[0]), other_id=_id(people[1]), now=NOW)
    follow_audiences(now=NOW + timedelta(seconds=5))

    assert len(_members(twice)) == 1


def test_what_another_worker_wrote_is_not_written_again(people: list[int]) -> None:
    buyers = _save(BUYERS)
    follow_audiences(now=NOW)
    forget_followed()  # as after a restart: nothing is known, everything is compared

    assert follow_audiences(now=NOW + timedelta(minutes=1)) == 0
    assert _members(buyers) == {people[0]}
    assert list_changes(actor=_actor(), audience_id=buyers).items == ()


def test_rules_that_make_no_sense_any_more_leave_the_others_alone(
    people: list[int], own_lake: Path
) -> None:
    buyers, broken = _save(BUYERS), _save(BRITONS, name="Broken")
    rules = {"version": 2, "match": {"kind": "audience", "audience": f"aud_{'0' * 26}"}}
    AudienceVersion.objects.filter(audience__id=broken).update(definition=rules)

    follow_audiences(now=NOW)

    assert _members(buyers) == {people[0]}
    assert list_refreshes(actor=_actor(), audience_id=broken) == ()
