"""What models say of customers: scores by name, kept under the key a customer had."""

from django.db import models


class Score(models.Model):
    """A score: what its numbers mean, who looks after it, between which bounds they lie."""

    key = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    meaning = models.TextField()
    owner = models.TextField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    version = models.TextField(default="")
    scored_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "customers_score"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(low__lt=models.F("high")),
                name="customers_score_bounds",
            )
        ]


class CustomerScore(models.Model):
    """One customer's number; kept under the customer's key at the time, so after a merge the
    latest of its identifiers counts, and a split gives back what was."""

    pk = models.CompositePrimaryKey("score_id", "subject_id")
    score = models.ForeignKey(
        "customers.Score", models.PROTECT, db_column="score_key", related_name="+", db_index=False
    )
    subject = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="subject_key", related_name="+"
    )
    value = models.FloatField()
    version = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "customers_scored"
