"""The law of the timeline: every event counts once."""

from quanqu.infra.laws.facade import law
from quanqu.know.timeline.queries.breaches import events_count_once

law(
    "L6.events_count_once",
    "An acknowledged event is never lost and never counted twice.",
    events_count_once,
)
