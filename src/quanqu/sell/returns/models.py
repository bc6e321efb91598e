"""The tables of returns.

They carry keys of lower rooms without foreign keys, as those of stock and payments do: what they
point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.returns.contracts import EntryKind, ReturnState, ReturnStep


class Policy(models.Model):
    """A saved policy of a company; never changed, the highest number holds."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    number = models.IntegerField()
    body = models.JSONField()
    note = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "returns_policy"
        constraints = [
            models.UniqueConstraint(name="returns_policy_number", fields=["company_key", "number"]),
            models.CheckConstraint(name="returns_policy_counted", condition=Q(number__gt=0)),
        ]


class Sale(models.Model):
    """An order something of which came back: its row is what two desks wait for each other at.

    `paid_minor`: what was paid and not given back but by returns, as it was last read.
    `asked_minor`: what its payments were asked to give back.
    """

    key = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField(unique=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    currency = models.TextField()
    paid_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(db_default=0)
    asked_minor = models.BigIntegerField(db_default=0)
    shipping_minor = models.BigIntegerField()
    shipping_refunded_minor = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "returns_sale"
        constraints = [
            models.CheckConstraint(
                name="returns_sale_refunded_within_paid",
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("paid_minor")),
            ),
            models.CheckConstraint(
                name="returns_sale_shipping_within",
                condition=Q(
                    shipping_refunded_minor__gte=0,
                    shipping_refunded_minor__lte=F("shipping_minor"),
                ),
            ),
        ]


class SaleLine(models.Model):
    """Units of an order's line that are claimed by returns, and those that were settled."""

    pk = models.CompositePrimaryKey("sale_key", "line_no")
    sale_key = models.BigIntegerField()
    line_no = models.IntegerField()
    bought = models.BigIntegerField()
    claimed = models.BigIntegerField(db_default=0)
    settled = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "returns_sale_line"
        constraints = [
            models.CheckConstraint(
                name="returns_sale_line_within_bought",
                condition=Q(settled__gte=0, settled__lte=F("claimed"), claimed__lte=F("bought")),
            ),
        ]


class Return(models.Model):
    """Goods of an order that come back, or money that goes back without them."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="+", db_column="sale_key")
    order_id = models.UUIDField()
    order_number = models.TextField()
    place_key = models.IntegerField()
    sale_place_key = models.IntegerField()
    company_key = models.IntegerField()
    subject_key = models.BigIntegerField(null=True)
    state = models.TextField()
    keeps_goods = models.BooleanField()
    by_parcel = models.BooleanField()
    has_receipt = models.BooleanField()
    is_exception = models.BooleanField()
    is_live = models.BooleanField()
    currency = models.TextField()
    goods_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    label_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField()
    refund_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField(db_default=0)
    credit_used_minor = models.BigIntegerField(db_default=0)
    exchange_order_id = models.UUIDField(null=True)
    supplier_return_id = models.TextField(db_default="")
    policy_number = models.IntegerField()
    doubts = models.JSONField(default=list)
    note = models.TextField(db_default="")
    fingerprint = models.BinaryField()
    business_date = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    changed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "returns_return"
        indexes = [
            models.Index("place_key", F("key").desc(), name="returns_return_newest"),
            models.Index("order_id", name="returns_return_of_order"),
            models.Index(
                "subject_key",
                "opened_at",
                name="returns_return_of_subject",
                condition=Q(subject_key__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="returns_return_state_known",
                condition=Q(state__in=[state.value for state in ReturnState]),
            ),
            models.CheckConstraint(
                name="returns_return_amounts",
                condition=Q(
                    goods_minor__gte=0,
                    fee_minor__gte=0,
                    label_minor__gte=0,
                    shipping_minor__gte=0,
                    refund_minor__gte=0,
                    refund_minor__lte=F("goods_minor")
                    + F("shipping_minor")
                    - F("fee_minor")
                    - F("label_minor"),
                ),
            ),
            models.CheckConstraint(
                name="returns_return_credit_within",
                condition=Q(
                    credit_used_minor__gte=0,
                    credit_used_minor__lte=F("credit_minor"),
                    credit_minor__lte=F("refund_minor"),
                ),
            ),
        ]


class ReturnLine(models.Model):
    """A line of a return. `received` null: not yet. The grades are units of what was received."""

    pk = models.CompositePrimaryKey("return_key", "line_no")
    return_key = models.BigIntegerField()
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField(null=True)
    sku = models.TextField()
    name = models.TextField()
    quantity = models.BigIntegerField()
    reason = models.TextField()
    note = models.TextField(db_default="")
    received = models.BigIntegerField(null=True)
    grades = models.JSONField(default=dict)
    accepted = models.BigIntegerField(db_default=0)
    goods_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()

    class Meta:
        db_table = "returns_line"
        indexes = [models.Index("reason", name="returns_line_reason")]
        constraints = [
            models.CheckConstraint(
                name="returns_line_adds_up",
                condition=Q(quantity__gt=0, accepted__gte=0, accepted__lte=F("quantity"))
                & (
                    Q(received__isnull=True)
                    | Q(received__gte=0, received__lte=F("quantity"), accepted__lte=F("received"))
                ),
            ),
        ]


class StepTaken(models.Model):
    """A step of a return: never changed."""

    key = models.BigAutoField(primary_key=True)
    return_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    step = models.TextField()
    state = models.TextField()
    detail = models.TextField(db_default="")

    class Meta:
        db_table = "returns_step"
        constraints = [
            models.CheckConstraint(
                name="returns_step_known", condition=Q(step__in=[one.value for one in ReturnStep])
            ),
        ]


class Entry(models.Model):
    """A line of a return's ledger: never changed, never deleted."""

    key = models.BigAutoField(primary_key=True)
    return_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    kind = models.TextField()
    line_no = models.IntegerField(null=True)
    variant_key = models.BigIntegerField(null=True)
    state = models.TextField(db_default="")
    quantity = models.BigIntegerField(db_default=0)
    amount_minor = models.BigIntegerField(db_default=0)
    tender = models.TextField(db_default="")
    payment_id = models.UUIDField(null=True)
    operation_id = models.UUIDField(null=True)
    card_hash = models.BinaryField(null=True)
    actor = models.TextField()

    class Meta:
        db_table = "returns_entry"
        indexes = [
            models.Index(
                "card_hash", name="returns_entry_card", condition=Q(card_hash__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="returns_entry_operation_once", fields=["operation_id", "kind"]
            ),
            models.CheckConstraint(
                name="returns_entry_of_something",
                condition=Q(kind=EntryKind.GOODS.value, amount_minor=0) & ~Q(quantity=0)
                | Q(
                    kind__in=[one.value for one in EntryKind if one is not EntryKind.GOODS],
                    quantity=0,
                    amount_minor__gt=0,
                ),
            ),
        ]


class Photo(models.Model):
    """A photo of what comes back, stripped of what says where and when, and encrypted."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    return_key = models.BigIntegerField(db_index=True)
    media_type = models.TextField()
    size = models.IntegerField()
    digest = models.BinaryField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "returns_photo"
        constraints = [
            models.UniqueConstraint(name="returns_photo_once", fields=["return_key", "digest"]),
        ]
