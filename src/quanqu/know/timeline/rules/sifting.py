"""What the settings of a source do to an event: sampling, robots, the limits of time.

Source: docs/rules/sources.md.
"""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

from quanqu.know.timeline.contracts import BotRule, EffectKind, Intake, OutOfTimeRule
from quanqu.know.timeline.rules.moments import corrected_moment

__all__ = ["EARLIEST", "TimeVerdict", "is_sampled_in", "judge_time", "left_out_as"]

EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
_SPAN: Final = 1 << 64


class TimeVerdict(NamedTuple):
    """When the event happened, what is flagged, and why it is refused; empty when it is not."""

    occurred_at: datetime
    flag: str
    refusal: str


def is_sampled_in(visitor: str, rate: float) -> bool:
    """Tell whether a visitor belongs to the sample: always or never, and in growing samples once.

    The first eight bytes of BLAKE2b (RFC 7693) of the visitor's id, as a share of 2^64, lie below
    the rate.  An event of nobody is in.
    """
    if not visitor:
        return True
    digest = blake2b(visitor.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") < rate * _SPAN


def left_out_as(intake: Intake, visitor: str, *, is_bot: bool) -> EffectKind | None:
    """Return why an event is left out, or None."""
    if is_bot and intake.bots is BotRule.DROP:
        return EffectKind.BOT_DROPPED
    if intake.sampling_rate < 1 and not is_sampled_in(visitor, float(intake.sampling_rate)):
        return EffectKind.SAMPLED_OUT
    return None


def judge_time(
    timestamp: str | None, *, sent_at: str | None, received_at: datetime, intake: Intake
) -> TimeVerdict:
    """Hold the corrected time of an event against the limits of its source.

    Up to `ahead_s` after its receipt a time is taken as the receipt; beyond, and before the
    earliest allowed, the event is flagged or refused.
    """
    told = corrected_moment(timestamp, sent_at=sent_at, received_at=received_at)
    if told is None:
        return TimeVerdict(received_at, "", "")
    if told > received_at:
        if told <= received_at + timedelta(seconds=intake.ahead_s):
            return TimeVerdict(received_at, "", "")
        if intake.on_ahead is OutOfTimeRule.ACCEPT:
            return TimeVerdict(received_at, EffectKind.AHEAD.value, "")
        reason = f"{_shown(told)} lies more than {intake.ahead_s} seconds after its receipt"
        return TimeVerdict(received_at, "", reason)
    earliest = EARLIEST
    if intake.late_days:
        earliest = max(EARLIEST, received_at - timedelta(days=intake.late_days))
    if told >= earliest:
        return TimeVerdict(told, "", "")
    if intake.on_late is OutOfTimeRule.ACCEPT:
        return TimeVerdict(max(told, received_at) if told < EARLIEST else told, "late", "")
    return TimeVerdict(received_at, "", f"{_shown(told)} lies before {_shown(earliest)}")


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
