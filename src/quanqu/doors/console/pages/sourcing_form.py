"""A profile of one strategy as a form; one of several is edited as data."""

import json
from collections.abc import Mapping
from typing import Any, Final

from quanqu.sell.sourcing.contracts import Criterion, Profile, ProfileError
from quanqu.sell.sourcing.facade import profile_body

__all__ = ["KINDS", "MOST_CRITERIA", "body_of", "fields_of", "is_plain"]

MOST_CRITERIA: Final = 4
KINDS: Final = ("store", "warehouse")
_PLAIN_FILTERS: Final = ("tags", "without_tags", "units", "countries")


def is_plain(profile: Profile) -> bool:
    """Tell whether the form holds all a profile says."""
    if len(profile.strategies) != 1 or profile.rules or len(profile.transit) > 1:
        return False
    (strategy,) = profile.strategies.values()
    return (
        len(strategy.criteria) <= MOST_CRITERIA
        and set(strategy.filters.kinds) <= set(KINDS)
        and not any(getattr(strategy.filters, name) for name in _PLAIN_FILTERS)
        and not strategy.kinds
    )


def fields_of(profile: Profile) -> dict[str, Any]:
    """Return what the form shows of a plain profile."""
    (code,), (strategy,) = profile.strategies, profile.strategies.values()
    found: dict[str, Any] = {
        "code": code,
        "kinds": list(strategy.filters.kinds),
        "max_km": strategy.filters.max_km or "",
        "is_open": strategy.filters.is_open,
        "has_capacity": strategy.filters.has_capacity,
        "most_parcels": strategy.most_parcels,
        "min_split_minor": strategy.min_split_minor,
        "keep_units": strategy.keep_units,
        "unfillable": strategy.unfillable.value,
        "parcel_minor": profile.parcel_minor,
        "kg_km_minor": f"{profile.kg_km_minor:g}",
        "hours": profile.transit[0].hours,
    }
    criteria = [(one.by.value, one.band) for one in strategy.criteria]
    found["criteria"] = [*criteria, *([("", 1)] * (MOST_CRITERIA - len(criteria)))]
    return found


def body_of(told: Mapping[str, Any], kinds: list[str]) -> dict[str, Any]:
    """Return the profile that a filled form tells. Raises: ProfileError, naming the field."""
    if told.get("json", "").strip():
        try:
            body = json.loads(told["json"])
        except (ValueError, RecursionError):
            raise ProfileError(at="$", problem="this is not JSON") from None
        if not isinstance(body, dict):
            raise ProfileError(at="$", problem="this is no object")
        return body
    criteria = [
        {"by": told[f"by_{at}"], "band": _number(told, f"band_{at}", 1)}
        for at in range(MOST_CRITERIA)
        if told.get(f"by_{at}")
    ]
    code = told.get("code", "") or "main"
    strategy = {
        "criteria": criteria,
        "filters": {
            "kinds": [one for one in kinds if one in KINDS],
            "max_km": _number(told, "max_km", None),
            "is_open": bool(told.get("is_open")),
            "has_capacity": bool(told.get("has_capacity")),
        },
        "most_parcels": _number(told, "most_parcels", 1),
        "min_split_minor": _number(told, "min_split_minor", 0),
        "keep_units": _number(told, "keep_units", 1),
        "unfillable": told.get("unfillable", "hold"),
    }
    return {
        "strategies": {code: strategy},
        "default": code,
        "parcel_minor": _number(told, "parcel_minor", 0),
        "kg_km_minor": _decimal(told, "kg_km_minor"),
        "transit": [{"hours": _number(told, "hours", 48)}],
    }


def as_json(profile: Profile) -> str:
    """Return a profile as indented JSON."""
    return json.dumps(profile_body(profile=profile), indent=2, ensure_ascii=False)


def criteria_titles(titles: Mapping[Criterion, Any]) -> list[tuple[str, Any]]:
    """Return the criteria to choose from."""
    return [(one.value, titles[one]) for one in Criterion]


def _number(told: Mapping[str, Any], name: str, usual: int | None) -> int | None:
    text = str(told.get(name, "")).strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise ProfileError(at=name, problem="this is no whole number")
    return int(text)


def _decimal(told: Mapping[str, Any], name: str) -> float:
    text = str(told.get(name, "")).strip() or "0"
    whole, _, rest = text.partition(".")
    if not (text.isascii() and (whole + rest).isdecimal() and len(text) <= 15):
        raise ProfileError(at=name, problem="this is no number")
    return float(text)
