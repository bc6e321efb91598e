"""Take events out of the lake on purpose, counted, so that the law of the timeline adds up."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from quanqu.infra.lake.facade import LakeRows
from quanqu.infra.personal.contracts import Subjects
from quanqu.know.timeline.models import Removal
from quanqu.know.timeline.publish import TABLE

_ROWS: Final = LakeRows(TABLE, "subject_key")


def take_out(
    *,
    cause: str,
    token: str,
    count: Callable[[], int],
    remove: Callable[[], object],
    at: datetime,
) -> int:
    """Remove events and return how many went, those of a killed run before included.

    What is expected to go is committed first; the same cause and token again finish a removal
    that was killed.  Not to be called within a transaction.
    """
    left = count()
    row, _ = Removal.objects.get_or_create(
        cause=cause, token=token, removed=None, defaults={"expected": left, "at": at}
    )
    remove()
    row.removed = max(row.expected, left) - count()
    row.save(update_fields=["removed"])
    return int(row.removed)


class EventRows:
    """The events of people in the lake: found by their identifiers, counted when they go."""

    def count(self, people: Subjects) -> int:
        """Return how many events lead to these people."""
        return _ROWS.count(people)

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield these events."""
        return _ROWS.export(people)

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Take these events out for good; not to be called within a transaction."""
        take_out(
            cause="erasure",
            token=_token(people),
            count=lambda: _ROWS.count(people),
            remove=lambda: _ROWS.erase(people, now=now),
            at=now,
        )


def _token(people: Subjects) -> str:
    told = ",".join(map(str, sorted(people.subjects)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
