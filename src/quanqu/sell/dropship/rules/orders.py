"""When a supplier ships, what an answer means, and what an order comes to.

Source: docs/rules/dropship.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from quanqu.sell.dropship.contracts import (
    LARGEST_MINOR,
    LONGEST_LEAD_DAYS,
    Answer,
    DropshipAnswerError,
    DropshipFieldError,
    OfferDraft,
    RejectReason,
    TermsDraft,
)

__all__ = ["WantedLine", "check_offer", "check_terms", "cost_of", "rejections", "ships_on"]

_MINUTES_A_DAY = 24 * 60
_MOST_ANSWER = 60 * 24 * 60
_MOST_STALE = 24 * 366
_LONGEST_CODE = 80
_LARGEST_BUFFER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class WantedLine:
    """What a supplier is to ship of a line. Units: sale units, minor units."""

    line_no: int
    variant_key: int
    quantity: int
    unit_cost_minor: int


def ships_on(*, made_at: datetime, zone: str, lead_days: int, cut_off: int | None) -> date:
    """Return the day by which goods leave: after the cut-off the count begins a day later.

    `cut_off`: the minute of the day until which orders still count for it; None: all of it.
    """
    local = made_at.astimezone(ZoneInfo(zone or "UTC"))
    is_late = cut_off is not None and local.hour * 60 + local.minute > cut_off
    return local.date() + timedelta(days=lead_days + int(is_late))


def cost_of(lines: Iterable[tuple[int, int]]) -> int:
    """Return what (quantity, unit cost) come to, in minor units."""
    return sum(quantity * cost for quantity, cost in lines)


def rejections(answer: Answer, open_lines: Mapping[int, str]) -> dict[int, RejectReason]:
    """Return the lines an answer rejects, each with its reason. Raises: DropshipAnswerError."""
    if answer.is_rejected:
        return dict.fromkeys(open_lines, answer.reason)
    for line_no in answer.rejected:
        if line_no not in open_lines:
            raise DropshipAnswerError(line=line_no, problem="the order has no such open line")
    return dict(answer.rejected)


def check_terms(draft: TermsDraft) -> None:
    """Refuse terms that cannot be. Raises: DropshipFieldError."""
    _within("answer_minutes", draft.answer_minutes, 1, _MOST_ANSWER)
    _within("lead_days", draft.lead_days, 0, LONGEST_LEAD_DAYS)
    _within("cut_off", draft.cut_off, 0, _MINUTES_A_DAY - 1)
    _within("stale_hours", draft.stale_hours, 1, _MOST_STALE)


def check_offer(draft: OfferDraft) -> None:
    """Refuse an offer that cannot be. Raises: DropshipFieldError."""
    _within("cost", draft.cost_minor, 0, LARGEST_MINOR)
    _within("lead_days", draft.lead_days, 0, LONGEST_LEAD_DAYS)
    _within("cut_off", draft.cut_off, 0, _MINUTES_A_DAY - 1)
    _within("buffer", draft.buffer, 0, _LARGEST_BUFFER)
    if len(draft.supplier_code) > _LONGEST_CODE or "\0" in draft.supplier_code:
        raise DropshipFieldError(
            field="supplier_code", problem=f"at most {_LONGEST_CODE} characters"
        )


def _within(field: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise DropshipFieldError(field=field, problem=f"{least} to {most}")
