"""The tables of live orders.

They are the truth while an order is under way; sell.orders gets every version of them as from any
other channel.  Keys of lower rooms are held without foreign keys, as they are never deleted.
"""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from quanqu.sell.checkout.contracts import (
    LONGEST_RESERVATION,
    CancelReason,
    Delivery,
    LiveState,
    OrderHoldKind,
    PartState,
    Step,
)

_NOT_CANCELLED = [state.value for state in LiveState if state is not LiveState.CANCELLED]


class Order(models.Model):
    """A live order; `version` counts its changes, `recorded_version` those sell.orders has.

    `returned_minor`: what went back for goods that came back.  `edition`: 1, and one more with each
    edit.  `due_minor`: what an edit added and nobody has paid or promised yet; until then no goods
    leave.  `over_minor`: what is promised beyond the total since an edit took something away; it is
    never taken.
    `slot_starts_at`, `slot_ends_at`: when it is brought or collected, if the buyer took a slot.
    `sourcing_id`: the request sourcing decided; None where the door named the places.
    `is_reservation`: its goods are kept to be tried until `pay_until`, or it ended so; not once it
    is paid.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    state = models.TextField()
    delivery = models.TextField()
    pickup_place_key = models.IntegerField(null=True)
    currency = models.TextField()
    goods_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField(db_default=0)
    due_minor = models.BigIntegerField(db_default=0)
    over_minor = models.BigIntegerField(db_default=0)
    edition = models.IntegerField(db_default=1)
    placed_at = models.DateTimeField()
    business_date = models.DateField()
    pay_until = models.DateTimeField(null=True)
    subject_key = models.BigIntegerField(null=True)
    sourcing_id = models.UUIDField(null=True)
    cancel_reason = models.TextField(db_default="")
    note = models.TextField(db_default="")
    fingerprint = models.BinaryField()
    version = models.IntegerField(db_default=1)
    recorded_version = models.IntegerField(db_default=0)
    changed_at = models.DateTimeField()
    slot_starts_at = models.DateTimeField(null=True)
    slot_ends_at = models.DateTimeField(null=True)
    is_reservation = models.BooleanField(db_default=False)

    class Meta:
        db_table = "checkout_order"
        indexes = [
            models.Index("place_key", F("key").desc(), name="checkout_order_newest"),
            models.Index(
                "key",
                name="checkout_order_to_record",
                condition=Q(recorded_version__lt=F("version")),
            ),
            models.Index(
                "state",
                "place_key",
                name="checkout_order_open",
                condition=~Q(state__in=[LiveState.COMPLETED.value, LiveState.CANCELLED.value]),
            ),
            models.Index(
                "subject_key", name="checkout_order_subject", condition=Q(subject_key__isnull=False)
            ),
            models.Index(
                "pickup_place_key",
                "pay_until",
                name="checkout_order_reserved",
                condition=Q(is_reservation=True, state=LiveState.AWAITING_PAYMENT.value),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="checkout_order_state_known",
                condition=Q(state__in=[state.value for state in LiveState]),
            ),
            models.CheckConstraint(
                name="checkout_order_delivery_known",
                condition=Q(delivery__in=[one.value for one in Delivery]),
            ),
            models.CheckConstraint(
                name="checkout_order_reason_known",
                condition=Q(cancel_reason="", state__in=_NOT_CANCELLED)
                | Q(
                    cancel_reason__in=[one.value for one in CancelReason],
                    state=LiveState.CANCELLED.value,
                ),
            ),
            models.CheckConstraint(
                name="checkout_order_total_is_sum",
                condition=Q(total_minor=F("goods_minor") + F("shipping_minor")),
            ),
            models.CheckConstraint(
                name="checkout_order_amounts",
                condition=Q(
                    goods_minor__gte=0,
                    shipping_minor__gte=0,
                    returned_minor__gte=0,
                    returned_minor__lte=F("total_minor"),
                    due_minor__gte=0,
                    over_minor__gte=0,
                ),
            ),
        ]


class Line(models.Model):
    """A line of a live order."""

    pk = models.CompositePrimaryKey("order_key", "line_no")
    order_key = models.BigIntegerField()
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField()
    sku = models.TextField()
    name = models.TextField()
    quantity = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    from_place_key = models.IntegerField()
    part_no = models.SmallIntegerField(db_default=1)
    drop_no = models.SmallIntegerField(db_default=0)

    class Meta:
        db_table = "checkout_line"
        constraints = [
            models.CheckConstraint(
                name="checkout_line_amount",
                condition=Q(
                    quantity__gt=0,
                    unit_price_minor__gte=0,
                    amount_minor=F("quantity") * F("unit_price_minor"),
                ),
            ),
        ]


class Part(models.Model):
    """What leaves one place of a live order, with the hold of its goods."""

    key = models.BigAutoField(primary_key=True)
    order_key = models.BigIntegerField()
    no = models.SmallIntegerField()
    place_key = models.IntegerField()
    hold_id = models.UUIDField(unique=True)
    state = models.TextField()
    changed_at = models.DateTimeField()
    drop_no = models.SmallIntegerField(db_default=0)
    wanted_on = models.DateField(null=True)

    class Meta:
        db_table = "checkout_part"
        indexes = [
            models.Index(
                "place_key",
                "key",
                name="checkout_part_open",
                condition=~Q(state__in=[PartState.GONE.value, PartState.CANCELLED.value]),
            ),
            models.Index("place_key", "order_key", name="checkout_part_place"),
        ]
        constraints = [
            models.CheckConstraint(
                name="checkout_part_state_known",
                condition=Q(state__in=[state.value for state in PartState]),
            ),
            models.UniqueConstraint("order_key", "no", name="checkout_part_number"),
        ]


class OrderHold(models.Model):
    """Why an order must not go on; it may again when `released_at` is set."""

    key = models.BigAutoField(primary_key=True)
    order_key = models.BigIntegerField()
    kind = models.TextField()
    note = models.TextField(db_default="")
    put_at = models.DateTimeField()
    put_by = models.TextField()
    released_at = models.DateTimeField(null=True)
    released_by = models.TextField(db_default="")

    class Meta:
        db_table = "checkout_order_hold"
        indexes = [models.Index("order_key", name="checkout_order_hold_order")]
        constraints = [
            models.CheckConstraint(
                name="checkout_order_hold_known",
                condition=Q(kind__in=[kind.value for kind in OrderHoldKind]),
            ),
            models.UniqueConstraint(
                "order_key",
                "kind",
                name="checkout_order_hold_once",
                condition=Q(released_at__isnull=True),
            ),
        ]


class StepTaken(models.Model):
    """A step of a live order or of one of its parts: never changed."""

    key = models.BigAutoField(primary_key=True)
    order_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    step = models.TextField()
    state = models.TextField()
    detail = models.TextField(db_default="")
    part_no = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "checkout_step"
        constraints = [
            models.CheckConstraint(
                name="checkout_step_known", condition=Q(step__in=[one.value for one in Step])
            ),
        ]


class Contact(models.Model):
    """Who gets the goods and where, and the pickup code, encrypted."""

    order_key = models.BigIntegerField(primary_key=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "checkout_contact"


class ReserveRule(models.Model):
    """For how many hours a store keeps goods that somebody comes to try."""

    place_key = models.IntegerField(primary_key=True)
    hours = models.IntegerField()

    class Meta:
        db_table = "checkout_reserve_rule"
        constraints = [
            models.CheckConstraint(
                name="checkout_reserve_rule_hours",
                condition=Q(hours__gte=1, hours__lte=LONGEST_RESERVATION // timedelta(hours=1)),
            ),
        ]
