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
