"""The tables of sourcing.

They carry place, company and variant keys of lower rooms without foreign keys, as those of stock
do: they are written in one act with it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id


class Version(models.Model):
    """A saved state of a company's profile; never changed. `channel` empty: for every channel."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id)
    company_key = models.IntegerField()
    channel = models.TextField()
    number = models.IntegerField()
    body = models.JSONField()
    note = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "sourcing_version"
        constraints = [
            models.UniqueConstraint(
                name="sourcing_version_number", fields=["company_key", "channel", "number"]
            ),
        ]


class InForce(models.Model):
    """Which versions of a company and channel act, watch, and acted before."""

    pk = models.CompositePrimaryKey("company_key", "channel")
    company_key = models.IntegerField()
    channel = models.TextField()
    active = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    shadow = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    former = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "sourcing_in_force"
        constraints = [
            models.CheckConstraint(
                name="sourcing_in_force_shadow_is_another",
                condition=Q(active__isnull=True) | Q(shadow__isnull=True) | ~Q(active=F("shadow")),
            ),
        ]


class Offer(models.Model):
    """What a place offers to sourcing; without a row, what is usual for its kind."""

    place_key = models.IntegerField(primary_key=True)
    is_shipping = models.BooleanField()
    is_pickup = models.BooleanField()
    daily_parcels = models.IntegerField(null=True)
    opens = models.JSONField(default=list)
    cut_off = models.SmallIntegerField(null=True)
    lead_minutes = models.IntegerField()
    pickup_lead_minutes = models.IntegerField()
    parcel_minor = models.BigIntegerField(null=True)
    kg_km_minor = models.FloatField(null=True)
    tags = ArrayField(models.TextField(), default=list)
    channels = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "sourcing_offer"
        constraints = [
            models.CheckConstraint(
                name="sourcing_offer_not_negative",
                condition=Q(lead_minutes__gte=0, pickup_lead_minutes__gte=0)
                & (Q(daily_parcels__isnull=True) | Q(daily_parcels__gte=0))
                & (Q(parcel_minor__isnull=True) | Q(parcel_minor__gte=0))
                & (Q(kg_km_minor__isnull=True) | Q(kg_km_minor__gte=0)),
            ),
        ]


class Load(models.Model):
    """The parcels a place was given for a day, by its own calendar."""

    pk = models.CompositePrimaryKey("place_key", "day")
    place_key = models.IntegerField()
    day = models.DateField()
    parcels = models.IntegerField(db_default=0)

    class Meta:
        db_table = "sourcing_load"
        constraints = [
            models.CheckConstraint(name="sourcing_load_not_negative", condition=Q(parcels__gte=0)),
        ]


class Request(models.Model):
    """A request that is decided once: its row is locked before anything else is."""

    key = models.BigAutoField(primary_key=True)
    request_id = models.UUIDField(unique=True)
    company_key = models.IntegerField()
    channel = models.TextField()
    owner = models.TextField()
    digest = models.TextField()
    revision = models.IntegerField(db_default=-1)
    is_filled = models.BooleanField(db_default=False)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "sourcing_request"
        indexes = [
            models.Index("company_key", F("key").desc(), name="sourcing_request_newest"),
            models.Index("owner", name="sourcing_request_owner"),
            models.Index("asked_at", name="sourcing_request_old"),
        ]


class Decision(models.Model):
    """What was decided of a request, first (revision 0) and at every move; never changed.

    `answer`: parcels, holds and lines left; `reasons`: columns, one entry a place; `day`: that of
    each parcel's load.
    """

    key = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    revision = models.IntegerField()
    move_id = models.UUIDField(null=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    strategy = models.TextField()
    question = models.JSONField()
    answer = models.JSONField()
    criteria = ArrayField(models.TextField())
    score = ArrayField(models.BigIntegerField())
    bound = ArrayField(models.BigIntegerField())
    gap = models.FloatField()
    tries = models.SmallIntegerField()
    cause = models.TextField()
    reasons = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "sourcing_decision"
        constraints = [
            models.UniqueConstraint(
                name="sourcing_decision_revision", fields=["request", "revision"]
            ),
            models.UniqueConstraint(name="sourcing_decision_move", fields=["request", "move_id"]),
        ]


class Shadow(models.Model):
    """What a version in shadow would have decided; it acted on nothing."""

    key = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="shadows")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    strategy = models.TextField()
    parcels = models.JSONField()
    is_filled = models.BooleanField()
    is_same = models.BooleanField()
    cost_minor = models.BigIntegerField()
    km = models.BigIntegerField()
    acted_is_filled = models.BooleanField()
    acted_parcels = models.SmallIntegerField()
    acted_cost_minor = models.BigIntegerField()
    acted_km = models.BigIntegerField()

    class Meta:
        db_table = "sourcing_shadow"
        constraints = [
            models.UniqueConstraint(name="sourcing_shadow_once", fields=["decision", "version"]),
        ]
