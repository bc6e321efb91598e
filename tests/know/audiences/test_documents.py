"""The worked example of docs/rules/audiences.md, run."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from tests.builders.audiences import AS_OF, World, put_in_lake

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.reading import parse

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "audiences.md"


def _tables() -> tuple[list[list[str]], list[list[str]]]:
    text = DOCUMENT.read_text().split("## Worked example")[1]
    rows = [
        [cell.strip() for cell in line[1:-1].split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith("| ---")
    ]
    split = next(at for at, row in enumerate(rows) if row[0] == "rule")
    return rows[1:split], rows[split + 1 :]


def test_the_worked_example_holds(own_lake: Path) -> None:
    customers, rules = _tables()
    world = World()
    for key, country, days in customers:
        world.customers.append(
            {
                "customer_key": int(key),
                "country": country or None,
                "first_seen_at": datetime(2026, 1, 1, tzinfo=UTC),
                "bucket": "0",
            }
        )
        world.owner[int(key)] = int(key)
        for day in days.split(", ") if days else []:
            moment = date.fromisoformat(day)
            event = {"event": "Order Completed", "subject_key": int(key), "day": moment}
            world.events.append({**event, "part": f"{moment:%Y%m}"})
    put_in_lake(world)

    assert len(rules) == 12
    for rule, holds_for in rules:
        definition = parse({"version": 2, "match": json.loads(rule.strip("`"))})
        question = Question(AS_OF, Scope(everything=True))
        found = run(compile_audience(definition.match, question))["customer_key"].to_pylist()
        assert sorted(found) == [int(key) for key in holds_for.split()], rule
