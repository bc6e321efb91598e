"""Computed tags from definition to customers: refreshes, versions, circles, archive, accuracy."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.org import make_place
from tests.builders.tags import (
    BUYERS,
    FAVOURITE,
    NOW,
    TODAY,
    buy,
    customer_id,
    make_actor,
    make_draft,
    make_people,
    make_tag,
    refresh,
    worn,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode, new_id
from quanqu.know.audiences.contracts import DefinitionError, FieldOrigin
from quanqu.know.audiences.facade import (
    change_definition,
    count_audience,
    list_found_keys,
    save_audience,
)
from quanqu.know.customers.contracts import CustomersMerged, TagNameError, TagTakenError
from quanqu.know.customers.facade import assign_tag, merge_customers
from quanqu.know.tags import facade
from quanqu.know.tags.contracts import (
    ArchivedTagError,
    Every,
    TagCycleError,
    TagDefinitionError,
    ValueSort,
)
from quanqu.know.tags.jobs import hurry_merged

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(own_lake: Path) -> list[int]:
    return make_people()


def wearing(tag: str) -> dict[str, Any]:
    return {
        "version": 2,
        "match": {"kind": "profile", "field": "tags", "op": "contains", "value": tag},
    }


def test_a_rule_tag_is_worn_by_who_meets_the_rules(people: list[int]) -> None:
    ann, bo, cy = people
    tag = make_tag("buyers", description="Bought lately", owner="Loyalty")

    assert refresh(tag) == (1, 1, 0, 0)
    assert refresh(tag, 1) == (1, 0, 0, 0)
    buy(9, bo, TODAY)
    buy(10, cy, TODAY)
    assert refresh(tag, 2) == (3, 2, 0, 0)
    assert [worn(key) for key in people] == [{"buyers": None}] * 3
    last = facade.get_tag(actor=make_actor(), tag_id=tag.id).last_refresh
    assert last is not None
    assert (last.customers, last.everybody, last.share, last.as_of) == (3, 3, 1.0, TODAY)
    assert ann != bo != cy


@pytest.mark.parametrize(
    ("definition", "of_ann", "of_bo"),
    [
        (FAVOURITE, "Tea", "Hats"),
        ({**FAVOURITE, "measure": "first"}, "Tea", "Hats"),
        ({**FAVOURITE, "measure": "last", "window": {"last_days": 2}}, "Tea", None),
        ({"measure": "count", "event": "Order Completed"}, 3.0, 1.0),
        (
            {
                "measure": "sum",
                "event": "Order Completed",
                "of": "revenue_minor",
                "where": [{"field": "currency", "op": "eq", "value": "GBP"}],
            },
            15.5,
            None,
        ),
        ({**FAVOURITE, "measure": "distinct"}, 2.0, 1.0),
    ],
)
def test_a_statistical_tag_has_a_value(
    people: list[int], definition: dict[str, Any], of_ann: object, of_bo: object
) -> None:
    tag = make_tag("told", definition)
    refresh(tag)

    told = [worn(key).get("told") for key in people]
    assert told == [of_ann, of_bo, None]


def test_a_place_is_told_by_its_name(people: list[int]) -> None:
    place = make_place("corner-shop")
    buy(9, people[2], TODAY, place_key=place.key)
    tag = make_tag("last place", {"measure": "last", "event": "Order Completed", "of": "place"})
    refresh(tag)

    assert worn(people[2]) == {"last place": place.name}


def test_audiences_ask_for_the_values(people: list[int]) -> None:
    refresh(make_tag("favourite", FAVOURITE))
    refresh(make_tag("orders", {"measure": "count", "event": "Order Completed"}))

    def count(field: str, op: str, value: object) -> int:
        match = {"kind": "profile", "field": field, "op": op, "value": value}
        asked = {"version": 2, "match": match}
        return count_audience(actor=make_actor(), definition=asked, as_of=TODAY)

    assert count("tag_values.favourite", "eq", "Tea") == 1
    assert count("tag_values.favourite", "ne", "Tea") == 2
    assert count("tag_values.orders", "gte", 1) == 2
    assert count("tag_values.orders", "gt", 1) == 1
    found = list_found_keys(actor=make_actor(), origin=FieldOrigin.PROFILE)
    kinds = {one.name: one.kind for one in found}
    assert kinds == {"tag_values.favourite": "any", "tag_values.orders": "number"}
    assert facade.value_sorts()["favourite"] == ValueSort("most_frequent", "category")  # type: ignore[arg-type] # as text


def test_another_definition_is_a_new_version(people: list[int]) -> None:
    tag = make_tag("buyers")
    refresh(tag)
    ever = {"version": 2, "match": {"kind": "event", "event": "Order Completed"}}
    changed = facade.change_tag(
        actor=make_actor(), tag_id=tag.id, draft=make_draft(ever, owner="Ann"), now=NOW
    )
    again = facade.change_tag(
        actor=make_actor(), tag_id=tag.id, draft=make_draft(ever, owner="Ann"), now=NOW
    )

    assert (changed.version, again.version, changed.owner) == (2, 2, "Ann")
    assert refresh(tag, 1) == (2, 1, 0, 0)
    versions = facade.list_versions(actor=make_actor(), tag_id=tag.id)
    assert [(one.version, one.definition, one.saved_by) for one in versions] == [
        (2, ever, "Pat"),
        (1, BUYERS, "Pat"),
    ]
    history = facade.list_refreshes(actor=make_actor(), tag_id=tag.id)
    assert [(one.version, one.customers, one.entered) for one in history] == [(2, 2, 1), (1, 1, 1)]
    trail = list_entries(actor=SYSTEM, filters=AuditFilters(action="tags.change")).items
    assert [one.after for one in trail] == [
        {"description": "", "owner": "Ann", "every": "hour", "version": 2}
    ]


def test_names_are_of_one_kind(people: list[int]) -> None:
    assign_tag(actor=make_actor(), tag="vip", customer_ids=[customer_id(people[0])], now=NOW)
    make_tag("buyers")

    for name in ("vip", "buyers", " buyers "):
        with pytest.raises(TagTakenError):
            make_tag(name)
    with pytest.raises(TagNameError):
        make_tag("x" * 61)
    with pytest.raises(TagNameError):
        make_tag(" ", FAVOURITE)
    with pytest.raises(DefinitionError):
        make_tag("wrong", {"version": 2, "match": {"kind": "event"}})
    with pytest.raises(TagDefinitionError):
        make_tag("wrong", {"measure": "sum", "event": "Order Completed"})
    assert [one.name for one in facade.list_tags(actor=make_actor())] == ["buyers"]


def test_a_tag_never_comes_to_depend_on_itself(people: list[int]) -> None:
    with pytest.raises(TagCycleError, match="own → own"):
        make_tag("own", wearing("own"))
    with pytest.raises(TagCycleError):
        make_tag(
            "any", {"version": 2, "match": {"kind": "profile", "field": "tags", "op": "exists"}}
        )
    first = make_tag("first", wearing("second"))
    with pytest.raises(TagCycleError, match="second → first → second"):
        make_tag("second", wearing("first"))

    audience = save_audience(actor=make_actor(), name="A", definition=BUYERS, now=NOW)
    spoken = encode("aud", audience.id)
    third = make_tag("third", {"version": 2, "match": {"kind": "audience", "audience": spoken}})
    refresh(third)
    change_definition(
        actor=make_actor(), audience_id=audience.id, definition=wearing("third"), now=NOW
    )
    done = facade.refresh_tag(actor=make_actor(), tag_id=third.id, now=NOW + timedelta(hours=1))
    assert done is not None
    assert done.error == "The tag would depend on itself: third → third."
    failed = facade.get_tag(actor=make_actor(), tag_id=third.id)
    assert failed.failure == done
    assert failed.last_refresh is not None
    assert worn(people[0]) == {"third": None}  # what was there stays
    assert refresh(first) == (0, 0, 0, 0)


def test_tags_that_others_speak_of_are_worked_out_before(people: list[int]) -> None:
    make_tag("after", wearing("middle"))
    make_tag("middle", wearing("buyers"))
    make_tag("buyers")
    make_tag("favourite", FAVOURITE)
    ask = {"kind": "profile", "field": "tag_values.favourite", "op": "eq", "value": "Hats"}
    make_tag("hats", {"version": 2, "match": ask})

    assert facade.refresh_due(now=NOW) == 5
    names = {key: set(worn(key)) for key in people}
    assert names[people[0]] == {"buyers", "middle", "after", "favourite"}
    assert names[people[1]] == {"favourite", "hats"}
    assert names[people[2]] == set()
    assert facade.refresh_due(now=NOW + timedelta(minutes=30)) == 0
    assert facade.refresh_due(now=NOW + timedelta(hours=1)) == 5


def test_many_rules_are_worked_out_as_each_alone(people: list[int]) -> None:
    chinese = {"kind": "profile", "field": "country", "op": "eq", "value": "CN"}
    tags = [make_tag("buyers"), make_tag("chinese", {"version": 2, "match": chinese})]
    facade.refresh_due(now=NOW)
    together = [worn(key) for key in people]

    assert together == [{"buyers": None}, {}, {"chinese": None}]
    assert [refresh(tag, 1) for tag in tags] == [(1, 0, 0, 0), (1, 0, 0, 0)]


def test_a_merge_hurries_the_tags(people: list[int]) -> None:
    ann, bo, _ = people
    make_tag("favourite", FAVOURITE, every=Every.DAY)
    facade.refresh_due(now=NOW)
    merge_customers(
        actor=make_actor(),
        customer_id=customer_id(ann),
        other_id=customer_id(bo),
        reason="",
        now=NOW + timedelta(minutes=1),
    )
    hurry_merged(CustomersMerged([(ann, bo)], "hand"), now=NOW + timedelta(minutes=1))

    assert facade.refresh_due(now=NOW + timedelta(minutes=2)) == 0
    assert facade.refresh_due(now=NOW + timedelta(minutes=6)) == 1
    assert facade.refresh_due(now=NOW + timedelta(minutes=12)) == 0
    assert worn(ann) == {"favourite": "Tea"}  # two each; tea was the later


def test_one_put_away_comes_off_and_comes_back(people: list[int]) -> None:
    tag = make_tag("buyers")
    refresh(tag)
    away = facade.archive_tag(actor=make_actor(), tag_id=tag.id, now=NOW + timedelta(minutes=1))

    assert away.archived_at == NOW + timedelta(minutes=1)
    assert worn(people[0]) == {}
    assert facade.list_tags(actor=make_actor()) == ()
    assert [row.id for row in facade.list_tags(actor=make_actor(), is_archived=True)] == [tag.id]
    for refused in (facade.archive_tag, facade.refresh_tag):
        with pytest.raises(ArchivedTagError):
            refused(actor=make_actor(), tag_id=tag.id, now=NOW)
    with pytest.raises(ArchivedTagError):
        facade.change_tag(actor=make_actor(), tag_id=tag.id, draft=make_draft(), now=NOW)
    with pytest.raises(TagTakenError):
        make_tag("buyers")
    assert facade.refresh_due(now=NOW + timedelta(days=1)) == 0
    back = facade.restore_tag(actor=make_actor(), tag_id=tag.id, now=NOW + timedelta(minutes=2))
    assert back.archived_at is None
    assert facade.restore_tag(actor=make_actor(), tag_id=tag.id, now=NOW) == back
    assert refresh(tag, 3) == (1, 1, 0, 0)


def test_computed_tags_are_the_whole_groups(people: list[int]) -> None:
    tag = make_tag("buyers")
    refresh(tag)
    of_a_part, nobody = make_actor(places={1, 2}), make_actor(rights=frozenset())
    for actor in (of_a_part, nobody):
        with pytest.raises(NotAllowedError):
            facade.list_tags(actor=actor)
        with pytest.raises(NotAllowedError):
            facade.save_tag(actor=actor, name="x", draft=make_draft(), now=NOW)
        for asked in (
            facade.get_tag,
            facade.get_accuracy,
            facade.draw_sample,
            facade.list_versions,
            facade.list_refreshes,
        ):
            with pytest.raises(NotAllowedError):
                asked(actor=actor, tag_id=tag.id)
        for change in (facade.archive_tag, facade.restore_tag, facade.refresh_tag):
            with pytest.raises(NotAllowedError):
                change(actor=actor, tag_id=tag.id, now=NOW)
        with pytest.raises(NotAllowedError):
            facade.answer_sample(actor=actor, tag_id=tag.id, answers=[], now=NOW)
    with pytest.raises(NotFoundError):
        facade.get_tag(actor=make_actor(), tag_id=new_id())


def test_a_list_takes_as_many_queries_for_many_tags_as_for_one(people: list[int]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            facade.list_tags(actor=make_actor())
            facade.list_accuracies(actor=make_actor())
        return len(caught)

    make_tag("a")
    facade.refresh_due(now=NOW)
    one = queries()
    for name in "bcdef":
        make_tag(name)
    facade.refresh_due(now=NOW)
    assert queries() == one
