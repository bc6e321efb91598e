"""Saved audiences: versions, members with history, explanations, exports, scope."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from tests.builders.customers import profile, resolve, seen_at

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, publish_dirty
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import new_id
from quanqu.kernel.paging import MalformedCursorError
from quanqu.know.audiences.contracts import (
    ArchivedAudienceError,
    AudienceFilters,
    AudienceNameError,
    ContactUse,
    DefinitionError,
    ExportFormatError,
    ExportUseError,
)
from quanqu.know.audiences.facade import (
    archive_audience,
    change_definition,
    check_export,
    compare_definitions,
    count_audience,
    count_audiences,
    describe_rules,
    explain_membership,
    export_audience,
    get_audience,
    list_audience_names,
    list_audiences,
    list_members,
    list_memberships,
    list_refreshes,
    list_versions,
    preview_audience,
    refresh_audience,
    refresh_one,
    rename_audience,
    restore_audience,
    sample_audience,
    save_audience,
)
from quanqu.know.audiences.models import Audience
from quanqu.know.consent.facade import record_statements
from quanqu.know.customers.facade import customers_by_subject, merge_customers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
BUYERS = {
    "version": 1,
    "match": {"kind": "event", "event": "Order Completed", "window": {"last_days": 30}},
}
BRITONS = {
    "version": 1,
    "match": {"kind": "profile", "field": "country", "op": "eq", "value": "GB"},
}
ORDER_NEWS = ContactUse("service", "email")
RIGHTS = frozenset(
    {"audiences.view", "audiences.manage", "customers.view", "customers.export", "customers.reveal"}
)


def _actor(places: set[int] | None = None, rights: frozenset[str] = RIGHTS) -> Actor:
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    return Actor(ActorKind.PERSON, "per_1", "Pat", (Grant(rights, scope),))


@pytest.fixture
def people(own_lake: Path) -> list[int]:
    """Ann (GB, place 1) bought today, Bo (GB, place 2) 40 days ago, Cy (CN, place 1) never."""
    found = resolve({"member_id": "s:1001"}, {"member_id": "s:1002"}, {"member_id": "s:1003"})
    keys = [key for key in found if key is not None]
    profile(keys[0], name="Ann Lee", email="ann@shop.org", country="GB")
    profile(keys[1], name="=cmd()", country="GB")
    profile(keys[2], name="Cy", country="CN")
    seen_at((keys[0], 1), (keys[1], 2), (keys[2], 1))
    publish_dirty(now=NOW)
    _buy(1, keys[0], TODAY, 1)
    _buy(2, keys[1], TODAY - timedelta(days=40), 2)
    return keys


def _buy(number: int, subject: int, day: date, place: int) -> None:
    schema = registry.publication("fact_event").schema
    row = {
        "event_key": number,
        "event": "Order Completed",
        "subject_key": subject,
        "place_key": place,
        "day": day,
        "part": f"{day:%Y%m}",
    }
    table = pa.Table.from_pylist([row], schema=schema)
    append(name="fact_event", table=table, app_id="test", app_version=number)


def _save(definition: dict[str, Any] = BUYERS, actor: Actor | None = None, **more: Any) -> UUID:
    more = {"name": "Buyers", "now": NOW, **more}
    return save_audience(actor=actor or _actor(), definition=definition, **more).id


def _refresh(audience: UUID, days: int = 0) -> tuple[int, int, int]:
    later = NOW + timedelta(days=days)
    row = refresh_audience(actor=_actor(), audience_id=audience, as_of=later.date(), now=later)
    return row.members, row.entered, row.left


def _members(audience: UUID, actor: Actor | None = None) -> set[int]:
    page = list_members(actor=actor or _actor(), audience_id=audience)
    return {member.customer.key for member in page.items}


def _id(subject: int) -> UUID:
    return customers_by_subject(actor=SYSTEM, subject_keys=[subject])[subject].id


def test_a_live_count_asks_the_lake_as_of_a_day(people: list[int]) -> None:
    assert count_audience(actor=_actor(), definition=BUYERS, as_of=TODAY) == 1
    assert count_audience(actor=_actor(), definition=BUYERS, as_of=TODAY - timedelta(30)) == 1
    assert count_audience(actor=_actor(), definition=BUYERS, as_of=TODAY - timedelta(5)) == 0
    (row,) = preview_audience(actor=_actor(), definition=BUYERS, as_of=TODAY)
    assert (row.key, row.name) == (people[0], "A*** L***")


def test_a_count_and_some_members_come_as_one_answer(people: list[int]) -> None:
    everybody = {
        "version": 2,
        "match": {"kind": "profile", "field": "city", "op": "ne", "value": "x"},
    }
    for definition in (BUYERS, BRITONS, everybody):
        asked = {"actor": _actor(), "definition": definition, "as_of": TODAY}
        count, rows = sample_audience(**asked, limit=2)
        assert count == count_audience(**asked) > 0
        assert rows == preview_audience(**asked, limit=2)
    none = {"version": 2, "match": {"kind": "not", "node": everybody["match"]}}
    assert sample_audience(actor=_actor(), definition=none, as_of=TODAY) == (0, ())
    with pytest.raises(NotAllowedError):
        sample_audience(actor=_actor(rights=frozenset()), definition=BRITONS, as_of=TODAY)


def test_rules_are_told_one_by_one_in_reading_order() -> None:
    rule = {"kind": "birthday", "to_days": 3}
    named = {"kind": "audience", "audience": "aud_x"}
    match = {"kind": "or", "nodes": [{"kind": "not", "node": named}, rule]}
    definition = {"version": 2, "match": match}

    told = describe_rules(
        definition=definition, language="zh-hans", names={"audience:aud_x": "老客"}
    )

    assert told == ("在人群“老客”中", "3 天内过生日")
    with pytest.raises(DefinitionError):
        describe_rules(definition={"version": 2}, language="en")


def test_names_of_audiences_stay_in_scope_and_leave_archived_ones_out(people: list[int]) -> None:
    old, new = _save(name="Old"), _save(name="New")
    archive_audience(actor=_actor(), audience_id=old, now=NOW)

    assert list_audience_names(actor=_actor()) == {new: "New"}
    assert list_audience_names(actor=_actor(), has_archived=True) == {new: "New", old: "Old"}
    assert list(list_audience_names(actor=_actor(), has_archived=True, limit=1)) == [new]
    with pytest.raises(NotAllowedError):
        list_audience_names(actor=_actor(rights=frozenset()))


def test_counts_stay_inside_the_scope(people: list[int]) -> None:
    assert count_audience(actor=_actor({2}), definition=BRITONS, as_of=TODAY) == 1
    assert count_audience(actor=_actor({2}), definition=BUYERS, as_of=TODAY) == 0
    assert count_audience(actor=_actor(set()), definition=BRITONS, as_of=TODAY) == 0
    with pytest.raises(NotAllowedError):
        count_audience(actor=_actor(rights=frozenset()), definition=BRITONS, as_of=TODAY)


def test_members_come_and_go_and_their_stays_are_kept(people: list[int]) -> None:
    audience = _save()
    assert _refresh(audience) == (1, 1, 0)
    assert _members(audience) == {people[0]}

    _buy(3, people[2], TODAY + timedelta(days=35), 1)
    assert _refresh(audience, days=36) == (1, 1, 1)
    assert _members(audience) == {people[2]}
    assert _refresh(audience, days=36) == (1, 0, 0)

    (stay,) = list_memberships(actor=_actor(), customer_id=_id(people[0]))
    assert (stay.entered_at, stay.left_at) == (NOW, NOW + timedelta(days=36))
    assert stay.audience_name == "Buyers"
    refreshes = list_refreshes(actor=_actor(), audience_id=audience)
    assert [(row.members, row.entered, row.left) for row in refreshes] == [
        (1, 0, 0),
        (1, 1, 1),
        (1, 1, 0),
    ]
    last = get_audience(actor=_actor(), audience_id=audience).last_refresh
    assert last == refreshes[0]


def test_members_are_paged(people: list[int]) -> None:
    audience = _save({"version": 1, "match": {"kind": "not", "node": BUYERS["match"]}})
    _refresh(audience)

    first = list_members(actor=_actor(), audience_id=audience, limit=1)
    second = list_members(actor=_actor(), audience_id=audience, cursor=first.next_cursor, limit=1)

    keys = {member.customer.key for member in (*first.items, *second.items)}
    assert keys == set(people[1:])
    assert second.next_cursor is None
    with pytest.raises(MalformedCursorError):
        list_members(actor=_actor(), audience_id=audience, cursor="WyJ4Il0")


def test_a_customer_merged_since_is_left_out_until_the_next_refresh(people: list[int]) -> None:
    audience = _save(BRITONS)
    _refresh(audience)
    merge_customers(actor=SYSTEM, customer_id=_id(people[0]), other_id=_id(people[1]), now=NOW)

    assert _members(audience) == {people[0]}
    publish_dirty(now=NOW)
    assert _refresh(audience) == (1, 0, 1)


def test_every_change_of_the_rules_is_a_version(people: list[int]) -> None:
    audience = _save()

    change_definition(actor=_actor(), audience_id=audience, definition=BRITONS, now=NOW)
    change_definition(actor=_actor(), audience_id=audience, definition=BRITONS, now=NOW)

    versions = list_versions(actor=_actor(), audience_id=audience)
    assert [(row.version, row.saved_by) for row in versions] == [(2, "Pat"), (1, "Pat")]
    assert get_audience(actor=_actor(), audience_id=audience).definition == versions[0].definition
    assert _refresh(audience) == (2, 2, 0)
    with pytest.raises(DefinitionError):
        change_definition(actor=_actor(), audience_id=audience, definition={}, now=NOW)


def test_names_lists_and_archive(people: list[int]) -> None:
    one, two = _save(name=" One "), _save(name="Two", description="x\0y")
    rename_audience(actor=_actor(), audience_id=one, name="First", description="d", now=NOW)

    page = list_audiences(actor=_actor(), filters=AudienceFilters(), limit=1)
    assert [row.name for row in page.items] == ["Two"]
    assert page.items[0].description == "xy"
    rest = list_audiences(actor=_actor(), filters=AudienceFilters(), cursor=page.next_cursor)
    assert [(row.name, row.description) for row in rest.items] == [("First", "d")]

    archive_audience(actor=_actor(), audience_id=two, now=NOW)
    assert count_audiences(actor=_actor(), filters=AudienceFilters()) == 1
    assert count_audiences(actor=_actor(), filters=AudienceFilters(is_archived=True)) == 1
    assert count_audiences(actor=_actor(), filters=AudienceFilters(text="fir")) == 1
    for call in (
        lambda: _refresh(two),
        lambda: rename_audience(actor=_actor(), audience_id=two, name="x", now=NOW),
        lambda: archive_audience(actor=_actor(), audience_id=two, now=NOW),
    ):
        with pytest.raises(ArchivedAudienceError):
            call()
    with pytest.raises(AudienceNameError):
        _save(name="  ")
    actions = {row.action for row in list_entries(actor=SYSTEM, filters=AuditFilters()).items}
    assert actions == {"audiences.save", "audiences.rename", "audiences.archive"}


def test_an_audience_is_seen_only_by_who_sees_all_it_was_made_over(people: list[int]) -> None:
    group, shop = _save(BRITONS), _save(BRITONS, actor=_actor({1, 2}))
    _refresh(shop)

    assert _members(shop, _actor({1, 2, 3})) == {people[0], people[1]}
    for audience, actor in ((group, _actor({1, 2})), (shop, _actor({1})), (shop, _actor(set()))):
        with pytest.raises(NotFoundError):
            get_audience(actor=actor, audience_id=audience)
        with pytest.raises(NotFoundError):
            list_members(actor=actor, audience_id=audience)
    assert count_audiences(actor=_actor({1}), filters=AudienceFilters()) == 0
    with pytest.raises(NotFoundError):
        get_audience(actor=_actor(), audience_id=new_id())


def test_an_explanation_says_which_rules_hold(people: list[int]) -> None:
    definition = {
        "version": 1,
        "match": {
            "kind": "and",
            "nodes": [BRITONS["match"], {"kind": "not", "node": BUYERS["match"]}],
        },
    }

    why = explain_membership(
        actor=_actor(), definition=definition, customer_id=_id(people[0]), as_of=TODAY
    )

    assert not why.is_member
    assert [(leaf.path, leaf.holds) for leaf in why.leaves] == [
        ("$.match.nodes[0]", True),
        ("$.match.nodes[1].node", True),
    ]
    assert why.leaves[0].sentence == "country is “GB”"
    assert why.nodes["$.match.nodes[1]"] is False
    assert [leaf.found for leaf in why.leaves] == ["GB", "1"]
    other = explain_membership(
        actor=_actor(), definition=definition, customer_id=_id(people[1]), as_of=TODAY
    )
    assert other.is_member
    assert [leaf.found for leaf in other.leaves] == ["GB", "0"]
    with pytest.raises(NotFoundError):
        explain_membership(
            actor=_actor({2}), definition=definition, customer_id=_id(people[0]), as_of=TODAY
        )


def test_an_export_is_masked_disarmed_and_audited(people: list[int]) -> None:
    audience = _save(BRITONS)
    _refresh(audience)

    made = export_audience(
        actor=_actor(), audience_id=audience, format_="csv", is_clear=False, now=NOW
    )

    rows = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert [(row["name"], row["email"]) for row in rows] == [
        ("A*** L***", "a***@shop.org"),
        ("'=***", ""),
    ]
    assert made.rows == 2
    (entry,) = list_entries(actor=SYSTEM, filters=AuditFilters(action="audiences.export")).items
    assert entry.after == {"format": "csv", "rows": 2, "clear": False}


def test_parquet_keeps_types_and_values_as_they_are(people: list[int]) -> None:
    audience, nobody = _save(BRITONS), _save()
    _refresh(audience)

    def export(identity: UUID) -> pa.Table:
        made = export_audience(
            actor=_actor(),
            audience_id=identity,
            format_="parquet",
            is_clear=True,
            now=NOW,
            use=ORDER_NEWS,
        )
        return pq.read_table(io.BytesIO(made.content))

    table = export(audience)
    assert table["name"].to_pylist() == ["Ann Lee", "=cmd()"]
    assert table["tags"].to_pylist() == [[], []]
    assert table["entered_at"].to_pylist() == [NOW, NOW]
    empty = export(nobody)
    assert (empty.num_rows, empty.schema.names) == (0, table.schema.names)


def test_an_archived_audience_can_be_taken_back(people: list[int]) -> None:
    audience = _save()
    archive_audience(actor=_actor(), audience_id=audience, now=NOW)

    for _ in range(2):
        row = restore_audience(actor=_actor(), audience_id=audience, now=NOW)

    assert row.archived_at is None
    assert _refresh(audience) == (1, 1, 0)
    found = list_entries(actor=SYSTEM, filters=AuditFilters(action="audiences.restore")).items
    assert len(found) == 1
    with pytest.raises(NotFoundError):
        restore_audience(actor=_actor({1}), audience_id=audience, now=NOW)


def test_versions_are_compared_rule_by_rule(people: list[int]) -> None:
    both = {"version": 1, "match": {"kind": "and", "nodes": [BRITONS["match"], BUYERS["match"]]}}
    either = {**both, "match": {**both["match"], "kind": "or"}}  # type: ignore[dict-item]
    audience = _save(both)
    change_definition(actor=_actor(), audience_id=audience, definition=BUYERS, now=NOW)
    change_definition(actor=_actor(), audience_id=audience, definition=either, now=NOW)
    third, second, first = list_versions(actor=_actor(), audience_id=audience)

    def compare(before: Any, after: Any) -> Any:
        return compare_definitions(before=before.definition, after=after.definition, language="en")

    narrower = compare(first, second)
    assert (narrower.gone, narrower.come) == (("country is “GB”",), ())
    assert compare(second, first).come == ("country is “GB”",)
    assert compare(first, third).is_rejoined
    assert not compare(first, first).is_rejoined
    assert not narrower.is_rejoined


def test_the_worker_looks_back_from_where_old_data_ends(people: list[int]) -> None:
    key = Audience.objects.get(id=_save()).key
    later = NOW + timedelta(days=400)

    refresh_one(audience_key=key, now=later)

    last = list_refreshes(actor=_actor(), audience_id=Audience.objects.get(key=key).id)[0]
    assert (last.as_of, last.members) == (TODAY, 1)


def test_an_export_in_clear_goes_through_the_gate_of_consent(people: list[int]) -> None:
    audience = _save(BRITONS)
    _refresh(audience)
    news = ContactUse("marketing", "email")
    table = pa.Table.from_pylist(
        [
            {"subject_key": people[0], "purpose": "marketing", "channel": "email"}
            | {"basis": "consent", "status": "granted", "source_kind": "form", "source": "x"}
            | {"reference": "r", "observed_at": NOW}
        ]
    )
    record_statements(statements=table, recorded_by="test", now=NOW)

    made = export_audience(
        actor=_actor(), audience_id=audience, format_="csv", is_clear=True, now=NOW, use=news
    )
    told = check_export(actor=_actor(), audience_id=audience, use=news, now=NOW)

    rows = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["Ann Lee"]
    assert (made.rows, dict(made.left_out)) == (1, {"not_asked": 1})
    assert (told.allowed, told.left_out) == (1, made.left_out)
    (entry,) = list_entries(actor=SYSTEM, filters=AuditFilters(action="audiences.export")).items
    assert entry.after is not None
    assert entry.after["left_out"] == {"not_asked": 1}
    with pytest.raises(ExportUseError):
        export_audience(actor=_actor(), audience_id=audience, format_="csv", is_clear=True, now=NOW)


def test_an_export_in_clear_needs_the_right_to_reveal(people: list[int]) -> None:
    audience = _save(BRITONS)
    _refresh(audience)

    def export(rights: frozenset[str] = RIGHTS, format_: str = "xlsx") -> bytes:
        return export_audience(
            actor=_actor(rights=rights),
            audience_id=audience,
            format_=format_,
            is_clear=True,
            now=NOW,
            use=ORDER_NEWS,
        ).content

    sheet = load_workbook(io.BytesIO(export())).active
    assert sheet is not None
    assert [[cell.value for cell in row][1:3] for row in sheet.iter_rows(min_row=2)] == [
        ["Ann Lee", "ann@shop.org"],
        ["'=cmd()", None],
    ]
    for missing in ("customers.export", "customers.reveal", "audiences.view"):
        with pytest.raises(NotAllowedError):
            export(RIGHTS - {missing})
    with pytest.raises(ExportFormatError):
        export(format_="pdf")


def test_the_worker_refreshes_active_audiences_only(people: list[int]) -> None:
    kept, put_away = _save(BRITONS), _save(BRITONS)
    archive_audience(actor=_actor(), audience_id=put_away, now=NOW)

    for audience in Audience.objects.all():
        refresh_one(audience_key=audience.key, now=NOW)

    assert _members(kept) == {people[0], people[1]}
    assert list_refreshes(actor=_actor(), audience_id=put_away) == ()
