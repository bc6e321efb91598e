"""The tables of know.privacy."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from quanqu.kernel.ids import new_id
from quanqu.know.privacy.contracts import LegalBasis, RequestKind, RequestState


class Request(models.Model):
    """One request. `customer_ids` and `sealed` are emptied once its people are erased.

    `sealed` holds, encrypted, by what an erasure knows the people while it runs, or the values of a
    correction.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.TextField()
    state = models.TextField(default=RequestState.RECEIVED.value)
    basis = models.TextField()
    people = models.IntegerField()
    customer_ids = ArrayField(models.UUIDField())
    sealed = models.BinaryField(null=True)
    corrected = ArrayField(models.TextField(), default=list)
    suppressed_count = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_extended = models.BooleanField(default=False)
    verified_by = models.TextField(default="")
    needs_approval = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.TextField(default="")
    report = models.JSONField(null=True)
    package_expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_request"
        indexes = [
            GinIndex(
                fields=["customer_ids"],
                name="privacy_request_open_of",
                condition=models.Q(state__in=["received", "verified", "approved", "running"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="privacy_request_words_known",
                condition=models.Q(
                    kind__in=[kind.value for kind in RequestKind],
                    state__in=[state.value for state in RequestState],
                    basis__in=[basis.value for basis in LegalBasis],
                ),
            ),
            models.CheckConstraint(
                name="privacy_request_due_later",
                condition=models.Q(due_at__gt=models.F("received_at")),
            ),
        ]


class RequestStep(models.Model):
    """One place of a request that is carried out; `rows_after` is null until it is looked at."""

    pk = models.CompositePrimaryKey("request_id", "number")
    request = models.ForeignKey(
        Request, models.PROTECT, db_column="request_key", related_name="+", db_index=False
    )
    number = models.IntegerField()
    place = models.TextField()
    rows_before = models.BigIntegerField()
    rows_after = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_step"


class RequestAct(models.Model):
    """Who did what with a request, when, and what they said."""

    key = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(Request, models.PROTECT, db_column="request_key", related_name="+")
    at = models.DateTimeField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    act = models.TextField()
    note = models.TextField(default="")

    class Meta:
        db_table = "privacy_act"


class Restricted(models.Model):
    """A customer whose data is kept and not used, or about whom no machine decides alone."""

    pk = models.CompositePrimaryKey("customer_id", "kind")
    customer_id = models.UUIDField()
    kind = models.TextField()
    since = models.DateTimeField()

    class Meta:
        db_table = "privacy_restricted"
        constraints = [
            models.CheckConstraint(
                name="privacy_restricted_kind",
                condition=models.Q(
                    kind__in=[
                        RequestKind.RESTRICTION.value,
                        RequestKind.AUTOMATED_OPT_OUT.value,
                    ]
                ),
            )
        ]


class Policy(models.Model):
    """The one row of how requests are dealt with."""

    key = models.SmallIntegerField(primary_key=True, default=1)
    needs_second_person = models.BooleanField(default=False)
    pipl_days = models.IntegerField(default=30)
    package_days = models.IntegerField(default=14)
    backup_days = models.IntegerField(default=35)

    class Meta:
        db_table = "privacy_policy"
        constraints = [
            models.CheckConstraint(name="privacy_policy_one", condition=models.Q(key=1)),
            models.CheckConstraint(
                name="privacy_policy_days",
                condition=models.Q(
                    pipl_days__range=(1, 90),
                    package_days__range=(1, 90),
                    backup_days__range=(1, 3650),
                ),
            ),
        ]


class RetentionRule(models.Model):
    """How many days data of one sort is kept here, where that is not the usual; null for ever."""

    code = models.TextField(primary_key=True)
    days = models.IntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_retention"
        constraints = [
            models.CheckConstraint(
                name="privacy_retention_days",
                condition=models.Q(days__isnull=True) | models.Q(days__gte=0),
            )
        ]


class RetentionRun(models.Model):
    """What one run of a rule deleted."""

    key = models.BigAutoField(primary_key=True)
    code = models.TextField()
    ran_at = models.DateTimeField()
    older_than = models.DateTimeField()
    deleted = models.BigIntegerField()

    class Meta:
        db_table = "privacy_retention_run"
        indexes = [models.Index("code", models.F("key").desc(), name="privacy_retention_last")]
