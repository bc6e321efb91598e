"""Channels by the table, visits by the rules, checked by an independent calculation."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.org import make_place
from tests.builders.timeline import NOW, accept, make_event, make_source, reader

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import Period
from quanqu.know.org.contracts import PlaceType
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    ChannelInputError,
    ChannelRule,
    ChannelsChangedError,
    IssuedWriteKey,
    SourceKind,
    VisitDimension,
    VisitFigures,
    VisitQuestion,
    VisitSettings,
)
from quanqu.know.timeline.queries.channels import shipped_channels
from quanqu.know.timeline.rules.channels import (
    channel_of,
    check_rules,
    compiled,
    rules_of,
    stored_rules,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "channels.md"
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
TODAY = Period(NOW.date(), NOW.date())
MATCHES = compiled(shipped_channels())
FIGURES = ("visits", "visitors", "bounces", "pages", "dwell_s", "orders")
stored = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def rows(title: str, table: int = 0) -> Iterator[list[str]]:
    section = DOCUMENT.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    tables = [part for part in section.split("\n\n") if part.lstrip().startswith("|")]
    for line in tables[table].strip().splitlines()[2:]:
        yield [cell.strip() for cell in line.strip().strip("|").split("|")]


@pytest.mark.parametrize("cells", list(rows("Channels")))
def test_channels_of_the_document(cells: list[str]) -> None:
    medium, source, click_id, host, channel = cells
    found = channel_of(MATCHES, medium=medium, source=source, click_id=click_id, host=host)
    assert found == channel


def test_rules_are_stored_and_read_back_as_they_were() -> None:
    shipped = shipped_channels()
    assert rules_of(json.loads(json.dumps(stored_rules(shipped)))) == shipped
    assert check_rules(shipped) == shipped


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (ChannelRule("Paid Search", mediums=("cpc",)), "small letters"),
        (ChannelRule("paid"), "no condition"),
        (ChannelRule("paid", hosts=("https://a.example/",)), "not a host"),
        (ChannelRule("paid", hosts=("(a+)+$",)), "not a host"),
        (ChannelRule("paid", sources=("x" * 101,)), "100 characters"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(rule: ChannelRule, reason: str) -> None:
    with pytest.raises(ChannelInputError, match=reason) as refused:
        check_rules([ChannelRule("email", mediums=("email",)), rule])
    assert refused.value.fields["field"] == "rule 2"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10), st.text(max_size=40))
def test_every_visit_has_exactly_one_channel(
    medium: str, source: str, click: str, host: str
) -> None:
    found = channel_of(MATCHES, medium=medium, source=source, click_id=click, host=host)
    assert found in {rule.channel for rule in shipped_channels()} | {"direct"}


def make_touch(
    visitor: str, at: datetime, event: str = "Page Viewed", **page: Any
) -> dict[str, Any]:
    """Return an event of a visitor, with a campaign and a referrer where they are given."""
    campaign = {key: page.pop(key) for key in ("source", "medium") if key in page}
    context = {"page": {"path": page.pop("path", "/"), **page}, "campaign": campaign}
    kind = {"type": "page", "event": None} if event == "Page Viewed" else {"event": event}
    properties = {} if event == "Page Viewed" else {"product_id": "p"}
    return make_event(
        anonymousId=visitor,
        timestamp=at.isoformat(),
        context=context,
        properties=properties,
        **kind,
    )


def web() -> IssuedWriteKey:
    return make_source(kind=SourceKind.BROWSER, allowed_origins=("https://shop.example",))


def settled(issued: IssuedWriteKey, events: list[dict[str, Any]]) -> None:
    for at in range(0, len(events), 500):
        accept(issued, events[at : at + 500])
    facade.settle_everything(now=NOW)
    lake.publish_dirty(now=NOW)


def ask(by: VisitDimension, period: Period = TODAY, **more: Any) -> dict[str, tuple[int, ...]]:
    report = facade.get_visits(actor=SYSTEM, question=VisitQuestion(period, by, **more))
    return {row.key: figures_of(row) for row in report.rows} | {"": figures_of(report.total)}


def _lake_rows() -> list[dict[str, Any]]:
    return lake.run(lake.table("fact_event")).to_pylist()


def figures_of(row: VisitFigures) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in FIGURES)


class TestFigures:
    """Figures of settled events."""

    pytestmark = stored

    def test_the_worked_day_of_the_document(self) -> None:
        told = list(rows("Visits"))
        events = []
        for clock, event, campaign, _ in told:
            at = datetime.fromisoformat(f"2026-11-21T{clock}+00:00")
            events.append(
                make_touch("one", at, event, **({"source": campaign} if campaign else {}))
            )
        settled(web(), events)

        day = Period(date(2026, 11, 21), date(2026, 11, 21))
        whole = ask(VisitDimension.DAY, day)

        assert whole["2026-11-21"] == whole[""] == (4, 1, 2, 7, 2520, 0)
        assert len({number for *_, number in told}) == 4

    def test_channels_landing_pages_and_own_hosts(self) -> None:
        at = NOW - timedelta(hours=2)
        settled(
            web(),
            [
                make_touch("a", at, source="google", medium="cpc", path="/tea"),
                make_touch("a", at + timedelta(minutes=1), "Order Completed"),
                make_touch("b", at, referrer="https://www.baidu.com/s?wd=tea", path="/tea"),
                make_touch("c", at, referrer="https://shop.example/cups", path="/cups"),
            ],
        )

        assert ask(VisitDimension.CHANNEL) == {
            "": (3, 3, 2, 3, 60, 1),
            "paid_search": (1, 1, 0, 1, 60, 1),
            "search": (1, 1, 1, 1, 0, 0),
            "direct": (1, 1, 1, 1, 0, 0),
        }
        assert set(ask(VisitDimension.LANDING_PAGE)) == {"", "/tea", "/cups"}
        only = ask(VisitDimension.LANDING_PAGE, channels=("search",))
        assert only[""][0] == 1

    def test_midnight_ends_a_visit_where_a_clock_is_told(self) -> None:
        late = datetime(2026, 11, 21, 15, 50, tzinfo=UTC)  # ten to midnight in Shanghai
        settled(web(), [make_touch("a", late), make_touch("a", late + timedelta(minutes=20))])
        assert ask(VisitDimension.DAY, WEEK)[""][0] == 1

        facade.put_channel_table(
            actor=SYSTEM,
            rules=shipped_channels(),
            settings=VisitSettings(midnight_offset_min=480),
            version=0,
            now=NOW,
        )

        assert ask(VisitDimension.DAY, WEEK)[""][0] == 2

    def test_robots_and_sources_without_visitors_count_for_nothing(self) -> None:
        settled(make_source("till"), [make_touch("a", NOW - timedelta(hours=1))])
        robot = make_touch("b", NOW - timedelta(hours=1))
        robot["context"]["userAgent"] = "Googlebot/2.1"
        settled(web(), [robot])

        assert ask(VisitDimension.SOURCE) == {"": (0, 0, 0, 0, 0, 0)}

    @pytest.mark.parametrize("seed", range(3))
    def test_figures_equal_an_independent_calculation(self, seed: int) -> None:
        luck = random.Random(seed)
        start = datetime(2026, 11, 16, tzinfo=UTC)
        events, told = [], []
        for number in range(400):
            visitor = f"v{luck.randrange(25)}"
            at = start + timedelta(seconds=luck.randrange(6 * 86_400) // 600 * 600 + number)
            event = luck.choice(["Page Viewed"] * 5 + ["Product Viewed", "Order Completed"])
            source = luck.choice(["", "", "", "google", "wechat", "letter"])
            host = luck.choice(["", "www.bing.com", "blog.example"])
            path = luck.choice(["/a", "/b"])
            page = {"path": path}
            page |= {"source": source, "medium": "cpc"} if source else {}
            page |= {"referrer": f"https://{host}/"} if host else {}
            events.append(make_touch(visitor, at, event, **page))
            told.append((visitor, at, event, source, "cpc" if source else "", host, path))
        luck.shuffle(events)
        settled(web(), events)

        expected = oracle(told)
        found = ask(VisitDimension.CHANNEL, WEEK)

        assert {key: row for key, row in found.items() if key} == expected
        assert found[""][0] == sum(row[0] for row in expected.values())

    def test_who_may_see_one_place_sees_its_visits_only(self) -> None:
        issued = web()
        settled(issued, [make_touch("a", NOW - timedelta(hours=1))])
        question = VisitQuestion(TODAY)
        place = issued.source.place_key
        assert place is not None

        mine = facade.get_visits(actor=reader(places=[place]), question=question)
        other = facade.get_visits(actor=reader(places=[place + 1]), question=question)

        assert (mine.total.visits, other.total.visits) == (1, 0)
        with pytest.raises(NotAllowedError):
            facade.get_visits(actor=reader(can=()), question=question)

    def test_visits_by_the_store_nearest_to_where_the_visitor_lives(self) -> None:
        stores = {
            code: make_place(code, place_type=PlaceType.STORE, latitude=north, longitude=east)
            for code, north, east in (("leeds", 53.797, -1.548), ("york", 53.962, -1.082))
        }
        homes = {"ann": (53.8, -1.5), "bob": (53.95, -1.1), "cy": (53.9, -1.1), "dee": None}
        at = NOW - timedelta(hours=2)
        events = []
        for name, home in homes.items():
            who = {"anonymousId": name, "userId": name, "timestamp": at.isoformat()}
            traits = dict(zip(("latitude", "longitude"), home, strict=True)) if home else {}
            events.append(make_event(type="identify", event=None, traits=traits, **who))
            events.append(make_touch(name, at))
        events.append(make_touch("nobody", at))
        issued = web()
        settled(issued, events)
        place = issued.source.place_key
        assert place is not None

        whole = ask(VisitDimension.NEAREST_STORE)
        part = facade.get_visits(
            actor=reader(places=[place, stores["york"].key]),
            question=VisitQuestion(TODAY, VisitDimension.NEAREST_STORE),
        )

        assert {key: row[:2] for key, row in whole.items() if key} == {
            stores["york"].id: (2, 2),
            stores["leeds"].id: (1, 1),
        }
        assert whole[""][0] == 5
        assert {row.key: row.visits for row in part.rows} == {
            stores["york"].id: 2,
            "other": 1,
            "": 2,
        }
        assert all("latitude" not in (row["properties"] or "") for row in _lake_rows())

    def test_a_table_changed_meanwhile_is_not_overwritten(self) -> None:
        rules = (ChannelRule("mail", mediums=("email",)),)
        first = facade.put_channel_table(
            actor=SYSTEM, rules=rules, settings=VisitSettings(), version=0, now=NOW
        )
        assert (first.version, first.rules) == (1, rules)
        with pytest.raises(ChannelsChangedError):
            facade.put_channel_table(
                actor=SYSTEM, rules=rules, settings=VisitSettings(), version=0, now=NOW
            )
        back = facade.restore_shipped_channels(actor=SYSTEM, version=1, now=NOW)
        assert (back.version, back.rules) == (2, shipped_channels())
        assert [each.version for each in facade.list_channel_tables(actor=SYSTEM)] == [2, 1]
        with pytest.raises(NotAllowedError):
            facade.put_channel_table(
                actor=reader(can=("view",)),
                rules=rules,
                settings=VisitSettings(),
                version=2,
                now=NOW,
            )


def oracle(told: list[tuple[Any, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the figures by channel, worked out in pandas and plain loops."""
    names = ["visitor", "at", "event", "source", "medium", "host", "path"]
    frame = pd.DataFrame(told, columns=names).sort_values(["visitor", "at"], kind="stable")
    visits: list[list[dict[str, Any]]] = []
    for _, mine in frame.groupby("visitor"):
        tag, last = "", None
        for row in mine.to_dict("records"):
            is_new = last is None or (row["at"] - last).total_seconds() > 1800
            if row["source"] and row["source"] != tag:
                is_new, tag = True, row["source"]
            if is_new:
                visits.append([])
            visits[-1].append(row)
            last = row["at"]
    shaped = pd.DataFrame(
        {
            "channel": channel_of(
                MATCHES,
                medium=visit[0]["medium"],
                source=visit[0]["source"],
                click_id="",
                host=visit[0]["host"],
            ),
            "visitor": visit[0]["visitor"],
            "bounce": len(visit) == 1,
            "pages": sum(row["event"] == "Page Viewed" for row in visit),
            "dwell_s": int((visit[-1]["at"] - visit[0]["at"]).total_seconds()),
            "ordered": any(row["event"] == "Order Completed" for row in visit),
        }
        for visit in visits
    )
    return {
        channel: (
            len(mine),
            mine["visitor"].nunique(),
            int(mine["bounce"].sum()),
            int(mine["pages"].sum()),
            int(mine["dwell_s"].sum()),
            int(mine["ordered"].sum()),
        )
        for channel, mine in shaped.groupby("channel")
    }
