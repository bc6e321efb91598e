"""The outbox's tables."""

from django.db import models

from quanqu.kernel.ids import new_id


class OutboxEvent(models.Model):
    """One emitted event; kept after delivery as the record of what was said."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    name = models.TextField()
    payload = models.JSONField()
    emitted_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        db_table = "outbox_event"
        indexes = [
            models.Index(
                "key", name="outbox_undelivered", condition=models.Q(delivered_at__isnull=True)
            )
        ]


class OutboxReceipt(models.Model):
    """The proof that a handler has handled an event: written in the handler's own transaction."""

    pk = models.CompositePrimaryKey("event_key", "handler")
    event_key = models.BigIntegerField()
    handler = models.TextField()
    handled_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_receipt"
