"""When slots are, and whether an order may take one. Source: docs/rules/slots.md."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quanqu.sell.slots.contracts import (
    DAYS_AHEAD,
    LARGEST_CAPACITY,
    SlotAsk,
    SlotDraft,
    SlotFieldError,
    SlotProblem,
    SlotRule,
)

__all__ = ["DAY_MINUTES", "check_draft", "cut_off_at", "is_served", "times_of", "why_not_taken"]

DAY_MINUTES: Final = 1_440
_MOST_CUT_OFF: Final = 14 * DAY_MINUTES
_MOST_POSTCODES: Final = 500
_LONGEST_POSTCODE: Final = 12


def check_draft(draft: SlotDraft) -> None:
    """Refuse a slot that cannot be kept. Raises: SlotFieldError."""
    checks = (
        ("weekday", 0 <= draft.weekday <= 6, "0 is Monday, 6 is Sunday"),
        ("starts", 0 <= draft.starts < DAY_MINUTES, "a time of the day"),
        ("ends", draft.starts < draft.ends <= DAY_MINUTES, "after its start, on the same day"),
        ("capacity", 1 <= draft.capacity <= LARGEST_CAPACITY, f"1 to {LARGEST_CAPACITY} orders"),
        ("cut_off", 0 <= draft.cut_off <= _MOST_CUT_OFF, "0 to 14 days before the start"),
        (
            "postcodes",
            len(draft.postcodes) <= _MOST_POSTCODES
            and all(
                1 <= len(one) <= _LONGEST_POSTCODE and one == _plain(one) and one.isalnum()
                for one in draft.postcodes
            ),
            "beginnings of postcodes of 1 to 12 letters and digits",
        ),
    )
    for field, is_sound, problem in checks:
        if not is_sound:
            raise SlotFieldError(field=field, problem=problem)


def times_of(draft: SlotDraft, day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a slot begins and ends on a day, at the clock of its place."""
    place = ZoneInfo(zone or "UTC")
    starts, ends = (
        datetime.combine(day, time(), place) + timedelta(minutes=minutes)
        for minutes in (draft.starts, draft.ends)
    )
    utc = ZoneInfo("UTC")
    return starts.astimezone(utc), ends.astimezone(utc)


def cut_off_at(draft: SlotDraft, day: date, zone: str) -> datetime:
    """Return until when orders are taken into a slot on a day."""
    place = ZoneInfo(zone or "UTC")
    at = datetime.combine(day, time(), place) + timedelta(minutes=draft.starts - draft.cut_off)
    return at.astimezone(ZoneInfo("UTC"))


def is_served(postcodes: Collection[str], postcode: str) -> bool:
    """Tell whether an address lies in the area of a slot: any does where it has none."""
    return not postcodes or any(_plain(postcode).startswith(one) for one in postcodes)


def why_not_taken(
    rule: SlotRule, ask: SlotAsk, *, zone: str, is_closed: bool, now: datetime
) -> SlotProblem | None:
    """Return why an order cannot take a slot, however empty it is; None where it can."""
    draft = rule.draft
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    checks = (
        (draft.kind is not ask.kind, SlotProblem.OTHER_KIND),
        (rule.place_key != ask.place_key, SlotProblem.OTHER_PLACE),
        (draft.weekday != ask.day.weekday(), SlotProblem.OTHER_DAY),
        (ask.day > today + timedelta(days=DAYS_AHEAD), SlotProblem.TOO_FAR),
        (is_closed, SlotProblem.CLOSED),
        (now > cut_off_at(draft, ask.day, zone), SlotProblem.CUT_OFF),
        (not is_served(draft.postcodes, ask.postcode), SlotProblem.POSTCODE),
    )
    return next((problem for is_so, problem in checks if is_so), None)


def _plain(postcode: str) -> str:
    return "".join(postcode.split()).replace("-", "").upper()
