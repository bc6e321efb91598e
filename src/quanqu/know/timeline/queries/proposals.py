"""What to plan of an event, out of the lake."""

import json
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.contracts import EventNotFoundError, PlannedEvent
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.rules.proposing import propose

_MOST_SEEN: Final = 2_000


def propose_planned_event(*, actor: Actor, name: str) -> PlannedEvent:
    """Return a plan that the last two thousand track calls of this name keep.

    Only events at places the actor may see are looked at.  Raises: EventNotFoundError.
    """
    actor.require("timeline.view")
    scope = actor.scope("timeline.view")
    events = lake.table(TABLE)
    if not scope.everything:
        events = events.filter(events.place_key.isin(sorted(scope.places)))
    mine = events.filter(events.event == name, events.type == "track")
    newest = mine.order_by(mine.event_key.desc()).limit(_MOST_SEEN).select("properties")
    seen = [json.loads(text or "{}") for text in lake.run(newest)["properties"].to_pylist()]
    if not seen:
        raise EventNotFoundError(ref=name)
    return propose(name, seen)
