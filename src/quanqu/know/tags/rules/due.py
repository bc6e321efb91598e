"""When a tag is to be worked out again."""

from datetime import datetime, timedelta
from typing import Final

from quanqu.know.tags.contracts import Every

_SPANS: Final = {Every.HOUR: timedelta(hours=1), Every.DAY: timedelta(days=1)}
REST: Final = timedelta(minutes=5)  # after which a merge of customers has it worked out again
GRACE: Final = timedelta(seconds=30)  # a round of the clock is never exactly on time


def is_due(
    every: Every, last_at: datetime | None, stale_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a tag is due: never worked out, long enough ago, or customers were merged or
    split since and it had a rest.  `last_at`: when the last try began, also one that failed."""
    if every is Every.NEVER:
        return False
    if last_at is None or now - last_at >= _SPANS[every] - GRACE:
        return True
    return stale_at is not None and stale_at >= last_at and now - last_at >= REST - GRACE
