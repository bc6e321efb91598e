"""The tracking plan as changed here, its violations, and the events that were not let through."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quanqu.kernel.ids import new_id


class PlanEvent(models.Model):
    """A planned event; it takes the place of the shipped one of its name, or removes it."""

    key = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    description = models.TextField(default="")
    owner = models.TextField(default="")
    properties = models.JSONField(default=list)
    on_violation = models.TextField()
    is_removed = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_plan_event"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(on_violation__in=["allow", "omit", "block"]),
                name="timeline_plan_event_rule",
            )
        ]


class PlanSettings(models.Model):
    """The one row of settings of the plan."""

    key = models.SmallIntegerField(primary_key=True, default=1)
    on_unplanned = models.TextField(default="allow")

    class Meta:
        db_table = "timeline_plan_settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(key=1), name="timeline_plan_settings_one"),
            models.CheckConstraint(
                condition=models.Q(on_unplanned__in=["allow", "block"]),
                name="timeline_plan_settings_rule",
            ),
        ]


class PlanViolation(models.Model):
    """Violations of one sort on one day, counted, with a few message ids as samples."""

    pk = models.CompositePrimaryKey("source_key", "event", "property", "kind", "day")
    source_key = models.BigIntegerField()
    event = models.TextField()
    property = models.TextField()
    kind = models.TextField()
    day = models.DateField()
    count = models.BigIntegerField()
    last_seen_at = models.DateTimeField()
    samples = ArrayField(models.TextField())

    class Meta:
        db_table = "timeline_violation"


class FailedEvent(models.Model):
    """An event that was refused or blocked, its payload encrypted, until it is replayed."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    fingerprint = models.UUIDField(unique=True)
    source_key = models.BigIntegerField(db_index=True)
    message_id = models.TextField()
    event = models.TextField()
    code = models.TextField()
    reason = models.TextField()
    received_at = models.DateTimeField()
    sent_at = models.TextField()
    is_internal = models.BooleanField()
    payload = models.BinaryField()
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "timeline_failed_event"
