"""Statistics by customer in plain Python: the oracle of the expressions."""

import json
from datetime import date
from typing import Any

from tests.builders.audience_oracle import events_of, is_one
from tests.builders.audiences import World

from quanqu.kernel.money import exponent

Value = str | float


def values(world: World, statistic: dict[str, Any], as_of: date) -> dict[int, Value]:
    """Return the value of each customer who has one."""
    asked = {"where": (), "window": {}, **statistic}
    mine = {
        row["customer_key"]: [
            event
            for event in events_of(world, row, asked["window"], as_of, None)
            if is_one(event, asked, as_of)
        ]
        for row in world.customers
    }
    found = {key: _value(events, asked) for key, events in mine.items() if events}
    return {key: value for key, value in found.items() if value is not None}


def _value(events: list[dict[str, Any]], statistic: dict[str, Any]) -> Value | None:
    measure, of = statistic["measure"], statistic.get("of")
    if measure == "count":
        return float(len(events))
    told = [(one, _held(one, of)) for one in events]
    known = [(one, held) for one, held in told if held is not None]
    unit = 10 ** exponent(_currency(statistic)) if of == "revenue_minor" else 1
    if measure == "distinct":
        return float(len({held for _, held in known})) or None
    if measure in ("sum", "average"):
        numbers = [number for _, held in known if (number := _number(held)) is not None]
        return _total(numbers, measure, unit)
    texts = [(one, held) for one, held in known if held != ""]
    if not texts:
        return None
    chosen = _chosen(texts, measure)
    return float(chosen) / unit if of in ("revenue_minor", "quantity") else chosen


def _chosen(texts: list[tuple[dict[str, Any], str]], measure: str) -> str:
    in_order = sorted(texts, key=lambda pair: (pair[0]["occurred_at"], pair[0]["event_key"]))
    if measure == "first":
        return in_order[0][1]
    if measure == "last":
        return in_order[-1][1]
    best: list[str] = []
    most = max(_often(in_order, text) for _, text in in_order)
    for text in {text for _, text in in_order}:
        if _often(in_order, text) == most:
            best.append(text)
    latest = {t: max(one["occurred_at"] for one, held in in_order if held == t) for t in best}
    newest = max(latest.values())
    return min(text for text in best if latest[text] == newest)


def _often(texts: list[tuple[dict[str, Any], str]], text: str) -> int:
    return sum(held == text for _, held in texts)


def _total(numbers: list[float], measure: str, unit: int) -> float | None:
    if not numbers:
        return None
    total = sum(numbers)
    return round((total if measure == "sum" else total / len(numbers)) / unit, 6)


def _held(event: dict[str, Any], of: str | None) -> str | None:
    if of is not None and of.startswith("properties."):
        held = json.loads(event["properties"] or "{}").get(of[len("properties.") :])
        if held is None or isinstance(held, str):
            return held
        return json.dumps(held)
    held = event[of or ""]
    return None if held is None else str(held)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _currency(statistic: dict[str, Any]) -> str:
    return next(str(one["value"]) for one in statistic["where"] if one["field"] == "currency")
