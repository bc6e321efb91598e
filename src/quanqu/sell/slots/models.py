"""The tables of slots. Places and orders are held by their keys, without foreign keys: neither is
ever deleted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.slots.contracts import LARGEST_CAPACITY, SlotKind

_DAY_MINUTES = 1_440


class Rule(models.Model):
    """A slot of every week at a place; its row is locked while it changes."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    place_key = models.IntegerField()
    kind = models.TextField()
    weekday = models.SmallIntegerField()
    starts = models.SmallIntegerField()
    ends = models.SmallIntegerField()
    capacity = models.IntegerField()
    cut_off = models.IntegerField(db_default=0)
    postcodes = ArrayField(models.TextField(), db_default=[])
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "slots_rule"
        indexes = [models.Index("place_key", name="slots_rule_place")]
        constraints = [
            models.CheckConstraint(
                name="slots_rule_kind", condition=Q(kind__in=[one.value for one in SlotKind])
            ),
            models.CheckConstraint(
                name="slots_rule_times",
                condition=Q(
                    weekday__gte=0,
                    weekday__lte=6,
                    starts__gte=0,
                    ends__gt=F("starts"),
                    ends__lte=_DAY_MINUTES,
                    cut_off__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="slots_rule_capacity",
                condition=Q(capacity__gte=1, capacity__lte=LARGEST_CAPACITY),
            ),
        ]


class Closed(models.Model):
    """A day on which a place takes no orders into its slots."""

    pk = models.CompositePrimaryKey("place_key", "day")
    place_key = models.IntegerField()
    day = models.DateField()

    class Meta:
        db_table = "slots_closed"


class Day(models.Model):
    """A slot on a day, from its first reservation on: the scarce thing.

    `capacity`: that of its rule, never below what is reserved; on a closed day what is reserved.
    """

    pk = models.CompositePrimaryKey("rule_key", "day")
    rule_key = models.BigIntegerField()
    day = models.DateField()
    capacity = models.IntegerField()
    reserved = models.IntegerField(db_default=0)

    class Meta:
        db_table = "slots_day"
        constraints = [
            models.CheckConstraint(
                name="slots_day_within_capacity",
                condition=Q(reserved__gte=0, reserved__lte=F("capacity")),
            ),
        ]


class Reservation(models.Model):
    """The slot an order has, or had until it was released."""

    order_id = models.UUIDField(primary_key=True)
    rule_key = models.BigIntegerField()
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reserved_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "slots_reservation"
        indexes = [models.Index("rule_key", "day", name="slots_reservation_day")]
