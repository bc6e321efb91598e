"""What a source lets in: sampling, robots, limits of time; counted once, lost never."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.timeline import NOW, accept, make_event, make_source, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions.deciding import decide
from quanqu.know.timeline.contracts import (
    BotRule,
    EffectKind,
    FailedFilters,
    Intake,
    IntakeChange,
    IssuedWriteKey,
    OutOfTimeRule,
    SourceChange,
    SourceInputError,
    SourceKind,
)
from quanqu.know.timeline.models import FailedEvent
from quanqu.know.timeline.queries.breaches import events_count_once
from quanqu.know.timeline.queries.inbox import read_keys, waiting_keys
from quanqu.know.timeline.rules.bots import is_bot
from quanqu.know.timeline.rules.clicks import click_id_of
from quanqu.know.timeline.rules.sifting import is_sampled_in, judge_time

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "sources.md"
ROBOT = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
stored = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def rows(title: str) -> Iterator[list[str]]:
    section = DOCUMENT.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


def change(issued: IssuedWriteKey, **intake: Any) -> None:
    told = SourceChange(intake=IntakeChange(**intake))
    facade.change_source(actor=SYSTEM, source_id=issued.source.id, change=told, now=NOW)


def effects(issued: IssuedWriteKey) -> dict[EffectKind, int]:
    found = facade.list_source_effects(actor=SYSTEM, source_id=issued.source.id, now=NOW)
    return {each.kind: each.count for each in found}


def settle() -> None:
    facade.settle_everything(now=NOW)


@pytest.mark.parametrize("cells", list(rows("Sampling")))
def test_samples_of_the_document(cells: list[str]) -> None:
    visitor, _, rate, is_in = cells
    assert is_sampled_in(visitor, float(rate)) is (is_in == "yes")


@pytest.mark.parametrize(("agent", "robot"), list(rows("Robots")))
def test_robots_of_the_document(agent: str, robot: str) -> None:
    assert is_bot(agent) is (robot == "yes")


@pytest.mark.parametrize("cells", list(rows("Limits of time")))
def test_times_of_the_document(cells: list[str]) -> None:
    timestamp, sent, received, late_days, rule, happened, becomes = cells
    way = OutOfTimeRule(rule)
    found = judge_time(
        timestamp,
        sent_at=sent or None,
        received_at=datetime.fromisoformat(received).astimezone(UTC),
        intake=Intake(late_days=int(late_days), on_late=way, on_ahead=way),
    )
    shown = "failed" if found.refusal else found.flag or "taken"
    assert (found.occurred_at, shown) == (datetime.fromisoformat(happened), becomes)


@given(st.text(min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_sample_holds_every_smaller_one(visitor: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert not is_sampled_in(visitor, small) or is_sampled_in(visitor, large)
    assert is_sampled_in(visitor, 1.0)
    assert not is_sampled_in(visitor, 0.0)


def test_a_sample_of_many_visitors_is_as_large_as_told() -> None:
    taken = sum(is_sampled_in(f"visitor-{number}", 0.1) for number in range(20_000))
    assert 1_800 < taken < 2_200


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("?gclid=abc&utm_source=x", "gclid"),
        ("https://shop.example/a?x=1&fbclid=z", "fbclid"),
        ("?gclid=", ""),
        ("?notgclid=1", ""),
        (7, ""),
    ],
)
def test_a_click_id_is_found_in_an_address(address: Any, kind: str) -> None:
    assert click_id_of(address) == kind


class TestSettled:
    """What becomes of events in the lake and in the counts."""

    pytestmark = stored

    def test_every_visitor_is_wholly_in_or_out_and_what_is_out_is_counted_once(self) -> None:
        issued = make_source()
        change(issued, sampling_rate=Decimal("0.3"))
        visitors = [f"v{number}" for number in range(40)]
        sent = [
            make_event(messageId=f"{name}-{n}", anonymousId=name)
            for name in visitors
            for n in range(3)
        ]

        accept(issued, sent)
        settle()
        accept(issued, sent)
        settle()

        wanted = sorted(
            event["messageId"] for event in sent if is_sampled_in(event["anonymousId"], 0.3)
        )
        assert 0 < len(wanted) < len(sent)
        assert settled_ids() == wanted
        assert effects(issued) == {EffectKind.SAMPLED_OUT: len(sent) - len(wanted)}
        assert events_count_once() == []

    def test_a_crash_after_deciding_keeps_the_decision_whatever_the_settings_are(self) -> None:
        issued = make_source()
        change(issued, sampling_rate=Decimal("0.5"))
        sent = [make_event(messageId=f"m{n}", anonymousId=f"v{n}") for n in range(30)]
        accept(issued, sent)
        keys = waiting_keys(most_events=100)
        decided = decide(read_keys(keys), keys, now=NOW)
        assert decided is not None

        change(issued, sampling_rate=Decimal(0))
        settle()

        wanted = sorted(
            each["messageId"] for each in sent if is_sampled_in(each["anonymousId"], 0.5)
        )
        assert settled_ids() == wanted
        assert effects(issued) == {EffectKind.SAMPLED_OUT: 30 - len(wanted)}

    def test_robots_are_marked_left_out_or_taken(self) -> None:
        web = make_source()
        accept(web, [make_event(messageId="marked", context=ROBOT)])
        settle()
        change(web, bots=BotRule.DROP)
        accept(web, [make_event(messageId="dropped", context=ROBOT), make_event(messageId="me")])
        settle()
        change(web, bots=BotRule.KEEP)
        accept(web, [make_event(messageId="kept", context=ROBOT)])
        settle()

        flags = {row["message_id"]: row["flags"] for row in settled_rows()}
        assert flags == {"marked": "bot", "me": "", "kept": ""}
        assert effects(web) == {EffectKind.BOT_MARKED: 1, EffectKind.BOT_DROPPED: 1}

    def test_events_of_1970_and_2099_fail_with_a_message_and_their_neighbours_settle(self) -> None:
        issued = make_source()
        old = make_event(messageId="old", timestamp="1970-01-01T00:00:07Z")
        far = make_event(messageId="far", timestamp="2099-01-01T00:00:00Z")

        accept(issued, [old, make_event(messageId="good"), far])
        settle()

        assert settled_ids() == ["good"]
        reasons = dict(FailedEvent.objects.values_list("message_id", "reason"))
        assert reasons == {
            "old": "1970-01-01T00:00:07Z lies before 1971-01-01T00:00:00Z",
            "far": "2099-01-01T00:00:00Z lies more than 86400 seconds after its receipt",
        }
        assert effects(issued) == {EffectKind.OUT_OF_TIME: 2}

    def test_a_failed_event_is_replayed_once_its_source_allows_it(self) -> None:
        issued = make_source()
        accept(issued, [make_event(messageId="far", timestamp="2099-01-01T00:00:00Z")])
        settle()
        change(issued, on_ahead=OutOfTimeRule.ACCEPT)

        failed = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
        assert [row.message_id for row in failed] == ["far"]
        facade.replay_failed_events(actor=SYSTEM, filters=FailedFilters(), now=NOW)
        settle()

        (row,) = settled_rows()
        assert (row["flags"], row["occurred_at"]) == ("ahead", NOW)
        assert not FailedEvent.objects.exists()

    def test_the_house_itself_is_let_in_whole(self) -> None:
        issued = make_source("orders")
        change(issued, sampling_rate=Decimal(0), late_days=1, bots=BotRule.DROP)
        old = make_event(messageId="old", timestamp="2010-12-01T08:26:00Z", context=ROBOT)

        facade.accept_events(source_code="orders", events=[old], now=NOW)
        settle()

        assert settled_ids() == ["old"]

    @pytest.mark.parametrize(
        "intake",
        [
            {"sampling_rate": Decimal("1.5")},
            {"sampling_rate": Decimal("0.12345")},
            {"sampling_rate": Decimal("NaN")},
            {"late_days": -1},
            {"ahead_s": 40_000_000},
        ],
    )
    def test_settings_out_of_range_are_refused_by_name(self, intake: dict[str, Any]) -> None:
        issued = make_source()
        with pytest.raises(SourceInputError) as refused:
            change(issued, **intake)
        assert refused.value.fields["field"] == next(iter(intake))

    def test_a_source_tells_its_kind_and_what_it_lets_in(self) -> None:
        issued = make_source(kind=SourceKind.BROWSER, intake=Intake(late_days=30))
        told = facade.get_source(actor=SYSTEM, source_id=issued.source.id, now=NOW)

        assert (told.kind, told.intake.late_days) == (SourceKind.BROWSER, 30)
        later = NOW + timedelta(days=1)
        assert facade.list_source_effects(actor=SYSTEM, source_id=told.id, now=later) == ()
