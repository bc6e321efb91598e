"""The versions of the identity rules, and the ranks they give to sources."""

from django.db import models


class RuleSetVersion(models.Model):
    """One version of the identity rules; at most one is active and at most one is a draft.

    `content` is encrypted: a blocked value may be somebody's telephone number.
    """

    key = models.BigAutoField(primary_key=True)
    version = models.IntegerField(unique=True)
    status = models.TextField()
    content = models.BinaryField()
    note = models.TextField(blank=True)
    changed_by = models.TextField()
    changed_at = models.DateTimeField()
    activated_by = models.TextField(null=True)  # noqa: DJ001 - absent is not the empty text
    activated_at = models.DateTimeField(null=True)
    effect = models.JSONField(null=True)

    class Meta:
        db_table = "customers_ruleset"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "activating", "active", "retired"]),
                name="customers_ruleset_status",
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status__in=["draft", "activating", "active"]),
                name="customers_ruleset_one_each",
            ),
        ]


class SourceRank(models.Model):
    """Where a source stands for a profile field under a version, 1 first: where queries read it."""

    pk = models.CompositePrimaryKey("version", "field", "source")
    version = models.IntegerField()
    field = models.TextField()
    source = models.TextField()
    rank = models.IntegerField()

    class Meta:
        db_table = "customers_source_rank"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rank__gt=0), name="customers_source_rank_positive"
            )
        ]
