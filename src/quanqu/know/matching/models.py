"""The tables of know.matching."""

from django.db import models

from quanqu.kernel.ids import new_id


class Model(models.Model):
    """One trained model: levels with m and u, never a person's data; never changed."""

    key = models.BigAutoField(primary_key=True)
    version = models.IntegerField(unique=True)
    trained_at = models.DateTimeField()
    rows = models.IntegerField()
    prior = models.FloatField()
    settings = models.JSONField()

    class Meta:
        db_table = "matching_model"


class Run(models.Model):
    """One run over the customers; at most one is queued or running."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    state = models.TextField()
    started_by = models.TextField()
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    linked = models.IntegerField(default=0)
    review = models.IntegerField(default=0)
    upper = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    false_links = models.FloatField(null=True)
    missed = models.FloatField(null=True)
    answers = models.IntegerField(default=0)
    shift_bits = models.FloatField(default=0)
    model = models.ForeignKey(
        "matching.Model", models.PROTECT, db_column="model_key", null=True, related_name="+"
    )
    error = models.TextField(default="")

    class Meta:
        db_table = "matching_run"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=["queued", "running"]),
                name="matching_run_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed", "undone"]),
                name="matching_run_state",
            ),
        ]


class Pair(models.Model):
    """Two customers by the keys they had, left below right, and what became of the pair."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    run = models.ForeignKey("matching.Run", models.PROTECT, db_column="run_key", related_name="+")
    left_key = models.BigIntegerField()
    right_key = models.BigIntegerField()
    odds_bits = models.FloatField()
    probability = models.FloatField()
    reasons = models.JSONField()
    state = models.TextField()
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matching_pair"
        constraints = [
            models.UniqueConstraint(fields=["left_key", "right_key"], name="matching_pair_unique"),
            models.CheckConstraint(
                condition=models.Q(left_key__lt=models.F("right_key")), name="matching_pair_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "linked", "same", "different", "unsure"]),
                name="matching_pair_state",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-probability", "key"], name="matching_pair_queue"),
            models.Index(
                fields=["right_key"],
                name="matching_pair_open_right",
                condition=models.Q(state="open"),
            ),
        ]


class Answer(models.Model):
    """One answer about a pair, kept as it was given; undoing it is noted, not deleted."""

    key = models.BigAutoField(primary_key=True)
    pair = models.ForeignKey(
        "matching.Pair", models.PROTECT, db_column="pair_key", related_name="+"
    )
    answer = models.TextField()
    answered_by = models.TextField()
    answered_at = models.DateTimeField()
    undone_by = models.TextField(default="")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matching_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["pair"],
                condition=models.Q(undone_at__isnull=True),
                name="matching_answer_one_standing",
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=["same", "different", "unsure"]),
                name="matching_answer_known",
            ),
        ]
