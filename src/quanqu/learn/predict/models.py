"""The tables of learn.predict: models of audiences and their trainings; nobody's data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quanqu.infra.auth.contracts import Scope
from quanqu.kernel.ids import new_id


class LookalikeQuerySet(models.QuerySet["Lookalike"]):
    """Models, narrowed to a scope."""

    def visible_to(self, scope: Scope) -> "LookalikeQuerySet":
        """Keep the models of audiences over no more than the scope; one over no place is
        nobody's."""
        if scope.everything:
            return self
        return self.filter(places__len__gt=0, places__contained_by=sorted(scope.places))


class Lookalike(models.Model):
    """The model of one audience; `places` is the scope of the audience, null for everything.

    `version` counts the trainings whose scores were written.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    audience_id = models.UUIDField(unique=True)
    places = ArrayField(models.IntegerField(), null=True)
    score = models.TextField(unique=True)
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    objects = LookalikeQuerySet.as_manager()

    class Meta:
        db_table = "predict_lookalike"


class Training(models.Model):
    """One training of a model; at most one of each waits or runs.

    `counts` and `card` are contracts.Counts and contracts.Card as JSON; a finished one is never
    changed.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    model = models.ForeignKey(
        "predict.Lookalike", models.PROTECT, db_column="lookalike_key", related_name="+"
    )
    state = models.TextField()
    basis = models.TextField()
    step = models.IntegerField(default=0)
    audience_version = models.IntegerField()
    as_of = models.DateField()
    queued_by = models.TextField()
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    version = models.IntegerField(null=True)
    counts = models.JSONField(null=True)
    card = models.JSONField(null=True)
    error = models.TextField(default="")
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "predict_training"
        constraints = [
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(state__in=["queued", "running"]),
                name="predict_training_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "refused", "failed"]),
                name="predict_training_state",
            ),
            models.CheckConstraint(
                condition=models.Q(basis__in=["consent", "legitimate_interests"]),
                name="predict_training_basis",
            ),
        ]
