"""Settle what waits, so that an erasure finds it in the lake."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import DocumentWork
from quanqu.know.timeline.actions.settle import settle_round
from quanqu.know.timeline.models import InboxBody
from quanqu.know.timeline.rules.protect import PURPOSE

_BODIES: Final = DocumentWork("timeline_inbox", "key", "body", PURPOSE)


def settle_waiting(*, now: datetime) -> None:
    """Settle every body that waits now, those of rounds that are open among them.

    A body leaves the inbox when its round is finished.  Bodies that come meanwhile are left to the
    settler, whose rounds are not waited for.  Not to be called within a transaction.
    """
    last = InboxBody.objects.order_by("-key").values_list("key", flat=True).first() or 0
    while InboxBody.objects.filter(key__lte=last).exists():
        settle_round(now=now)


class InboxWork:
    """Bodies known by the values in them; erasing them is settling them."""

    def count(self, people: Subjects) -> int:
        """Return how many waiting bodies hold one of the people's values."""
        return _BODIES.count(people)

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield nothing: what waits is in the timeline within seconds, scrubbed."""
        del people
        return iter(())

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Settle everything that waits now."""
        del people
        settle_waiting(now=now)
