"""Finds an event in the inbox: accepted for good, not yet in the lake."""

import re
from collections.abc import Collection
from typing import Final

from quanqu.know.timeline.contracts import EventRow, EventState
from quanqu.know.timeline.models import InboxBody
from quanqu.know.timeline.queries.inbox import read_bodies, settle_places
from quanqu.know.timeline.queries.plan import compiled_plan
from quanqu.know.timeline.rules.drafts import FactDraft, StoredBody
from quanqu.know.timeline.rules.reading import read_round

_BODIES_AT_ONCE: Final = 200
_WRITTEN_ONE_WAY: Final = re.compile(r"[A-Za-z0-9_.:-]+")


def find_accepted(message_id: str, sources: Collection[int]) -> EventRow | None:
    """Return the event of this id that came last among the bodies that wait, or None."""
    waiting = InboxBody.objects.filter(source_key__in=list(sources)).order_by("-key")
    keys = list(waiting.values_list("key", flat=True))
    for at in range(0, len(keys), _BODIES_AT_ONCE):
        bodies = read_bodies(keys[at : at + _BODIES_AT_ONCE])
        likely = [body for body in bodies if _may_hold(body, message_id)]
        if not likely:
            continue
        draft = read_round(likely, compiled_plan(), places=settle_places())
        for fact, subject_key in zip(reversed(draft.facts), reversed(draft.given), strict=True):
            if fact.message_id == message_id:
                return _row(fact, subject_key)
    return None


def _may_hold(body: StoredBody, message_id: str) -> bool:
    """Tell whether reading the body is worth it: JSON may write some letters in several ways."""
    if not _WRITTEN_ONE_WAY.fullmatch(message_id) or b"\\u" in body.body:
        return True
    return message_id.encode() in body.body or message_id.startswith(body.id.hex)


def _row(fact: FactDraft, subject_key: int | None) -> EventRow:
    told = fact._asdict()
    is_simulated = told.pop("simulated")
    return EventRow(
        event_key=None,
        state=EventState.ACCEPTED,
        subject_key=subject_key,
        is_simulated=is_simulated,
        **told,
    )
