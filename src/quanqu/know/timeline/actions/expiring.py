"""Events that are kept no longer: those that failed, and behaviour in the lake."""

from datetime import datetime

from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.actions.removing import take_out
from quanqu.know.timeline.models import FailedEvent
from quanqu.know.timeline.publish import TABLE


def count_failed_before(moment: datetime) -> int:
    """Return how many failed events were received before a moment."""
    return FailedEvent.objects.filter(received_at__lt=moment).count()


def drop_failed_before(moment: datetime) -> int:
    """Delete the failed events received before a moment and return how many."""
    return FailedEvent.objects.filter(received_at__lt=moment).delete()[0]


def count_settled_before(moment: datetime) -> int:
    """Return how many events of the lake happened on days before a moment's."""
    events = lake.table(TABLE)
    old = events.filter(events.day < moment.date())
    found = lake.run(old.aggregate(n=old.count()))
    return int(found["n"][0].as_py())


def drop_settled_before(moment: datetime) -> int:
    """Delete the events of days before a moment's and return how many."""
    day = moment.date()
    return take_out(
        cause="retention",
        token=f"{day}",
        count=lambda: count_settled_before(moment),
        remove=lambda: lake.delete_before(name=TABLE, column="day", day=day),
        at=moment,
    )
