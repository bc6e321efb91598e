"""Mend many failed events by one rule and hand them in again."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.know.timeline.actions.failures import MOST_REPLAYED, hand_in
from quanqu.know.timeline.contracts import FailedFilters, RepairPreview, RepairStep
from quanqu.know.timeline.models import FailedEvent
from quanqu.know.timeline.queries.failures import failed_events
from quanqu.know.timeline.rules.envelope import MAX_EVENT_BYTES
from quanqu.know.timeline.rules.protect import PURPOSE
from quanqu.know.timeline.rules.repair import check_steps, mended
from quanqu.know.timeline.rules.scrub import scrubbed_json

_PREVIEWED: Final = 1_000


def preview_repair(
    *, actor: Actor, filters: FailedFilters, steps: Sequence[RepairStep]
) -> RepairPreview:
    """Tell what a repair would do to the oldest thousand of the failed events it is for.

    Raises: RepairInputError, NotAllowedError.
    """
    actor.require("timeline.manage")
    sound = check_steps(steps)
    found, _ = failed_events(actor, "timeline.manage", filters)
    waiting = found.filter(replayed_at__isnull=True)
    changes = [
        (before, after)
        for row in waiting.order_by("key")[:_PREVIEWED]
        if (before := _opened(row)) is not None and (after := _after(before, sound)) is not None
    ]
    before, after = changes[0] if changes else ({}, {})
    return RepairPreview(
        waiting.count(),
        len(changes),
        scrubbed_json(json.dumps(before)) if changes else "",
        scrubbed_json(json.dumps(after)) if changes else "",
    )


@transaction.atomic
def repair_failed_events(
    *, actor: Actor, filters: FailedFilters, steps: Sequence[RepairStep], now: datetime
) -> int:
    """Hand in, mended, the failed events that the steps change; return how many.

    At most ten thousand at once, the oldest first; those that no step changes stay as they are.
    One that still fails is failed again.  Locks: the failed events by key.
    Raises: RepairInputError, NotAllowedError.
    """
    actor.require("timeline.manage")
    sound = check_steps(steps)
    found, _ = failed_events(actor, "timeline.manage", filters)
    waiting = found.filter(replayed_at__isnull=True).select_for_update().order_by("key")
    rows, payloads = [], []
    for row in waiting[:MOST_REPLAYED]:
        event = _opened(row)
        after = None if event is None else _after(event, sound)
        if after is not None:
            rows.append(row)
            payloads.append(msgspec.json.encode(after).decode())
    if not rows:
        return 0
    hand_in(rows, payloads)
    FailedEvent.objects.filter(key__in=[row.key for row in rows]).delete()
    audit.record(
        actor=actor,
        action="timeline.repair_failed_events",
        subject="timeline",
        now=now,
        after={"count": len(rows), "steps": [f"{s.kind} {s.name} {s.to}".strip() for s in sound]},
    )
    return len(rows)


def _opened(row: FailedEvent) -> dict[str, Any] | None:
    try:
        event = json.loads(crypto.decrypt(bytes(row.payload), purpose=PURPOSE))
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _after(event: dict[str, Any], steps: Sequence[RepairStep]) -> dict[str, Any] | None:
    """Return the mended event; None when nothing changed or it would be too large to hand in."""
    after = mended(event, steps)
    if after is event or len(msgspec.json.encode(after)) > MAX_EVENT_BYTES:
        return None
    return after
