"""Rules of retention in the lake, and what they took away."""

from django.db import models


class RetentionRuleRow(models.Model):
    """How many days events of a source and a name are kept; empty text is any."""

    pk = models.CompositePrimaryKey("source", "event")
    source = models.TextField()
    event = models.TextField()
    days = models.IntegerField()

    class Meta:
        db_table = "timeline_retention_rule"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__gte=1), name="timeline_retention_rule_days"
            )
        ]


class RetentionRunRow(models.Model):
    """What one rule took away: `expected` is counted before, `removed` known once it is done."""

    key = models.BigAutoField(primary_key=True)
    source = models.TextField()
    event = models.TextField()
    days = models.IntegerField()
    before = models.DateField()
    expected = models.BigIntegerField()
    removed = models.BigIntegerField(null=True)
    ran_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_retention_run"


class Removal(models.Model):
    """Events taken out of the lake otherwise than by a rule of the timeline.

    `token` tells one removal from another of its cause; `expected` is counted before, `removed`
    known once it is done.
    """

    key = models.BigAutoField(primary_key=True)
    cause = models.TextField()
    token = models.TextField()
    expected = models.BigIntegerField()
    removed = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "timeline_removal"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cause__in=["retention", "erasure"]),
                name="timeline_removal_cause",
            ),
            models.UniqueConstraint(
                fields=["cause", "token"],
                condition=models.Q(removed__isnull=True),
                name="timeline_removal_one_open",
            ),
        ]
