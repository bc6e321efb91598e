"""Countries by name in both languages (Unicode CLDR, as libphonenumber carries it)."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["country_codes", "country_name"]


def country_name(code: str, language: str) -> str:
    """Name an ISO 3166 country in a language; what is no country stays as it is."""
    english, chinese = _names().get(code, (code, code))
    return chinese if language.startswith("zh") else english


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    text = files("quanqu.doors.console.kit").joinpath("countries.json").read_text("utf-8")
    found: dict[str, tuple[str, str]] = json.loads(text)
    return found


def country_codes() -> frozenset[str]:
    """Return every ISO 3166 code that has a name."""
    return frozenset(_names())
