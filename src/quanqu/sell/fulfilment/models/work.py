"""What a place has to do: parts of orders, where goods lie, pick lists."""

from django.db import models
from django.db.models import Q

from quanqu.kernel.ids import new_id
from quanqu.sell.fulfilment.contracts import LARGEST_KEEP_DAYS, ListState, PickState


class PlaceRule(models.Model):
    """How a place works; its row is locked while a wave is made there."""

    place_key = models.IntegerField(primary_key=True)
    keep_days = models.IntegerField(default=7)

    class Meta:
        db_table = "fulfilment_place_rule"
        constraints = [
            models.CheckConstraint(
                name="fulfilment_place_rule_days",
                condition=Q(keep_days__gte=1, keep_days__lte=LARGEST_KEEP_DAYS),
            ),
        ]


class Bin(models.Model):
    """Where an item lies at a place."""

    pk = models.CompositePrimaryKey("place_key", "variant_key")
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    zone = models.TextField()
    bin = models.TextField()

    class Meta:
        db_table = "fulfilment_bin"


class Work(models.Model):
    """A part of an order as work of its place; the row is the lock of all that is done to it.

    `contact_enc`: who collects it, while it waits for that.
    """

    key = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField()
    part_no = models.IntegerField()
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    number = models.TextField()
    delivery = models.TextField()
    subject_key = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    is_no_show = models.BooleanField(default=False)
    shelf = models.TextField(default="")
    id_check = models.TextField(default="")
    contact_enc = models.BinaryField(null=True)

    class Meta:
        db_table = "fulfilment_work"
        indexes = [
            models.Index("place_key", "gone_at", name="fulfilment_work_gone"),
            models.Index(
                "ready_at",
                name="fulfilment_work_waiting",
                condition=Q(ready_at__isnull=False, gone_at__isnull=True, cancelled_at=None),
            ),
            models.Index(
                "subject_key", name="fulfilment_work_buyer", condition=Q(subject_key__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="fulfilment_work_once", fields=["order_id", "part_no"]),
        ]


class PickList(models.Model):
    """Lines to pick at a place, by one person; open, claimed, done or cancelled."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    zone = models.TextField(default="")
    state = models.TextField()
    picker = models.TextField(default="")
    picker_name = models.TextField(default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fulfilment_pick_list"
        indexes = [models.Index("place_key", "state", "key", name="fulfilment_pick_list_open")]
        constraints = [
            models.CheckConstraint(
                name="fulfilment_pick_list_state",
                condition=Q(state__in=[one.value for one in ListState]),
            ),
            models.CheckConstraint(
                name="fulfilment_pick_list_picker",
                condition=Q(state__in=[ListState.OPEN.value, ListState.CANCELLED.value])
                | ~Q(picker=""),
            ),
        ]


class PickLine(models.Model):
    """A line of an order to pick: on one list at a time."""

    key = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(
        PickList, on_delete=models.PROTECT, related_name="lines", db_column="list_key"
    )
    order_id = models.UUIDField()
    part_no = models.IntegerField()
    line_no = models.IntegerField()
    number = models.TextField()
    variant_key = models.BigIntegerField()
    sku = models.TextField()
    name = models.TextField()
    zone = models.TextField(default="")
    bin = models.TextField(default="")
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    state = models.TextField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fulfilment_pick_line"
        constraints = [
            models.UniqueConstraint(
                name="fulfilment_pick_line_once",
                fields=["order_id", "part_no", "line_no"],
                condition=~Q(state=PickState.DROPPED.value),
            ),
            models.CheckConstraint(
                name="fulfilment_pick_line_picked",
                condition=Q(quantity__gt=0, picked__gte=0, picked__lte=models.F("quantity")),
            ),
            models.CheckConstraint(
                name="fulfilment_pick_line_state",
                condition=Q(state__in=[PickState.OPEN.value, PickState.DROPPED.value])
                | Q(state=PickState.PICKED.value, picked=models.F("quantity"))
                | Q(state=PickState.SHORT.value, picked__lt=models.F("quantity")),
            ),
        ]
