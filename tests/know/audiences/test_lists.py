"""Snapshots and uploads: they work wherever an audience works, whatever becomes of the people."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from tests.builders.customers import resolve
from tests.know.audiences.test_saved import (
    BRITONS,
    BUYERS,
    NOW,
    RIGHTS,
    TODAY,
    _actor,
    _buy,
    _id,
    _members,
    _refresh,
    _save,
    people,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import holdings
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode, new_id
from quanqu.know.audiences.contracts import (
    MOST_UPLOADED,
    AudienceNameError,
    DefinitionError,
    EmptyListError,
    ListKind,
    ListSavedError,
    SnapshotDayError,
    StaticAudienceError,
    UploadColumnError,
    UploadLimitError,
)
from quanqu.know.audiences.facade import (
    archive_audience,
    change_definition,
    compose_members,
    count_audience,
    discard_upload,
    drop_drafts,
    dump,
    explain_membership,
    export_audience,
    follow_audiences,
    forget_followed,
    get_audience,
    get_upload,
    list_changes,
    list_memberships,
    list_rejects,
    list_sources,
    match_upload,
    overlap_audiences,
    restore_audience,
    save_audience,
    save_upload,
    take_snapshot,
)
from quanqu.know.audiences.models import AudienceList, AudienceListed
from quanqu.know.audiences.rules.uploads import NOBODY, Column, read_rows
from quanqu.know.customers.facade import merge_customers, withdraw_evidence

__all__ = ["people"]

pytestmark = pytest.mark.django_db

MERGING = RIGHTS | {"customers.manage"}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    forget_followed()


def _snapshot(audience: UUID, **more: Any) -> UUID:
    more = {"actor": _actor(), "name": "Frozen", "now": NOW, **more}
    return take_snapshot(audience_id=audience, **more).id


def _upload(name: str = "Handed in", **columns: list[str | None]) -> UUID:
    draft = match_upload(actor=_actor(), columns=columns, now=NOW)
    return save_upload(actor=_actor(), list_id=draft.id, name=name, now=NOW).id


def _ann_is_known_by_mail() -> None:
    resolve({"member_id": "s:1001", "email": "ann@shop.org"})
    publish_dirty(now=NOW)


def _definition(audience: UUID) -> dict[str, Any]:
    return dump(definition=get_audience(actor=_actor(), audience_id=audience).definition)


def test_a_snapshot_keeps_its_people_whatever_the_rules_find_later(people: list[int]) -> None:
    buyers = _save(BUYERS)
    _refresh(buyers)
    frozen = _snapshot(buyers)
    _refresh(frozen)
    _buy(3, people[2], TODAY + timedelta(days=35), 1)
    for one in (buyers, frozen):
        _refresh(one, days=36)

    assert _members(buyers) == {people[2]}
    assert _members(frozen) == {people[0]}
    found = get_audience(actor=_actor(), audience_id=frozen).list
    assert found is not None
    assert (found.kind, found.source_id, found.source_name) == (ListKind.SNAPSHOT, buyers, "Buyers")
    assert (found.source_version, found.taken_on, found.listed) == (1, None, 1)


def test_a_snapshot_of_a_past_day_holds_who_was_in_it_then(people: list[int]) -> None:
    buyers = _save(BUYERS)
    _refresh(buyers)
    _refresh(buyers, days=40)
    later = NOW + timedelta(days=41)

    frozen = _snapshot(buyers, on=TODAY + timedelta(days=3), now=later)
    _refresh(frozen, days=41)

    assert _members(frozen) == {people[0]}
    for on in (TODAY - timedelta(days=1), TODAY + timedelta(days=42)):
        with pytest.raises(SnapshotDayError):
            _snapshot(buyers, on=on, now=later)
    with pytest.raises(EmptyListError):
        _snapshot(buyers, now=later)
    with pytest.raises(EmptyListError):
        _snapshot(_save(BRITONS, name="Never worked out"))
    with pytest.raises(AudienceNameError):
        _snapshot(buyers, name=" ", on=TODAY, now=later)
    assert AudienceList.objects.count() == 1


def test_a_list_follows_its_people_through_merges_and_back(people: list[int]) -> None:
    _ann_is_known_by_mail()
    britons = _save(BRITONS, name="Britons")
    _refresh(britons)
    frozen = _snapshot(britons)
    handed = _upload(email=["ann@shop.org"])
    follow_audiences(now=NOW)
    assert _members(frozen) == {people[0], people[1]}
    assert _members(handed) == {people[0]}

    evidence = merge_customers(
        actor=_actor(rights=MERGING),
        customer_id=_id(people[2]),
        other_id=_id(people[1]),
        now=NOW,
    )
    follow_audiences(now=NOW + timedelta(minutes=1))
    kept = min(people[1], people[2])
    assert _members(frozen) == {people[0], kept}

    withdraw_evidence(actor=_actor(rights=MERGING), evidence_key=evidence, now=NOW)
    follow_audiences(now=NOW + timedelta(minutes=2))
    assert _members(frozen) == {people[0], people[1]}


def test_kept_answers_are_those_of_the_lake_asked_anew(people: list[int]) -> None:
    frozen = _upload(customer_id=[encode("cus", _id(key)) for key in people[:2]])
    listed = {"kind": "audience", "audience": encode("aud", frozen)}
    nodes = [{"kind": "not", "node": listed}, {"kind": "and", "nodes": [listed, BUYERS["match"]]}]
    mixed = _save({"version": 2, "match": {"kind": "or", "nodes": nodes}}, name="Mixed")
    follow_audiences(now=NOW)
    assert _members(mixed) == {people[0], people[2]}

    _buy(3, people[1], TODAY, 1)
    follow_audiences(now=NOW + timedelta(minutes=1))
    assert _members(mixed) == set(people)
    whole = count_audience(actor=_actor(), definition=_definition(mixed), as_of=TODAY)
    assert whole == len(people)


def test_a_list_works_wherever_an_audience_works(people: list[int]) -> None:
    frozen = _upload(member_id=["1001", "1002"])
    buyers = _save(BUYERS)
    for one in (frozen, buyers):
        _refresh(one)
    during = {"kind": "audience", "audience": encode("aud", frozen), "during": {"last_days": 2}}
    assert (
        count_audience(actor=_actor(), definition={"version": 2, "match": during}, as_of=TODAY) == 2
    )
    found = overlap_audiences(actor=_actor(), audience_ids=[frozen, buyers])
    assert found.pairs[1].customers == 1
    composed = compose_members(actor=_actor(), audience_id=frozen, today=TODAY)
    assert (composed.members, composed.everybody) == (2, 3)
    made = export_audience(
        actor=_actor(), audience_id=frozen, format_="csv", is_clear=False, now=NOW
    )
    assert len(list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))) == 2
    (stay,) = list_memberships(actor=_actor(), customer_id=_id(people[1]))
    assert stay.audience_name == "Handed in"
    why = explain_membership(
        actor=_actor(), definition=_definition(frozen), customer_id=_id(people[2]), as_of=TODAY
    )
    assert (why.is_member, why.leaves[0].sentence) == (False, "is on a fixed list of customers")
    archive_audience(actor=_actor(), audience_id=frozen, now=NOW)
    restore_audience(actor=_actor(), audience_id=frozen, now=NOW)
    with pytest.raises(StaticAudienceError):
        change_definition(actor=_actor(), audience_id=frozen, definition=BRITONS, now=NOW)


def test_an_erased_person_leaves_the_list_with_everything_else(people: list[int]) -> None:
    frozen = _upload(member_id=["1001", "1002"])
    (holding,) = (one for one in holdings() if one.name == "audiences_listed")
    gone = Subjects(customers=(people[0],), subjects=(people[0],))
    assert holding.work is not None

    assert holding.work.count(gone) == 1
    holding.work.erase(gone, now=NOW)

    assert holding.work.count(gone) == 0
    _refresh(frozen)
    assert _members(frozen) == {people[1]}


def test_rows_are_matched_told_apart_and_nothing_is_stored_in_clear(people: list[int]) -> None:
    _ann_is_known_by_mail()
    columns: dict[str, list[str | None]] = {
        "email": ["ann@shop.org", None, "who@shop.org", "ANN@shop.org", None, "junk"],
        "member_id": ["1001", "s:1002", "9999", None, None, None],
    }

    draft = match_upload(actor=_actor(), columns=columns, now=NOW, rows=[2, 3, 4, 5, 6, 7])

    assert (draft.read, draft.listed, draft.audience_id) == (6, 2, None)
    assert draft.columns == ("member_id", "email")
    assert list_rejects(actor=_actor(), list_id=draft.id) == (
        (4, "unknown"),
        (5, "double"),
        (6, "empty"),
        (7, "invalid"),
    )
    kept = str(list(AudienceList.objects.values())) + str(list(AudienceListed.objects.values()))
    assert "shop" not in kept
    assert "9999" not in kept
    saved = save_upload(actor=_actor(), list_id=draft.id, name="Two", now=NOW)
    _refresh(saved.id)
    assert _members(saved.id) == {people[0], people[1]}
    with pytest.raises(ListSavedError):
        save_upload(actor=_actor(), list_id=draft.id, name="Again", now=NOW)
    with pytest.raises(ListSavedError):
        discard_upload(actor=_actor(), list_id=draft.id)
    trail = list_entries(actor=SYSTEM, filters=AuditFilters(action="audiences.save_list"))
    assert trail.items[0].after == {"kind": "upload", "listed": 2}


def test_the_surest_column_that_finds_somebody_decides() -> None:
    def column(*customers: int, reasons: tuple[str, ...]) -> Column:
        keys = np.array(customers, np.int64)
        return Column(keys * 10, keys, reasons)

    nobody = NOBODY
    read = read_rows(
        {
            "email": column(7, 8, nobody, 9, reasons=("", "", "invalid", "")),
            "phone": column(5, nobody, nobody, nobody, reasons=("", "unknown", "unknown", "empty")),
        },
        4,
    )

    assert read.subjects.tolist() == [50, 80, 90]
    assert read.left_out == {"unknown": [2]}


def test_a_scope_finds_and_keeps_its_own_customers_only(people: list[int]) -> None:
    mine = _actor({1})
    columns: dict[str, list[str | None]] = {"member_id": ["1001", "1002", "1003"]}

    draft = match_upload(actor=mine, columns=columns, now=NOW)

    assert (draft.listed, draft.left_out) == (2, {"unknown": 1})
    listed = set(AudienceListed.objects.values_list("subject_key", flat=True))
    assert listed == {people[0], people[2]}
    for stranger in (_actor({2}), _actor(set())):
        for ask in (get_upload, list_rejects, discard_upload):
            with pytest.raises(NotFoundError):
                ask(actor=stranger, list_id=draft.id)
        with pytest.raises(NotFoundError):
            save_upload(actor=stranger, list_id=draft.id, name="Mine", now=NOW)
    saved = save_upload(actor=mine, list_id=draft.id, name="Ours", now=NOW)
    with pytest.raises(NotFoundError):
        take_snapshot(actor=_actor({2}), audience_id=saved.id, name="Theirs", now=NOW)
    with pytest.raises(DefinitionError):
        save_audience(
            actor=_actor({2}), name="Stolen", definition=dump(definition=saved.definition), now=NOW
        )
    assert list_sources(actor=_actor({2}), list_ids=[draft.id]) == ()
    assert [one.id for one in list_sources(actor=mine, list_ids=[draft.id])] == [draft.id]
    with pytest.raises(NotAllowedError):
        match_upload(actor=_actor(rights=frozenset()), columns=columns, now=NOW)


def test_what_cannot_be_a_list_is_refused_by_name(people: list[int]) -> None:
    for columns, rows in (
        ({}, None),
        ({"shoe": ["1"]}, None),
        ({"email": ["a"], "phone": []}, None),
        ({"email": ["a"]}, [1, 2]),
    ):
        with pytest.raises(UploadColumnError):
            match_upload(actor=_actor(), columns=columns, rows=rows, now=NOW)
    many: list[str | None] = [None] * (MOST_UPLOADED + 1)
    with pytest.raises(UploadLimitError):
        match_upload(actor=_actor(), columns={"email": many}, now=NOW)
    nobody = match_upload(actor=_actor(), columns={"email": ["x@shop.org"]}, now=NOW)
    with pytest.raises(EmptyListError):
        save_upload(actor=_actor(), list_id=nobody.id, name="Nobody", now=NOW)
    unknown = {"version": 2, "match": {"kind": "listed", "list": encode("aul", new_id())}}
    for definition in (unknown, {"version": 2, "match": {"kind": "listed", "list": "aul_x"}}):
        with pytest.raises(DefinitionError) as caught:
            count_audience(actor=_actor(), definition=definition, as_of=TODAY)
        assert caught.value.problems[0].code == "unknown_list"
    draft = {"version": 2, "match": {"kind": "listed", "list": encode("aul", nobody.id)}}
    with pytest.raises(DefinitionError):
        count_audience(actor=_actor(), definition=draft, as_of=TODAY)


def test_drafts_go_after_a_day_and_by_hand(people: list[int]) -> None:
    first, second = (
        match_upload(actor=_actor(), columns={"member_id": ["1001"]}, now=NOW) for _ in range(2)
    )
    kept = _upload(member_id=["1002"])
    discard_upload(actor=_actor(), list_id=first.id)
    assert drop_drafts(now=NOW + timedelta(hours=23)) == 0

    assert drop_drafts(now=NOW + timedelta(hours=25)) == 1
    assert drop_drafts(now=NOW + timedelta(hours=25)) == 0

    with pytest.raises(NotFoundError):
        get_upload(actor=_actor(), list_id=second.id)
    assert AudienceList.objects.get().audience_id is not None
    assert get_audience(actor=_actor(), audience_id=kept).list is not None


def test_a_list_is_no_news_when_it_is_worked_out_first(people: list[int]) -> None:
    handed = _upload(member_id=["1001"])
    follow_audiences(now=NOW)
    assert list_changes(actor=_actor(), audience_id=handed).items == ()
