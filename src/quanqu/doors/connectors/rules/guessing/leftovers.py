"""Gives the columns that no name told a field: by what they hold, or by what the rest tells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from quanqu.doors.connectors.rules.guessing.choice import Choice
from quanqu.doors.connectors.rules.guessing.fit import ID_WORDS, NAME_WORDS
from quanqu.doors.connectors.rules.guessing.names import LEFT_OUT, likenesses, words_in
from quanqu.doors.connectors.rules.guessing.profile import Profile

__all__ = ["add_clock", "describe", "fill", "is_clock"]

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?( ?[AaPp]\.?[Mm]\.?)?")
_TIME_WORDS: Final = frozenset(
    ("time", "hour", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina", "时间", "時間",
     "时刻", "時刻", "下单时间", "交易时间", "시간", "время")
)  # fmt: skip


def describe(found: dict[str, Choice], profiles: Sequence[Profile], closed: set[str]) -> None:
    """A description is the name of what is sold where nothing else is, and itself otherwise."""
    held = {column.name for choice in found.values() for column in choice.columns}
    named = "product_name" in found
    for profile in profiles:
        if profile.name in held or words_in(profile.name)[-1:] != ("description",):
            continue
        field = "description" if named else "product_name"
        if profile.holds == "text" and field not in found and field not in closed:
            found[field] = Choice((profile,), 0.7)


def add_clock(found: dict[str, Choice], profiles: Sequence[Profile], closed: set[str]) -> None:
    """Read the time of day from a column of its own where the date tells none."""
    choice = found.get("date")
    if choice is None or "date" in closed or len(choice.columns) != 1:
        return
    column = choice.columns[0]
    held = {each.name for other in found.values() for each in other.columns}
    if any(":" in word or "时" in word for word in column.samples):
        return
    clocks = [p for p in profiles if p.name not in held and is_clock(p) and _is_time_word(p.name)]
    if len(clocks) == 1 and column.level == clocks[0].level and column.dates is not None:
        found["date"] = Choice((column, clocks[0]), choice.confidence)


def is_clock(profile: Profile) -> bool:
    """Tell whether a column holds times of day."""
    return bool(profile.samples) and all(map(_CLOCK.fullmatch, profile.samples))


def _is_time_word(name: str) -> bool:
    words = words_in(name)
    return len(words) <= 2 and bool(_TIME_WORDS.intersection(words))


_ALONE: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("order_id", "sku", "customer_id"),
    "name": ("product_name", "customer_name"),
}


def fill(found: dict[str, Choice], rest: Iterable[Profile], closed: set[str]) -> None:
    """Take by content what no name told: e-mail addresses, phone numbers, the only time."""
    left = list(rest)
    for field, holds in (("email", "email"), ("phone", "phone"), ("date", "time")):
        fitting = [p for p in left if p.holds == holds and LEFT_OUT not in likenesses(p.name)]
        if len(fitting) == 1 and field not in found and field not in closed:
            found[field] = Choice((fitting[0],), 0.55)
            left.remove(fitting[0])
    _fill_bare(found, left, closed)


def _fill_bare(found: dict[str, Choice], left: list[Profile], closed: set[str]) -> None:
    """A column named just "id" or "name" is that of what the rows are."""
    for profile in left:
        words = words_in(profile.name)
        if profile.level or len(words) != 1:
            continue
        kind = "id" if words[0] in ID_WORDS else "name" if words[0] in NAME_WORDS else ""
        if not kind or (kind == "name" and profile.holds != "text"):
            continue
        field = _bare_field(kind, found)
        if field and field not in found and field not in closed:
            found[field] = Choice((profile,), 0.6)


def _bare_field(kind: str, found: Mapping[str, Choice]) -> str:
    sold = "date" in found and {"amount", "order_total", "price"} & found.keys()
    options = _ALONE[kind]
    if kind == "id":
        if sold:
            return options[0]
        return options[2] if {"email", "phone", "customer_name"} & found.keys() else options[1]
    if {"sku", "price", "gtin", "brand", "category"} & found.keys():
        return options[0]
    return options[1] if {"email", "phone", "customer_id", "birth_on"} & found.keys() else ""
