"""What stands in one cell of a table, on the screen and in an export."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from quanqu.doors.console.kit.words import channel_titles, moment_text
from quanqu.doors.console.rules.numbers import grouped, money_text, rate_text
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.rules.times import absolute, day_text
from quanqu.kernel.money import Money

__all__ = [
    "Cell",
    "Tone",
    "channel_cell",
    "chip",
    "count_cell",
    "day_cell",
    "moment_cell",
    "money_cell",
    "rate_cell",
    "text_cell",
]

Tone = Literal["", "good", "warn", "bad", "info", "accent", "hollow"]
Plain = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Text with what surrounds it; `plain` is the value an export writes (None: the text).

    `heat`: 0 to 5, how strongly a number stands out in a heat map; 0 is nothing at all.
    """

    text: str
    sub: str = ""
    href: str = ""
    tone: Tone = ""
    icon: str = ""
    hint: str = ""
    slot: int | None = None
    is_chip: bool = False
    is_simulated: bool = False
    heat: int | None = None
    plain: Plain = None

    @property
    def exported(self) -> Plain:
        """The value for a file."""
        return self.text if self.plain is None else self.plain


EMPTY = Cell("–", plain="")


def text_cell(text: str, *, sub: str = "", href: str = "", hint: str = "") -> Cell:
    """Plain text, a dash when there is none."""
    return Cell(text, sub=sub, href=href, hint=hint) if text else EMPTY


def chip(text: str, tone: Tone = "", icon: str = "") -> Cell:
    """A state: never colour alone, always a word."""
    return Cell(text, tone=tone, icon=icon, is_chip=True)


def count_cell(value: int | None, *, href: str = "") -> Cell:
    """A whole number."""
    return EMPTY if value is None else Cell(grouped(value), href=href, plain=value)


def rate_cell(value: float | None) -> Cell:
    """A rate as a percentage."""
    return EMPTY if value is None else Cell(rate_text(value), plain=value)


def money_cell(money: Money | None, *, with_code: bool = False, href: str = "") -> Cell:
    """An amount in its own currency; exported as "12.34" beside its column's name."""
    if money is None:
        return EMPTY
    text = money_text(money.minor, money.currency, code=with_code)
    return Cell(text, href=href, plain=f"{money.amount} {money.currency}")


def moment_cell(moment: datetime | None, *, now: datetime, zone: str, language: str) -> Cell:
    """A time: relative under a day, absolute after; the absolute form on hover and in exports."""
    if moment is None:
        return EMPTY
    exact = absolute(moment, zone, language)
    shown = moment_text(moment, now=now, zone=zone, language=language)
    return Cell(shown, hint=exact, plain=moment.isoformat(timespec="seconds"))


def day_cell(day: date | None, language: str) -> Cell:
    """A calendar day."""
    return EMPTY if day is None else Cell(day_text(day, language), plain=day)


def channel_cell(channel: str, *, sub: str = "", is_simulated: bool = False) -> Cell:
    """A channel with its colour."""
    title = channel_titles().get(channel, channel)
    return Cell(
        title, sub=sub, slot=channel_slot(channel), is_simulated=is_simulated, plain=channel
    )
