"""Read a profile from JSON, and refuse one that is not."""

import re
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import available_timezones

import msgspec

from quanqu.know.org.contracts import ChannelCode, PlaceType
from quanqu.sell.sourcing.contracts import Profile, ProfileError, Strategy

__all__ = ["profile_schema", "read_profile", "written"]

_AT: Final = re.compile(r"^(?P<problem>.*?)(?: - at (?:`key` in )?`(?P<at>[^`]*)`)?$", re.DOTALL)


def profile_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a profile."""
    return msgspec.json.schema(Profile)


def read_profile(body: Mapping[str, Any]) -> Profile:
    """Return the profile a JSON object tells. Raises: ProfileError, naming the field."""
    try:
        found = msgspec.convert(dict(body), Profile)
    except msgspec.ValidationError as error:
        told = _AT.match(str(error))
        at, problem = (told["at"], told["problem"]) if told else (None, str(error))
        raise ProfileError(at=at or "$", problem=problem) from None
    _check_names(found)
    for code, strategy in found.strategies.items():
        _check_strategy(found, code, strategy)
    _check_transit(found)
    return found


def written(profile: Profile) -> dict[str, Any]:
    """Return a profile as a JSON object; what is as usual is left out."""
    found: dict[str, Any] = msgspec.to_builtins(profile)
    return found


def _check_names(profile: Profile) -> None:
    used = [("$.default", profile.default)]
    used += [(f"$.rules[{at}].strategy", one.strategy) for at, one in enumerate(profile.rules)]
    used += [
        (f"$.strategies.{code}.fallback", one.fallback)
        for code, one in profile.strategies.items()
        if one.fallback is not None
    ]
    for at, name in used:
        if name not in profile.strategies:
            raise ProfileError(at=at, problem=f"there is no strategy {name!r}")
    for number, rule in enumerate(profile.rules):
        _known(f"$.rules[{number}].when.channels", rule.when.channels, set(ChannelCode))
        if rule.when.hours and rule.when.hours.zone not in available_timezones():
            zone = rule.when.hours.zone
            raise ProfileError(at=f"$.rules[{number}].when.hours.zone", problem=f"no zone {zone!r}")


def _check_strategy(profile: Profile, code: str, strategy: Strategy) -> None:
    at = f"$.strategies.{code}"
    kinds = set(PlaceType)
    _known(f"{at}.kinds", strategy.kinds, kinds)
    _known(f"{at}.filters.kinds", strategy.filters.kinds, kinds)
    criteria = [one.by for one in strategy.criteria]
    if len(set(criteria)) < len(criteria):
        raise ProfileError(at=f"{at}.criteria", problem="a criterion is named twice")
    seen, following = {code}, strategy.fallback
    while following is not None:
        if following in seen:
            raise ProfileError(at=f"{at}.fallback", problem="strategies fall back in a circle")
        seen.add(following)
        following = profile.strategies[following].fallback


def _check_transit(profile: Profile) -> None:
    *near, last = profile.transit
    kilometres = [leg.up_to_km for leg in near]
    if last.up_to_km is not None or None in kilometres:
        problem = "the last leg, and no other, has no distance"
        raise ProfileError(at="$.transit", problem=problem)
    known = [one for one in kilometres if one is not None]
    if known != sorted(set(known)):
        raise ProfileError(at="$.transit", problem="distances ascend")


def _known(at: str, words: tuple[str, ...], known: set[Any]) -> None:
    for word in words:
        if word not in known:
            raise ProfileError(at=at, problem=f"{word!r} is not known")
