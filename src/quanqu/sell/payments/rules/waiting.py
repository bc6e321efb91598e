"""When a provider is asked again."""

from datetime import timedelta
from typing import Final

from quanqu.sell.payments.ports import Outcome

__all__ = ["wait_for"]

_FIRST: Final = {Outcome.PENDING: timedelta(seconds=5), Outcome.UNKNOWN: timedelta(seconds=2)}
_LONGEST: Final = timedelta(minutes=10)


def wait_for(outcome: Outcome, tries: int) -> timedelta:
    """Return how long to wait after so many tries: half as long again each time, 10 min at most."""
    return min(_LONGEST, _FIRST[outcome] * 1.5 ** min(tries - 1, 30))
