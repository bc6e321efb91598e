"""Sources of events and the keys they write with."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quanqu.kernel.ids import new_id


class Source(models.Model):
    """Somewhere events come from; with a place, they are seen by whoever may see the place."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, related_name="+", db_column="place_key"
    )
    allowed_origins = ArrayField(models.TextField(), default=list)
    rate_limit = models.IntegerField(default=0)
    is_enabled = models.BooleanField(default=True)
    is_simulated = models.BooleanField(default=False)
    kind = models.TextField(default="server", db_default="server")
    sampling_rate = models.DecimalField(
        max_digits=5, decimal_places=4, default=Decimal(1), db_default=Decimal(1)
    )
    bots = models.TextField(default="mark", db_default="mark")
    late_days = models.IntegerField(default=0, db_default=0)
    on_late = models.TextField(default="refuse", db_default="refuse")
    ahead_s = models.IntegerField(default=86_400, db_default=86_400)
    on_ahead = models.TextField(default="refuse", db_default="refuse")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_source"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate_limit__gte=0), name="timeline_source_rate_limit"
            ),
            models.CheckConstraint(
                condition=models.Q(sampling_rate__gte=0, sampling_rate__lte=1)
                & models.Q(late_days__gte=0, ahead_s__gte=0),
                name="timeline_source_intake",
            ),
        ]


class SourceEffect(models.Model):
    """How many events of a source its settings touched on one day, by what they did."""

    pk = models.CompositePrimaryKey("source_key", "kind", "day")
    source_key = models.BigIntegerField()
    kind = models.TextField()
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "timeline_source_effect"


class WriteKey(models.Model):
    """A key of a source, kept as its hash; an older one stays valid until it expires."""

    key = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_column="source_key"
    )
    key_hash = models.BinaryField(unique=True)
    hint = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "timeline_write_key"


class RateBucket(models.Model):
    """What is left of a source's rate limit; an UNLOGGED table, emptied by a crash."""

    source_key = models.BigIntegerField(primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_rate_bucket"
