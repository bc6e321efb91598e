"""The inbox of accepted bodies, the memory of what was settled, and the rounds of settling."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class InboxBody(models.Model):
    """One accepted body, encrypted as it came; only ever inserted, and deleted once settled."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    source_key = models.BigIntegerField()
    kind = models.SmallIntegerField()
    is_internal = models.BooleanField()
    is_clean = models.BooleanField()
    event_count = models.IntegerField()
    received_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        db_table = "timeline_inbox"


class SettlementRecord(models.Model):
    """One round of settling; `is_done` once its rows are in the lake and gone from the inbox."""

    number = models.BigIntegerField(primary_key=True)
    inbox_keys = ArrayField(models.BigIntegerField())
    event_count = models.IntegerField()
    duplicate_count = models.IntegerField()
    failed_count = models.IntegerField()
    started_at = models.DateTimeField()
    is_done = models.BooleanField(default=False)

    class Meta:
        db_table = "timeline_settlement"
        indexes = [
            models.Index(
                "number", name="timeline_settlement_open", condition=models.Q(is_done=False)
            )
        ]


class SeenEvent(models.Model):
    """The fingerprint of (source, message id) of every settled event, and the round it was in.

    The round is negative for an event that the source's settings left out.
    """

    fingerprint = models.UUIDField(primary_key=True)
    settlement = models.BigIntegerField()

    class Meta:
        db_table = "timeline_seen"
