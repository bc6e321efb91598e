"""What an audience is, in plain Python over plain rows: slow, and apart from the compiler."""

import json
from datetime import date, timedelta
from typing import Any

from tests.builders.audience_rest import other_holds
from tests.builders.audiences import World


def members(
    world: World, node: dict[str, Any], *, as_of: date, places: set[int] | None = None
) -> set[int]:
    """Return the keys of the customers for whom the tree holds."""
    seen = {key for key, place in world.presence if places is None or place in places}
    return {
        row["customer_key"]
        for row in world.customers
        if (places is None or row["customer_key"] in seen)
        and holds(world, row, node, as_of=as_of, places=places)
    }


def holds(
    world: World,
    row: dict[str, Any],
    node: dict[str, Any],
    *,
    as_of: date,
    places: set[int] | None,
) -> bool:
    """Tell whether the tree holds for one customer."""
    scope = {"as_of": as_of, "places": places}
    if node["kind"] == "and":
        return all(holds(world, row, child, **scope) for child in node["nodes"])  # type: ignore[arg-type]
    if node["kind"] == "or":
        return any(holds(world, row, child, **scope) for child in node["nodes"])  # type: ignore[arg-type]
    if node["kind"] == "not":
        return not holds(world, row, node["node"], **scope)  # type: ignore[arg-type]
    if node["kind"] == "profile":
        return _satisfies(_profile_value(world, row, node["field"]), node, as_of)
    if node["kind"] == "event":
        return _event_holds(world, row, node, as_of, places)
    return other_holds(world, row, node, as_of, places)


def _profile_value(world: World, row: dict[str, Any], field: str) -> Any:
    if field.startswith("scores."):
        return score_of(world, row, field)
    if field.startswith("traits."):
        return _json(row["traits"], field[len("traits.") :])
    if field.startswith("tag_values."):
        return _json(row["tag_values"], field[len("tag_values.") :])
    value = row[field]
    return value.date() if field == "first_seen_at" else value


def score_of(world: World, row: dict[str, Any], field: str) -> float | None:
    """Return the number that a score gives a customer."""
    found = [
        one["value"]
        for one in world.scores
        if (one["customer_key"], f"scores.{one['score']}") == (row["customer_key"], field)
    ]
    return found[0] if found else None


def _json(text: str | None, key: str) -> Any:
    return _Loose(json.loads(text)[key]) if text and key in json.loads(text) else None


class _Loose:
    """A JSON value, compared as the sort of thing it is compared with."""

    def __init__(self, value: Any) -> None:
        self.text = json.dumps(value) if not isinstance(value, str) else value

    def like(self, sample: Any) -> Any:
        if isinstance(sample, bool):
            return {"true": True, "false": False}.get(self.text)
        if isinstance(sample, str):
            return self.text
        try:
            return float(self.text)
        except ValueError:
            return None


def _satisfies(value: Any, rule: dict[str, Any], as_of: date) -> bool:
    op, wanted = rule["op"], rule["value"]
    opposite = {"ne": "eq", "not_in": "in", "not_exists": "exists"}
    if op in opposite:
        return not _satisfies(value, {**rule, "op": opposite[op]}, as_of)
    if rule.get("field") in ("tags", "identifier_types"):
        tags = value or []
        if op == "exists":
            return bool(tags)
        return bool(set(tags) & set(wanted if isinstance(wanted, list) else [wanted]))
    if value is None:
        return False
    if op == "exists":
        return bool(value != "")
    if isinstance(value, _Loose):
        value = value.like(wanted[0] if isinstance(wanted, list) else wanted)
        if value is None:
            return False
    if isinstance(value, date):
        return _day_is(value, op, wanted, as_of)
    return {
        "eq": lambda: value == wanted,
        "in": lambda: value in wanted,
        "gt": lambda: value > wanted,
        "gte": lambda: value >= wanted,
        "lt": lambda: value < wanted,
        "lte": lambda: value <= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
        "contains": lambda: wanted in value,
        "starts_with": lambda: value.startswith(wanted),
        "ends_with": lambda: value.endswith(wanted),
    }[op]()


def _day_is(value: date, op: str, wanted: Any, as_of: date) -> bool:
    if op == "within_last":
        return as_of - timedelta(days=wanted) < value <= as_of
    if op == "within_next":
        return as_of <= value < as_of + timedelta(days=wanted)
    if op == "before_last":
        return value <= as_of - timedelta(days=wanted)
    if op == "after_next":
        return value >= as_of + timedelta(days=wanted)
    if op == "between":
        return bool(wanted[0] <= value.isoformat() <= wanted[1])
    return value.isoformat() < wanted if op == "before" else value.isoformat() > wanted


def _event_holds(
    world: World, row: dict[str, Any], rule: dict[str, Any], as_of: date, places: set[int] | None
) -> bool:
    found = [
        event
        for event in events_of(world, row, rule["window"], as_of, places)
        if is_one(event, rule, as_of)
    ]
    if "within_any_days" in rule:
        days = [event["day"] for event in found]
        span = timedelta(days=rule["within_any_days"])
        return any(sum(one <= day < one + span for day in days) >= rule["value"] for one in days)
    return _satisfies(_measured(found, rule, as_of), rule, as_of)


def events_of(
    world: World, row: dict[str, Any], window: dict[str, Any], as_of: date, places: set[int] | None
) -> list[dict[str, Any]]:
    """Return a customer's events inside a window and a scope."""
    return [
        event
        for event in world.events
        if world.owner.get(event["subject_key"]) == row["customer_key"]
        and (places is None or event["place_key"] in places)
        and _in_window(event["day"], window, as_of)
    ]


def is_one(event: dict[str, Any], what: dict[str, Any], as_of: date) -> bool:
    """Tell whether an event has the name and meets the conditions."""
    return bool(event["event"] == what["event"]) and all(
        _satisfies(event_value(event, one["field"]), one, as_of) for one in what["where"]
    )


def event_value(event: dict[str, Any], field: str) -> Any:
    """Return a column or a property of an event."""
    if field.startswith("properties."):
        return _json(event["properties"], field[len("properties.") :])
    return event[field]


def _in_window(day: date, window: dict[str, Any], as_of: date) -> bool:
    if "last_days" in window:
        return as_of - timedelta(days=window["last_days"]) < day <= as_of
    if "festival" in window:
        return _around(day, window["festival"], as_of)
    if "from_days_ago" in window or "to_days_ago" in window:
        last = as_of - timedelta(days=window.get("to_days_ago", 0))
        first = as_of - timedelta(days=window.get("from_days_ago", 36_500))
        return first <= day <= last
    if day > as_of or ("from" in window and day.isoformat() < window["from"]):
        return False
    return "to" not in window or day.isoformat() <= window["to"]


FESTIVALS = {
    "labour_day": ["2026-05-01", "2025-05-01"],
    "shopping_festival": ["2026-06-18", "2025-12-12", "2025-11-28", "2025-11-11"],
    "spring_festival": ["2026-02-17", "2025-01-29"],
}


def _around(day: date, festival: dict[str, Any], as_of: date) -> bool:
    before = timedelta(days=festival.get("days_before", 0))
    after = timedelta(days=festival.get("days_after", 0))
    known = [date.fromisoformat(text) for text in FESTIVALS[festival["code"]]]
    begun = [one for one in known if one - before <= as_of]
    middle = begun[festival.get("back", 1) - 1]
    return middle - before <= day <= min(middle + after, as_of)


def _measured(found: list[dict[str, Any]], rule: dict[str, Any], as_of: date) -> Any:
    days = [event["day"] for event in found]
    measure = rule["measure"]
    if measure == "count":
        return len(found)
    if measure == "distinct_days":
        return len(set(days))
    if measure == "distinct_weeks":
        return len({day.isocalendar()[:2] for day in days})
    if "of" in rule:
        return _of_values([event_value(event, rule["of"]) for event in found], measure)
    if not days:
        return None
    if measure == "recency":
        return (as_of - max(days)).days
    return min(days) if measure == "first" else max(days)


def _of_values(values: list[Any], measure: str) -> Any:
    if measure == "distinct":
        return len({v.text if isinstance(v, _Loose) else v for v in values if v is not None})
    loose = [v.like(0) if isinstance(v, _Loose) else v for v in values]
    numbers = [number for number in loose if number is not None]
    if measure == "sum":
        return sum(numbers)
    if not numbers:
        return None
    if measure == "average":
        return sum(numbers) / len(numbers)
    return min(numbers) if measure == "min" else max(numbers)
