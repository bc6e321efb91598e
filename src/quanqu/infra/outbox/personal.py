"""The personal data of the outbox: none but keys, and those not for ever."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.outbox.models import OutboxEvent
from quanqu.infra.personal.contracts import DataClass
from quanqu.infra.personal.facade import Retained, declare_plain, retain

_DROP: Final = (
    "WITH gone AS (DELETE FROM outbox_event WHERE delivered_at < %s RETURNING key), "
    "receipts AS (DELETE FROM outbox_receipt WHERE event_key IN (SELECT key FROM gone)) "
    "SELECT count(*) FROM gone"
)


def count_delivered(before: datetime) -> int:
    """Return how many events were delivered before a moment."""
    return OutboxEvent.objects.filter(delivered_at__lt=before).count()


@transaction.atomic
def drop_delivered(before: datetime) -> int:
    """Forget events that were delivered before a moment, with their receipts."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [before])
        return int(cursor.fetchone()[0])


# events carry keys of rows: tests/architecture/test_personal.py holds them to it
declare_plain(
    "outbox_event",
    "key id name payload emitted_at delivered_at attempts next_attempt_at last_error",
)
declare_plain("outbox_receipt", "event_key handler handled_at")
retain(
    Retained("delivered_events", DataClass.IDENTIFIER, 90, 7, 730, count_delivered, drop_delivered)
)
