"""What is older than the rules allow leaves the lake, counted; and events go out as Parquet."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.builders.timeline import NOW, make_event, make_source, reader, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import Period
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions import retention
from quanqu.know.timeline.contracts import (
    ExportRequest,
    ExportTargetError,
    RetentionInputError,
    RetentionRule,
)
from quanqu.know.timeline.models import RetentionRunRow
from quanqu.know.timeline.queries.breaches import events_count_once
from quanqu.know.timeline.rules.retention import check_rules, rule_for

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "retention.md"
WORKED = (
    RetentionRule(365),
    RetentionRule(90, source="web"),
    RetentionRule(30, event="Page Viewed"),
    RetentionRule(3650, source="web", event="Order Completed"),
)
SINCE = NOW.date() - timedelta(days=400)
ALL_DAYS = Period(SINCE, NOW.date())
stored = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def rows() -> Iterator[list[str]]:
    lines = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("source", "event", "days"), list(rows()))
def test_the_most_particular_rule_decides(source: str, event: str, days: str) -> None:
    found = rule_for(WORKED, source, event)
    assert found is not None
    assert found.days == int(days)


@pytest.mark.parametrize(
    "rules",
    [
        [RetentionRule(0)],
        [RetentionRule(40_000)],
        [RetentionRule(1), RetentionRule(2)],
        [RetentionRule(1, event="x" * 257)],
    ],
)
def test_rules_that_cannot_be_are_refused(rules: list[RetentionRule]) -> None:
    with pytest.raises(RetentionInputError):
        check_rules(rules)


def fill(*told: tuple[str, str, int]) -> None:
    """Settle an event of a source and a name for each number of days before now."""
    for code in {source for source, _, _ in told}:
        make_source(code)
        events = [
            make_event(
                messageId=f"{code}-{event[0]}-{days}",
                event=event,
                timestamp=(NOW - timedelta(days=days)).isoformat(),
            )
            for source, event, days in told
            if source == code
        ]
        facade.accept_events(source_code=code, events=events, now=NOW)
    facade.settle_everything(now=NOW)


class TestStored:
    """Rules over what is in the lake."""

    pytestmark = stored

    def test_events_go_when_their_own_rule_says_and_the_law_still_adds_up(self) -> None:
        sent = [
            (source, event, days)
            for source in ("web", "app")
            for event in ("Page Viewed", "Order Completed", "Query")
            for days in (10, 60, 200, 390)
        ]
        fill(*sent)
        facade.put_retention_rules(actor=SYSTEM, rules=WORKED, now=NOW)

        gone = facade.apply_retention(now=NOW)
        again = facade.apply_retention(now=NOW)

        kept = {
            f"{source}-{event[0]}-{days}"
            for source, event, days in sent
            if (rule := rule_for(WORKED, source, event)) is not None and days <= rule.days
        }
        assert set(settled_ids()) == kept
        assert (gone, again) == (len(sent) - len(kept), 0)
        assert sum(run.removed for run in facade.list_retention_runs(actor=SYSTEM)) == gone
        assert events_count_once() == []

    def test_what_would_go_is_what_goes(self) -> None:
        fill(
            *(("web", "Page Viewed", days) for days in (120, 95, 10)),
            *(("web", "Query", days) for days in (120, 80)),
            *(("app", "Query", days) for days in (300, 366, 400)),
            ("app", "Page Viewed", 31),
        )
        facade.put_retention_rules(actor=SYSTEM, rules=WORKED, now=NOW)

        told = {one.rule: one.waiting for one in facade.preview_retention(actor=SYSTEM, now=NOW)}

        assert told == dict(zip(WORKED, (2, 3, 1, 0), strict=True))
        assert facade.apply_retention(now=NOW) == 6
        after = facade.preview_retention(actor=SYSTEM, now=NOW)
        assert [one.waiting for one in after] == [0, 0, 0, 0]

    def test_a_rule_is_changed_without_touching_the_others(self) -> None:
        facade.put_retention_rules(actor=SYSTEM, rules=WORKED, now=NOW)

        facade.set_retention_rule(actor=SYSTEM, rule=RetentionRule(80, source="web"), now=NOW)
        gone = facade.remove_retention_rule(actor=SYSTEM, source="", event="", now=NOW)
        nothing = facade.remove_retention_rule(actor=SYSTEM, source="", event="x", now=NOW)

        held = {(one.source, one.event): one.days for one in WORKED[2:]} | {("web", ""): 80}
        found = facade.list_retention_rules(actor=SYSTEM)
        assert {(one.source, one.event): one.days for one in found} == held
        assert (gone, nothing) == (True, False)

    @pytest.mark.parametrize("at", ["before", "after"])
    def test_a_run_killed_half_way_is_finished_and_counted(
        self, at: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(("web", "Query", 10), ("web", "Query", 100), ("web", "Query", 200))
        facade.put_retention_rules(actor=SYSTEM, rules=[RetentionRule(50)], now=NOW)
        remove = retention._remove

        def die(*told: Any) -> int:
            if at == "after":
                remove(*told)
            raise KeyboardInterrupt

        monkeypatch.setattr(retention, "_remove", die)
        with pytest.raises(KeyboardInterrupt):
            facade.apply_retention(now=NOW)
        monkeypatch.setattr(retention, "_remove", remove)
        facade.apply_retention(now=NOW)

        assert settled_ids() == ["web-Q-10"]
        assert list(RetentionRunRow.objects.values_list("removed", flat=True)) == [2]
        assert events_count_once() == []

    def test_an_event_that_was_removed_does_not_come_back(self) -> None:
        fill(("web", "Query", 100))
        facade.put_retention_rules(actor=SYSTEM, rules=[RetentionRule(50)], now=NOW)
        facade.apply_retention(now=NOW)
        old = make_event(messageId="web-Q-100", timestamp=(NOW - timedelta(days=100)).isoformat())
        facade.accept_events(source_code="web", events=[old], now=NOW)
        facade.settle_everything(now=NOW)

        assert settled_ids() == []

    def test_who_does_not_manage_the_group_makes_no_rule(self) -> None:
        with pytest.raises(NotAllowedError):
            facade.put_retention_rules(
                actor=reader(places=[1], can=("view", "manage")), rules=[], now=NOW
            )

    def test_an_export_is_whole_told_by_its_manifest_and_goes_on(self, tmp_path: Path) -> None:
        fill(("web", "Query", 3), ("web", "Query", 2), ("app", "Query", 2), ("web", "Query", 1))
        target = tmp_path / "out"
        request = ExportRequest(str(target), ALL_DAYS)
        first = facade.export_events(actor=SYSTEM, request=request, now=NOW)
        manifest = json.loads((target / "manifest.json").read_text())
        name = sorted(manifest["files"])[0]
        (target / name).write_bytes(b"torn")

        second = facade.export_events(actor=SYSTEM, request=request, now=NOW)

        assert (first.files, first.rows, first.kept) == (3, 4, 0)
        assert (second.files, second.rows, second.kept) == (3, 4, 2)
        for name, told in manifest["files"].items():
            content = (target / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == told["sha256"]
        read = [
            row for name in manifest["files"] for row in pq.read_table(target / name).to_pylist()
        ]
        expected = [{k: v for k, v in row.items() if k != "part"} for row in settled_rows()]
        assert sorted(read, key=lambda row: row["event_key"]) == expected
        assert [column["name"] for column in manifest["columns"]] == [
            name for name in lake.table_schema("fact_event").names if name != "part"
        ]

    def test_an_export_takes_what_was_there_when_it_began(self, tmp_path: Path) -> None:
        fill(("web", "Query", 3))
        request = ExportRequest(str(tmp_path / "out"), ALL_DAYS)
        facade.export_events(actor=SYSTEM, request=request, now=NOW)
        fill(("app", "Query", 5))
        again = facade.export_events(actor=SYSTEM, request=request, now=NOW)

        assert (again.files, again.rows, again.kept) == (1, 1, 1)

    def test_another_export_needs_another_folder(self, tmp_path: Path) -> None:
        fill(("web", "Query", 3))
        target = str(tmp_path / "out")
        facade.export_events(actor=SYSTEM, request=ExportRequest(target, ALL_DAYS), now=NOW)
        other = ExportRequest(target, Period(date(2026, 1, 1), date(2026, 1, 2)))
        with pytest.raises(ExportTargetError, match="another export"):
            facade.export_events(actor=SYSTEM, request=other, now=NOW)
        with pytest.raises(ExportTargetError):
            facade.export_events(
                actor=SYSTEM, request=ExportRequest("nowhere://x", ALL_DAYS), now=NOW
            )
