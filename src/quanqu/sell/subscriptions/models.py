"""The tables of subscriptions. Places, items and orders are held by their keys, without foreign
keys: none is ever deleted."""

from django.db import models
from django.db.models import F, Q

from quanqu.sell.subscriptions.contracts import (
    Act,
    DeliveryState,
    Every,
    OnShort,
    PlanState,
)


class Plan(models.Model):
    """A subscription; its row is locked while anything is done to it.

    `sealed`: contact and token, encrypted.  `no`, `attempt`: the delivery that is next, and how
    often it was begun anew; `tries`: how often its payment was refused.  `claimed_until`: until
    when a worker has it.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    currency = models.TextField()
    subject_key = models.BigIntegerField(null=True)
    state = models.TextField()
    every = models.SmallIntegerField()
    unit = models.TextField()
    start_on = models.DateField()
    next_on = models.DateField()
    try_on = models.DateField()
    no = models.IntegerField(db_default=1)
    attempt = models.IntegerField(db_default=1)
    tries = models.IntegerField(db_default=0)
    claimed_until = models.DateTimeField(null=True)
    delivery = models.TextField()
    pickup_place_key = models.IntegerField(null=True)
    tender = models.TextField()
    shipping_minor = models.BigIntegerField(db_default=0)
    on_short = models.TextField()
    reason = models.TextField(db_default="")
    sealed = models.BinaryField(null=True)
    fingerprint = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_plan"
        indexes = [
            models.Index("place_key", F("key").desc(), name="subscriptions_plan_newest"),
            models.Index("try_on", name="subscriptions_plan_due", condition=Q(state="active")),
            models.Index(
                "subject_key",
                name="subscriptions_plan_buyer",
                condition=Q(subject_key__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="subscriptions_plan_words",
                condition=Q(
                    state__in=[one.value for one in PlanState],
                    unit__in=[one.value for one in Every],
                    on_short__in=[one.value for one in OnShort],
                    every__gte=1,
                    shipping_minor__gte=0,
                ),
            ),
        ]


class Item(models.Model):
    """Units of an item in every delivery."""

    pk = models.CompositePrimaryKey("plan_key", "variant_key")
    plan_key = models.BigIntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.IntegerField()

    class Meta:
        db_table = "subscriptions_item"
        constraints = [
            models.CheckConstraint(
                name="subscriptions_item_quantity", condition=Q(quantity__gte=1)
            ),
        ]


class DeliveryRow(models.Model):
    """A delivery of a subscription: one for each number."""

    pk = models.CompositePrimaryKey("plan_key", "no")
    plan_key = models.BigIntegerField()
    no = models.IntegerField()
    due_on = models.DateField()
    state = models.TextField()
    order_id = models.UUIDField(unique=True, null=True)
    detail = models.TextField(db_default="")

    class Meta:
        db_table = "subscriptions_delivery"
        constraints = [
            models.CheckConstraint(
                name="subscriptions_delivery_state",
                condition=Q(state__in=[one.value for one in DeliveryState]),
            ),
        ]


class StepTaken(models.Model):
    """Something that happened to a subscription: never changed."""

    key = models.BigAutoField(primary_key=True)
    plan_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    act = models.TextField()
    detail = models.TextField(db_default="")

    class Meta:
        db_table = "subscriptions_step"
        constraints = [
            models.CheckConstraint(
                name="subscriptions_step_known",
                condition=Q(act__in=[one.value for one in Act]),
            ),
        ]
