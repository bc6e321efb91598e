"""The worked numbers of docs/rules/timeline.md, read and executed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quanqu.know.timeline.contracts import BodyKind
from quanqu.know.timeline.rules.envelope import read_body
from quanqu.know.timeline.rules.facts import promote
from quanqu.know.timeline.rules.identity import claims_of
from quanqu.know.timeline.rules.moments import happened_at
from quanqu.know.timeline.rules.scrub import scrub

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "timeline.md"


def rows(title: str) -> Iterator[list[str]]:
    section = DOCUMENT.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


def moment(clock: str) -> str | None:
    return f"2026-11-22T{clock}Z" if clock else None


@pytest.mark.parametrize(("timestamp", "sent", "received", "happened"), list(rows("Time")))
def test_times(timestamp: str, sent: str, received: str, happened: str) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-22T{clock}+00:00").astimezone(UTC)

    found = happened_at(moment(timestamp), sent_at=moment(sent), received_at=at(received))

    assert found == at(happened)


@pytest.mark.parametrize(("event", "code"), list(rows("What is refused")))
def test_refusals(event: str, code: str) -> None:
    found = read_body(BodyKind.BATCH, b'{"batch": [' + event.encode() + b"]}")

    assert [each.code.value for each, _ in found.rejected] == ([] if code == "taken" else [code])


@pytest.mark.parametrize(("call", "identifiers"), list(rows("Identity")))
def test_identifiers(call: str, identifiers: str) -> None:
    ((_, event, _),) = read_body(BodyKind.BATCH, b'{"batch": [' + call.encode() + b"]}").events
    told = json.loads(call)
    own = told.get("traits") or told.get("properties") or {}

    found = claims_of(event, own, {}, company="north", source="web")

    assert " ".join(f"{kind}={value}" for kind, value in found) == identifiers


@pytest.mark.parametrize(("properties", "kept"), list(rows("Personal data")))
def test_personal_data(properties: str, kept: str) -> None:
    assert scrub(json.loads(properties)) == json.loads(kept)


@pytest.mark.parametrize("cells", list(rows("Columns")))
def test_columns(cells: list[str]) -> None:
    found = promote(json.loads(cells[0]), currency="CNY")

    shown = [
        found.order_ref,
        found.product_ref,
        found.revenue_minor,
        found.currency,
        found.quantity,
    ]
    assert ["" if each is None else str(each) for each in shown] == cells[1:]
