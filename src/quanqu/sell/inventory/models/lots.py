"""Lots and serials, what is there of them at places, and how it came."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.inventory.contracts import LotState, StockState, Tracked

_STATES = [StockState.ON_HAND.value, StockState.DAMAGED.value, StockState.QUALITY_HOLD.value]


class TrackedItem(models.Model):
    """That goods of an item are told apart, and how many days must remain at a sale."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    variant_key = models.BigIntegerField(unique=True)
    by = models.TextField()
    min_days = models.IntegerField(db_default=0)
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_tracked_item"
        constraints = [
            models.CheckConstraint(
                name="inventory_tracked_item_known",
                condition=Q(by__in=[one.value for one in Tracked], min_days__gte=0),
            )
        ]


class Lot(models.Model):
    """A lot or a serial of an item; an empty code stands for units that none was named for."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    code = models.TextField()
    best_before = models.DateField(null=True)
    is_serial = models.BooleanField(db_default=False)
    state = models.TextField(db_default=LotState.OPEN.value)
    reason = models.TextField(db_default="")
    changed_by = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_lot"
        indexes = [
            models.Index(
                "best_before", "key", name="inventory_lot_ends", condition=~Q(best_before=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(name="inventory_lot_once", fields=["variant_key", "code"]),
            models.CheckConstraint(
                name="inventory_lot_state_known",
                condition=Q(state__in=[one.value for one in LotState]),
            ),
            models.CheckConstraint(
                name="inventory_lot_named",
                condition=~Q(code="")
                | Q(is_serial=False, best_before__isnull=True, state=LotState.OPEN.value),
            ),
        ]


class LotLevel(models.Model):
    """What is there of a lot at a place in a state; a serial is in one place and state at most."""

    key = models.BigAutoField(primary_key=True)
    lot_key = models.BigIntegerField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    state = models.TextField()
    quantity = models.BigIntegerField()
    is_serial = models.BooleanField()

    class Meta:
        db_table = "inventory_lot_level"
        indexes = [models.Index("place_key", "variant_key", name="inventory_lot_level_at")]
        constraints = [
            models.UniqueConstraint(
                name="inventory_lot_level_once", fields=["lot_key", "place_key", "state"]
            ),
            models.UniqueConstraint(
                name="inventory_lot_serial_in_one_place",
                fields=["lot_key"],
                condition=Q(is_serial=True, quantity__gt=0),
            ),
            models.CheckConstraint(
                name="inventory_lot_level_counts",
                condition=Q(quantity__gte=0, state__in=_STATES)
                & (Q(is_serial=False) | Q(quantity__lte=1)),
            ),
        ]


class LotMovement(models.Model):
    """What a posting changed of a lot: never changed, never deleted."""

    key = models.BigAutoField(primary_key=True)
    posting_id = models.UUIDField()
    lot_key = models.BigIntegerField()
    place_key = models.IntegerField()
    kind = models.TextField()
    state = models.TextField()
    quantity = models.BigIntegerField()
    at = models.DateTimeField()
    ref = models.TextField()

    class Meta:
        db_table = "inventory_lot_movement"
        indexes = [
            models.Index("lot_key", F("key").desc(), name="inventory_lot_movement_newest"),
            models.Index("ref", name="inventory_lot_movement_ref", condition=~Q(ref="")),
        ]
        constraints = [
            models.CheckConstraint(name="inventory_lot_movement_moves", condition=~Q(quantity=0))
        ]
