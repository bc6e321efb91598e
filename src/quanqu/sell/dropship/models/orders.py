"""Orders to suppliers, what was told them, and what is due to them."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.dropship.contracts import DropshipState, DropStep, DueKind, LineState


class Order(models.Model):
    """An order to a supplier: the part of a buyer's order that its place ships; its row is the lock
    of all that is done to it.  `sold_at_key`: the place that sold it."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    order_id = models.UUIDField()
    part_no = models.IntegerField()
    number = models.TextField()
    place_key = models.IntegerField()
    sold_at_key = models.IntegerField()
    company_key = models.IntegerField()
    supplier_id = models.TextField()
    state = models.TextField()
    version = models.IntegerField(db_default=1)
    currency = models.TextField()
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    due_on = models.DateField()
    promised_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dropship_order"
        indexes = [
            models.Index("place_key", F("key").desc(), name="dropship_order_newest"),
            models.Index("sold_at_key", F("key").desc(), name="dropship_order_sold_at"),
            models.Index(
                "answer_by",
                name="dropship_order_waiting",
                condition=Q(state=DropshipState.PLACED.value),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="dropship_order_once", fields=["order_id", "part_no"]),
            models.CheckConstraint(
                name="dropship_order_state_known",
                condition=Q(state__in=[one.value for one in DropshipState]),
            ),
            models.CheckConstraint(
                name="dropship_order_shipped",
                condition=~Q(state=DropshipState.SHIPPED.value) | Q(shipped_at__isnull=False),
            ),
        ]


class Line(models.Model):
    """A line, at the cost that was agreed when it was asked for."""

    pk = models.CompositePrimaryKey("order_key", "line_no")
    order_key = models.BigIntegerField()
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField()
    sku = models.TextField()
    name = models.TextField()
    supplier_code = models.TextField(db_default="")
    quantity = models.BigIntegerField()
    unit_cost_minor = models.BigIntegerField()
    state = models.TextField()
    reason = models.TextField(db_default="")

    class Meta:
        db_table = "dropship_line"
        constraints = [
            models.CheckConstraint(
                name="dropship_line_state_known",
                condition=Q(state__in=[one.value for one in LineState]),
            ),
            models.CheckConstraint(
                name="dropship_line_numbers",
                condition=Q(quantity__gt=0, unit_cost_minor__gte=0),
            ),
        ]


class StepTaken(models.Model):
    """What happened to an order to a supplier: never changed."""

    key = models.BigAutoField(primary_key=True)
    order_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    step = models.TextField()
    detail = models.TextField(db_default="")

    class Meta:
        db_table = "dropship_step"
        constraints = [
            models.CheckConstraint(
                name="dropship_step_known", condition=Q(step__in=[one.value for one in DropStep])
            ),
        ]


class Message(models.Model):
    """What the supplier's webhook is told: of each version of an order one thing each."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    order_key = models.BigIntegerField()
    place_key = models.IntegerField()
    version = models.IntegerField()
    kind = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.IntegerField(db_default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failing = models.TextField(db_default="")

    class Meta:
        db_table = "dropship_message"
        indexes = [
            models.Index("key", name="dropship_message_due", condition=Q(sent_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="dropship_message_once", fields=["order_key", "version", "kind"]
            ),
        ]


class Due(models.Model):
    """An amount due to a supplier for goods that left, or a payment below zero: only added to."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    kind = models.TextField()
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    order_key = models.BigIntegerField(null=True, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    reference = models.TextField(db_default="")
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        db_table = "dropship_due"
        indexes = [models.Index("place_key", F("key").desc(), name="dropship_due_newest")]
        constraints = [
            models.CheckConstraint(
                name="dropship_due_signs",
                condition=Q(kind=DueKind.GOODS.value, order_key__isnull=False, amount_minor__gte=0)
                | Q(kind=DueKind.PAYMENT.value, order_key__isnull=True, amount_minor__lt=0),
            ),
        ]
