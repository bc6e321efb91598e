"""Levels, the ledger and holds.

They carry place and variant keys of lower rooms without foreign keys: they are written in sets on
the hot path, and what they point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.inventory.contracts import HoldState, MovementKind, StockState

_FREE = F("on_hand") - F("safety") - F("fenced") + F("backorder_limit")


class Level(models.Model):
    """The balances of an item at a place; the ledger and the holds say the same, summed up.

    `safety` is what is withheld of `safety_target` now: it gives way to what was promised when
    goods turn out to be missing, and fills up again.  `fenced`: what is kept for channels and not
    promised yet, the sum over them.  `is_ruled`: more than the balances decides of a hold.
    `is_safety_own`: `safety_target` was set for this level and follows no rule.  `closed_from` and
    `closed_until`: when its place is closed, as `Closing` says, so that a hold sees it in the row.
    `is_tracked`: its units are told apart by lots.  `waiting`: how many tickets wait in
    line for it.
    """

    key = models.BigAutoField(primary_key=True)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    on_hand = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    allocated = models.BigIntegerField(db_default=0)
    safety = models.BigIntegerField(db_default=0)
    safety_target = models.BigIntegerField(db_default=0)
    backorder_limit = models.BigIntegerField(db_default=0)
    damaged = models.BigIntegerField(db_default=0)
    quality_hold = models.BigIntegerField(db_default=0)
    in_transit = models.BigIntegerField(db_default=0)
    incoming = models.BigIntegerField(db_default=0)
    fenced = models.BigIntegerField(db_default=0)
    is_ruled = models.BooleanField(db_default=False)
    is_safety_own = models.BooleanField(db_default=False)
    closed_from = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    is_tracked = models.BooleanField(db_default=False)
    waiting = models.IntegerField(db_default=0)

    class Meta:
        db_table = "inventory_level"
        indexes = [
            models.Index("variant_key", "place_key", name="inventory_level_of_item"),
            models.Index(
                "place_key",
                "variant_key",
                name="inventory_level_queued",
                condition=Q(waiting__gt=0),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="inventory_level_once", fields=["place_key", "variant_key"]
            ),
            models.CheckConstraint(
                name="inventory_level_no_oversell",
                condition=Q(held__lte=_FREE - F("allocated")),
            ),
            models.CheckConstraint(
                name="inventory_level_not_negative",
                condition=Q(
                    on_hand__gte=0,
                    held__gte=0,
                    allocated__gte=0,
                    safety__gte=0,
                    safety_target__gte=0,
                    backorder_limit__gte=0,
                    damaged__gte=0,
                    quality_hold__gte=0,
                    in_transit__gte=0,
                    incoming__gte=0,
                    fenced__gte=0,
                    waiting__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="inventory_level_safety_within_target",
                condition=Q(safety__lte=F("safety_target")),
            ),
        ]


class Movement(models.Model):
    """A line of the ledger: never changed, never deleted; `balance` is the state's after it."""

    key = models.BigAutoField(primary_key=True)
    posting_id = models.UUIDField(default=new_id)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    kind = models.TextField()
    state = models.TextField()
    quantity = models.BigIntegerField()
    balance = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.TextField()
    actor = models.TextField()
    reason = models.TextField()
    ref = models.TextField()

    class Meta:
        db_table = "inventory_movement"
        indexes = [
            models.Index(
                "place_key", "variant_key", F("key").desc(), name="inventory_movement_newest"
            ),
            models.Index("ref", name="inventory_movement_ref", condition=~Q(ref="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="inventory_movement_kind_known",
                condition=Q(kind__in=[kind.value for kind in MovementKind]),
            ),
            models.CheckConstraint(
                name="inventory_movement_state_known",
                condition=Q(state__in=[state.value for state in StockState]),
            ),
            models.CheckConstraint(
                name="inventory_movement_of_something", condition=~Q(quantity=0)
            ),
        ]


class PostedOnce(models.Model):
    """That a named event of a source was posted: the same again changes nothing."""

    pk = models.CompositePrimaryKey("source", "name")
    source = models.TextField()
    name = models.TextField()
    posting_id = models.UUIDField()

    class Meta:
        db_table = "inventory_posted"


class HoldLine(models.Model):
    """A line of a hold: goods at a place promised to an owner until they leave or it ends.

    `fenced`: how many of them come out of what was kept for the channel.  `buyer`: of an item with
    a limit alone, a keyed hash of who buys; emptied when no window reaches back to it.
    """

    pk = models.CompositePrimaryKey("request_id", "line_no")
    request_id = models.UUIDField()
    line_no = models.SmallIntegerField()
    owner = models.TextField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    state = models.TextField()
    held_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    channel = models.TextField(db_default="")
    fenced = models.BigIntegerField(db_default=0)
    buyer = models.TextField(db_default="")

    class Meta:
        db_table = "inventory_hold"
        indexes = [
            models.Index(
                "buyer", "variant_key", name="inventory_hold_of_buyer", condition=~Q(buyer="")
            ),
            models.Index(
                "expires_at", name="inventory_hold_ending", condition=Q(state=HoldState.HELD.value)
            ),
            models.Index(
                "place_key",
                "variant_key",
                name="inventory_hold_claiming",
                condition=Q(state__in=[HoldState.HELD.value, HoldState.ALLOCATED.value]),
            ),
            models.Index("owner", name="inventory_hold_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                name="inventory_hold_state_known",
                condition=Q(state__in=[state.value for state in HoldState]),
            ),
            models.CheckConstraint(name="inventory_hold_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="inventory_hold_fenced",
                condition=Q(fenced__gte=0, quantity__gte=F("fenced")),
            ),
            models.CheckConstraint(
                name="inventory_hold_ends",
                condition=~Q(state=HoldState.HELD.value) | Q(expires_at__isnull=False),
            ),
        ]
