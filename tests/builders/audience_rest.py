"""The oracle's other rules: sequences by trying every choice of events, shares, tenths, places."""

import hashlib
import json
import math
from datetime import date, timedelta
from typing import Any

from tests.builders import audience_oracle as oracle
from tests.builders.audiences import World


def other_holds(
    world: World, row: dict[str, Any], rule: dict[str, Any], as_of: date, places: set[int] | None
) -> bool:
    """Tell whether a rule that is neither on the profile nor on one kind of event holds."""
    if rule["kind"] == "sequence":
        mine = oracle.events_of(world, row, rule["window"], as_of, places)
        mine.sort(key=lambda event: (event["occurred_at"], event["event_key"]))
        return _reaches(mine, rule["steps"], -1, as_of)
    if rule["kind"] == "birthday":
        return _has_birthday(row["birth_day"], rule, as_of)
    if rule["kind"] == "near":
        return _is_near(row, rule)
    if rule["kind"] == "catchment":
        if rule.get("is_nearest"):
            return bool(row["nearest_store"] == rule["place"])
        mine = row["catchments"] or []
        return rule["place"] in mine if "place" in rule else bool(mine)
    if rule["kind"] == "split":
        digest = hashlib.md5(f"{rule['salt']}:{row['customer_id']}".encode()).digest()  # noqa: S324 - a share, not a secret
        number = int.from_bytes(digest[:4], "big")
        return int(rule["from"] * 2**32) <= number and (
            rule["to"] == 1 or number < int(rule["to"] * 2**32)
        )
    if rule["kind"] == "consent":
        return _may(world, row, rule, as_of)
    return row["customer_key"] in _tenths(world, rule, places)


def _reaches(
    mine: list[dict[str, Any]], steps: list[dict[str, Any]], last: int, as_of: date
) -> bool:
    """Try every event for the next step: any choice will do."""
    if not steps:
        return True
    return any(
        _follows(mine, steps[0], last, at, as_of) and _reaches(mine, steps[1:], at, as_of)
        for at in range(last + 1, len(mine))
    )


def _follows(
    mine: list[dict[str, Any]], step: dict[str, Any], last: int, at: int, as_of: date
) -> bool:
    if not oracle.is_one(mine[at], step, as_of):
        return False
    if last < 0:
        return True
    if "within" in step:
        unit = {"minutes": 60, "hours": 3_600, "days": 86_400}[step["within"]["unit"]]
        most = timedelta(seconds=step["within"]["number"] * unit)
        if mine[at]["occurred_at"] - mine[last]["occurred_at"] > most:
            return False
    for field in step.get("same", []):
        values = [_text(oracle.event_value(mine[one], field)) for one in (last, at)]
        if values[0] is None or values[0] != values[1]:
            return False
    between = mine[last + 1 : at]
    return not any(
        oracle.is_one(event, other, as_of) for event in between for other in step.get("without", [])
    )


def _text(value: Any) -> Any:
    return getattr(value, "text", value)


def _has_birthday(born: int | None, rule: dict[str, Any], as_of: date) -> bool:
    if born is None:
        return False
    for ahead in range(rule["from_days"], rule["to_days"] + 1):
        day = as_of + timedelta(days=ahead)
        is_leap = day.year % 4 == 0
        celebrated = 228 if born == 229 and not is_leap else born
        if celebrated == day.month * 100 + day.day:
            return True
    return False


def _is_near(row: dict[str, Any], rule: dict[str, Any]) -> bool:
    point = row["latitude"], row["longitude"]
    if None in point:
        return False
    here, there = (
        _on_sphere(*(math.radians(one) for one in pair))
        for pair in (point, (rule["latitude"], rule["longitude"]))
    )
    angle = math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(here, there, strict=True)))))
    return angle * 6371.0088 <= rule["within_km"]


def _on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    flat = math.cos(latitude)
    return flat * math.cos(longitude), flat * math.sin(longitude), math.sin(latitude)


def _may(world: World, row: dict[str, Any], rule: dict[str, Any], as_of: date) -> bool:
    told = [
        one
        for one in world.consents
        if one["customer_key"] == row["customer_key"]
        and (one["purpose"], one["channel"]) == (rule["purpose"], rule["channel"])
    ]
    if rule["is_reachable"] and "email" not in (row["identifier_types"] or []):
        return False
    if rule["purpose"] == "service":
        return all(one["is_allowed"] for one in told)
    return any(
        one["is_allowed"] and (one["valid_until"] is None or one["valid_until"].date() > as_of)
        for one in told
    )


def _tenths(world: World, rule: dict[str, Any], places: set[int] | None) -> set[int]:
    seen = {key for key, place in world.presence if places is None or place in places}
    numbers = []
    for row in world.customers:
        if places is not None and row["customer_key"] not in seen:
            continue
        value = _number(world, row, rule["field"])
        if value is not None:
            numbers.append((-value, row["customer_key"]))
    numbers.sort()
    size, larger = divmod(len(numbers), 10)
    found: set[int] = set()
    at = 0
    for tenth in range(1, 11):
        end = at + size + (tenth <= larger)
        if rule["from"] <= tenth <= rule["to"]:
            found |= {key for _, key in numbers[at:end]}
        at = end
    return found


def _number(world: World, row: dict[str, Any], field: str) -> float | None:
    if field.startswith("scores."):
        return oracle.score_of(world, row, field)
    if field.startswith("traits."):
        traits = json.loads(row["traits"]) if row["traits"] else {}
        value = traits.get(field[len("traits.") :])
    else:
        value = row[field]
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except ValueError:
        return None
