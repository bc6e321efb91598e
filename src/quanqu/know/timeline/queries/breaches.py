"""Law 6 over the live data, as far as it can be seen afterwards."""

import ibis

from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.models import SeenEvent, SettlementRecord
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.retention import removed_on_purpose

_SHOWN = 20


def events_count_once() -> list[str]:
    """Return a sentence for each message id that is twice in the lake, and for what is missing."""
    events = lake.table(TABLE)
    named = events.group_by("source", "message_id").aggregate(count=events.count())
    doubled = named.filter(named["count"] > 1).order_by(ibis.desc("count")).limit(_SHOWN)
    breaches = [
        f"{row['source']} {row['message_id']} is {row['count']} times in the lake"
        for row in lake.run(doubled).to_pylist()
    ]
    if SettlementRecord.objects.filter(is_done=False).exists():
        return breaches  # a round is under way: its events are on the road
    seen, there = (
        SeenEvent.objects.filter(settlement__gt=0).count(),
        int(lake.run(events.count())[0][0].as_py()),
    )
    missing = seen - there - removed_on_purpose()
    if missing > 0:
        breaches.append(f"{missing} settled events are not in the lake")
    return breaches
