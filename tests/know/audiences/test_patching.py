"""Differences written for many audiences at once leave what writing each of them whole leaves."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.know.audiences.test_saved import (
    BRITONS,
    BUYERS,
    NOW,
    TODAY,
    _buy,
    _members,
    _save,
    people,
)

from quanqu.infra.outbox.models import OutboxEvent
from quanqu.know.audiences.actions import following
from quanqu.know.audiences.actions.members import Found, write_members
from quanqu.know.audiences.actions.patching import Patch, write_patches
from quanqu.know.audiences.facade import follow_audiences, forget_followed
from quanqu.know.audiences.models import (
    Audience,
    AudienceChange,
    AudienceMember,
    AudienceRefresh,
)
from quanqu.know.audiences.queries.keeping import Members
from quanqu.know.audiences.queries.question import KEY

__all__ = ["people"]

LATER = NOW + timedelta(minutes=1)


def _packed(keys: list[int], held: set[int]) -> Members:
    bits = np.array([key in held for key in keys], bool)
    return Members(np.array(keys, np.int64), np.packbits(bits), int(bits.sum()))


@given(
    before=st.dictionaries(st.integers(0, 40), st.booleans()),
    after=st.dictionaries(st.integers(0, 40), st.booleans()),
    is_same=st.booleans(),
)
def test_members_since_are_the_differences(
    before: dict[int, bool], after: dict[int, bool], is_same: bool
) -> None:
    after = {key: after.get(key, False) for key in before} if is_same else after
    old = {key for key, held in before.items() if held}
    new = {key for key, held in after.items() if held}

    now = _packed(sorted(after), new)
    entered, left = now.since(_packed(sorted(before), old))

    assert now.all_keys().tolist() == sorted(new)
    assert (entered.tolist(), left.tolist()) == (sorted(new - old), sorted(old - new))


def _audiences(number: int) -> list[Audience]:
    made = [
        Audience.objects.create(name=f"A{at}", created_at=NOW, updated_at=NOW)
        for at in range(number)
    ]
    return sorted(made, key=lambda one: one.key)


def _whole(audience: Audience, keys: set[int], now: Any) -> AudienceRefresh:
    rows = pa.table({KEY: pa.array(sorted(keys), pa.int64())})
    return write_members(audience, Found(1, TODAY, rows, _reasons), now)


def _reasons(customers: Any) -> list[list[str]]:
    return [[f"$.{int(key)}"] for key in customers]


def _patch(audience: Audience, after: int, old: set[int], new: set[int]) -> Patch:
    came, went = (np.array(sorted(keys), np.int64) for keys in (new - old, old - new))
    return Patch(audience, after, TODAY, came, went, len(new), _reasons)


def _left_behind(audiences: list[Audience]) -> list[Any]:
    """Return stays, feed, refreshes and events, by the place of the audience."""
    place = {one.key: at for at, one in enumerate(audiences)}
    fields = {
        AudienceMember: ("customer_key", "entered_at", "left_at"),
        AudienceChange: ("customer_key", "has_entered", "version", "changed_at", "reasons"),
        AudienceRefresh: ("version", "as_of", "refreshed_at", "members", "entered", "left"),
    }
    found: list[Any] = []
    for model, names in fields.items():
        rows = model._default_manager.filter(audience__in=audiences).order_by("key")
        told = [(place[row[0]], *row[1:]) for row in rows.values_list("audience_id", *names)]
        found.append(sorted(told, key=str) if model is AudienceMember else sorted(told, key=_first))
    return found


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


@pytest.mark.django_db
def test_patches_leave_what_writing_whole_leaves() -> None:
    dice = Random(5)
    people = range(1, 60)
    before = [set(dice.sample(people, dice.randint(0, 50))) for _ in range(6)]
    after = [set(dice.sample(people, dice.randint(0, 50))) for _ in range(5)] + [before[5]]
    whole, patched = _audiences(6), _audiences(6)
    for audience, keys in zip(whole, before, strict=True):
        _whole(audience, keys, NOW)
    firsts = [_whole(audience, keys, NOW) for audience, keys in zip(patched, before, strict=True)]
    OutboxEvent.objects.all().delete()

    for audience, keys in zip(whole, after, strict=True):
        _whole(audience, keys, LATER)
    apart = list(OutboxEvent.objects.order_by("key").values_list("name", "payload__customers"))
    OutboxEvent.objects.all().delete()
    rows = write_patches(
        [
            _patch(audience, first.key, old, new)
            for audience, first, old, new in zip(patched, firsts, before, after, strict=True)
        ],
        LATER,
    )

    together = list(OutboxEvent.objects.order_by("key").values_list("name", "payload__customers"))
    assert together == apart
    assert len(apart) >= 8
    assert _left_behind(patched) == _left_behind(whole)
    assert [rows[one.key].members for one in patched] == [len(keys) for keys in after]
    assert rows[patched[5].key].entered == rows[patched[5].key].left == 0


@pytest.mark.django_db
def test_a_patch_to_a_refresh_that_is_not_the_last_is_left_alone() -> None:
    one, two = _audiences(2)
    first, other = _whole(one, {1, 2}, NOW), _whole(two, {1}, NOW)
    _whole(one, {2, 3}, NOW)  # somebody else was faster

    rows = write_patches(
        [_patch(one, first.key, {1, 2}, {7}), _patch(two, other.key, {1}, {8})], LATER
    )

    assert set(rows) == {two.key}
    now = AudienceMember.objects.filter(left_at__isnull=True)
    assert set(now.filter(audience=one).values_list("customer_key", flat=True)) == {2, 3}
    assert set(now.filter(audience=two).values_list("customer_key", flat=True)) == {8}


@pytest.mark.django_db
def test_an_audience_refreshed_meanwhile_is_written_whole(
    people: list[int], own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_followed()
    buyers, britons = _save(BUYERS), _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    _buy(3, people[2], TODAY, 1)
    _buy(4, people[1], TODAY, 2)
    wrote: list[int] = []

    def meanwhile(patches: list[Patch], now: Any) -> dict[int, AudienceRefresh]:
        wrote.append(len(patches))
        _whole(Audience.objects.get(id=buyers), {people[1], 77}, now)
        return write_patches(patches, now)

    monkeypatch.setattr(following, "write_patches", meanwhile)
    assert follow_audiences(now=LATER) == 1
    assert wrote == [1]
    assert _members(buyers) == set(people)
    assert _members(britons) == {people[0], people[1]}
    forget_followed()


@pytest.mark.django_db
def test_after_a_restart_only_the_difference_to_the_stays_is_written(
    people: list[int], own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_followed()
    buyers, britons = _save(BUYERS), _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    forget_followed()
    _whole(Audience.objects.get(id=britons), {people[1], people[2]}, NOW)  # by another process
    _buy(3, people[2], TODAY, 1)
    monkeypatch.setattr(following, "write_members", None)  # nothing is written whole

    assert follow_audiences(now=LATER) == 2
    assert follow_audiences(now=LATER) == 0

    assert _members(buyers) == {people[0], people[2]}
    assert _members(britons) == {people[0], people[1]}
    last = AudienceRefresh.objects.filter(audience__id=britons).order_by("key").last()
    assert last is not None
    assert (last.members, last.entered, last.left) == (2, 1, 1)
    stays = AudienceMember.objects.filter(audience__id=britons, left_at__isnull=False)
    ended = set(stays.values_list("customer_key", "left_at"))
    assert ended == {(people[0], NOW), (people[2], LATER)}
    forget_followed()
