"""Access logs: every line once, under whatever name; no address is kept."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders.timeline import NOW, make_source, reader, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions import logs
from quanqu.know.timeline.contracts import (
    BotRule,
    Intake,
    LogFileError,
    LogFormatError,
    LogReading,
    LogRequest,
    SourceKind,
    SourceNotFoundError,
)
from quanqu.know.timeline.models import InboxBody, LogFile
from quanqu.know.timeline.rules.logs import COMBINED, event_of, is_asset, line_pattern, read_line

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "logs.md"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
stored = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def rows(title: str) -> Iterator[tuple[str, str]]:
    section = DOCUMENT.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    for row in [line for line in section.splitlines() if line.startswith("|")][2:]:
        line, _, becomes = row.strip("| ").rpartition("|")
        yield line.strip().strip("`"), becomes.strip()


def make_line(second: int, path: str = "/tea", address: str = "203.0.113.9") -> str:
    clock = f"22/Nov/2026:07:{second // 60:02d}:{second % 60:02d} +0000"
    return f'{address} - - [{clock}] "GET {path} HTTP/1.1" 200 512 "-" "{AGENT}"\n'


@pytest.mark.parametrize(("line", "becomes"), list(rows("Lines")))
def test_lines_of_the_document(line: str, becomes: str) -> None:
    found = read_line(line, line_pattern(COMBINED))

    if isinstance(found, str):
        shown = found
    elif is_asset(found):
        shown = "part of a page"
    else:
        event = event_of(found, message_id="m", visitor="v")
        name = event.get("event", "Page Viewed")
        shown = f"{name} {found.path} {found.search}".strip()
    assert shown == becomes


@pytest.mark.parametrize(
    "log_format",
    [
        '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
        '%h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-agent}i"',
    ],
)
def test_the_words_of_apache_read_what_those_of_nginx_do(log_format: str) -> None:
    line = make_line(5).rstrip("\n")
    assert read_line(line, line_pattern(log_format)) == read_line(line, line_pattern(COMBINED))


def test_a_format_of_ones_own_with_a_host_and_the_visitor_of_the_script() -> None:
    pattern = line_pattern(
        "$time_iso8601|$host|$request_method|$request_uri|$status|$request_time|$cookie_qq_aid"
    )
    found = read_line(
        "2026-11-22T15:00:00+08:00|shop.example|GET|/a?gclid=x|200|0.01|aid-1", pattern
    )

    assert not isinstance(found, str)
    assert (found.host, found.visitor, found.search) == ("shop.example", "aid-1", "?gclid=x")
    assert found.at.isoformat() == "2026-11-22T15:00:00+08:00"


@pytest.mark.parametrize("log_format", ["", "$remote_addr", "$request only", "x" * 2_001])
def test_a_format_without_time_or_request_is_refused(log_format: str) -> None:
    with pytest.raises(LogFormatError):
        line_pattern(log_format)


class TestReading:
    """Files read into a source."""

    pytestmark = stored

    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("QUANQU_HOME", str(tmp_path / "home"))
        monkeypatch.setattr(logs, "STEP_LINES", 4)
        make_source("weblog", kind=SourceKind.LOG)
        return tmp_path / "home"

    def read(self, path: Path, **more: object) -> LogReading:
        request = LogRequest("weblog", path, **more)  # type: ignore[arg-type] # fields of the request
        return facade.read_log(actor=SYSTEM, request=request, now=NOW)

    def test_every_line_counts_once_through_growth_rotation_and_packing(
        self, tmp_path: Path
    ) -> None:
        log = tmp_path / "access.log"
        first = [make_line(n) for n in range(10)]
        log.write_text("".join(first) + make_line(10)[:40])
        one = self.read(log)
        whole = "".join(first) + "".join(make_line(n) for n in range(10, 13))
        log.write_text(whole)
        two = self.read(log)
        packed = tmp_path / "access.log.1.gz"
        packed.write_bytes(gzip.compress(whole.encode()))
        three = self.read(packed)
        facade.settle_everything(now=NOW)

        assert [(each.begun_at > 0, each.lines) for each in (one, two, three)] == [
            (False, 10),
            (True, 3),
            (True, 0),
        ]
        assert len(settled_ids()) == len(set(settled_ids())) == 13

    def test_a_log_read_from_the_start_again_adds_nothing(self, tmp_path: Path) -> None:
        log = tmp_path / "access.log"
        log.write_text("".join(make_line(n) for n in range(9)))
        self.read(log)
        LogFile.objects.all().delete()
        again = self.read(log)
        facade.settle_everything(now=NOW)

        assert again.lines == 9
        assert len(settled_ids()) == 9

    def test_reading_killed_between_steps_goes_on_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = tmp_path / "access.log"
        log.write_text("".join(make_line(n) for n in range(10)))
        steps = iter(range(2))
        write = logs._write

        def stop(*told: object) -> None:
            if next(steps, None) == 1:
                raise KeyboardInterrupt
            write(*told)  # type: ignore[arg-type] # what it was called with

        monkeypatch.setattr(logs, "_write", stop)
        with pytest.raises(KeyboardInterrupt):
            self.read(log)
        monkeypatch.setattr(logs, "_write", write)
        rest = self.read(log)
        facade.settle_everything(now=NOW)

        assert rest.lines == 6
        assert len(settled_ids()) == 10

    def test_no_address_is_kept_and_a_visitor_is_one_for_a_day(
        self, tmp_path: Path, home: Path
    ) -> None:
        log = tmp_path / "access.log"
        log.write_text(
            make_line(1) + make_line(2, "/b") + make_line(3, address="203.0.113.10") + "x\n"
        )
        told = self.read(log)
        facade.settle_everything(now=NOW)

        rows = settled_rows()
        assert (told.lines, told.events, told.assets, told.rejected) == (4, 3, 0, 1)
        assert len({row["subject_key"] for row in rows}) == 2
        kept = json.dumps(rows, default=str) + "".join(
            file.read_text() for file in home.rglob("rejects-*.ndjson")
        )
        assert "203.0.113" not in kept
        assert "the line has not the format" in kept

    def test_the_settings_of_the_source_hold_for_its_lines(self, tmp_path: Path) -> None:
        make_source("strict", kind=SourceKind.LOG, intake=Intake(bots=BotRule.DROP))
        log = tmp_path / "access.log"
        log.write_text(make_line(1) + make_line(2).replace(AGENT, "Googlebot/2.1"))
        request = LogRequest("strict", log)
        facade.read_log(actor=SYSTEM, request=request, now=NOW)
        facade.settle_everything(now=NOW)

        assert [row["page_path"] for row in settled_rows()] == ["/tea"]

    def test_a_rehearsal_counts_and_writes_nothing(self, tmp_path: Path) -> None:
        log = tmp_path / "access.log"
        log.write_text(make_line(1) + make_line(2, "/a.css"))
        told = self.read(log, dry_run=True)

        assert (told.events, told.assets) == (1, 1)
        assert not InboxBody.objects.exists()
        assert not LogFile.objects.exists()

    def test_what_cannot_be_read_is_said(self, tmp_path: Path) -> None:
        empty, cut = tmp_path / "empty.log", tmp_path / "cut.gz"
        empty.write_text("")
        cut.write_bytes(gzip.compress(make_line(1).encode() * 500)[:60])
        with pytest.raises(LogFileError, match="no whole line"):
            self.read(empty)
        with pytest.raises(LogFileError):
            self.read(cut)
        with pytest.raises(SourceNotFoundError):
            facade.read_log(actor=SYSTEM, request=LogRequest("no", empty), now=NOW)
        with pytest.raises(NotAllowedError):
            facade.read_log(actor=reader(), request=LogRequest("weblog", empty), now=NOW)

    def test_a_line_longer_than_the_limit_is_rejected_alone(self, tmp_path: Path) -> None:
        log = tmp_path / "access.log"
        log.write_text(make_line(1) + "x" * 200_000 + "\n" + make_line(2))
        told = self.read(log)

        assert (told.lines, told.events, told.rejected) == (3, 2, 1)
