"""The worked examples of docs/rules/tags.md, run."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.builders.audiences import AS_OF, World, put_in_lake

from quanqu.infra.auth.contracts import Scope
from quanqu.know.tags.queries.definitions import parse_statistic
from quanqu.know.tags.queries.values import find_values
from quanqu.know.tags.rules.accuracy import missed_rate, precision, recall, stratum

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "tags.md"


def tables(heading: str) -> list[list[list[str]]]:
    text = DOCUMENT.read_text("utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    found: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        is_row = line.startswith("| ")
        if is_row and not inside:
            found.append([])
        elif is_row and not line.startswith("| ---"):
            found[-1].append([cell.strip() for cell in line[1:-1].split("|")])
        inside = is_row
    return found


def test_the_worked_statistics_hold(own_lake: Path) -> None:
    told, statistics = tables("Worked example")
    world = World()
    for number, (customer, moment, category, channel, revenue, currency) in enumerate(told):
        key = int(customer)
        if key not in world.owner:
            world.customers.append({"customer_key": key, "bucket": "0"})
            world.owner[key] = key
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        world.events.append(
            {
                "event_key": number,
                "event": "Order Completed",
                "subject_key": key,
                "occurred_at": at,
                "day": at.date(),
                "category": category or None,
                "channel": channel,
                "revenue_minor": int(revenue),
                "currency": currency,
                "part": f"{at:%Y%m}",
            }
        )
    put_in_lake(world)

    assert len(statistics) == 9
    for definition, first, second in statistics:
        asked = {"event": "Order Completed", **json.loads(definition.strip("`"))}
        found = find_values(parse_statistic(asked), Scope(everything=True), AS_OF).to_pylist()
        values = {
            row["customer_key"]: row["value_text"]
            if row["value_number"] is None
            else f"{row['value_number']:g}"
            for row in found
        }
        assert [values.get(10, ""), values.get(20, "")] == [first, second], definition


def test_the_worked_accuracy_holds() -> None:
    ((worn, unworn), figures) = tables("Accuracy")
    strata = [
        stratum(int(size), int(asked), int(right)) for _, size, asked, right in (worn, unworn)
    ]
    told = {name: [float(one) for one in rest if one] for name, *rest in figures}

    exact, missed = precision(strata[0]), missed_rate(strata[1])
    assert exact is not None
    assert missed is not None
    assert [exact.value, exact.low, exact.high] == pytest.approx(told["precision"], abs=5e-5)
    assert [missed.value, missed.low, missed.high] == pytest.approx(told["missed rate"], abs=5e-5)
    assert [recall(*strata)] == pytest.approx(told["recall"], abs=5e-5)
