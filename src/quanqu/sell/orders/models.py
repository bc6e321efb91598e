"""The tables of orders.

Lines and refunds carry subject_key (an identifier's key) and variant_key, keys of lower rooms held
without a foreign key: they are written in bulk, and what they point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.orders.contracts import LineKind, OrderStatus, PaymentStatus, RefundKind

_CHARGED = F("goods_minor") + F("shipping_minor") + F("fee_minor")


class Order(models.Model):
    """An order of a place, as its channel last told it; `refunded_minor` is kept by refunds."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    external_id = models.TextField()
    number = models.TextField()
    placed_at = models.DateTimeField()
    business_date = models.DateField()
    currency = models.TextField()
    status = models.TextField()
    channel_status = models.TextField(default="")
    subject_key = models.BigIntegerField(null=True)
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    is_tax_included = models.BooleanField()
    total_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    item_count = models.BigIntegerField()
    line_count = models.IntegerField()
    note = models.TextField(default="")
    country = models.TextField(default="")
    region = models.TextField(default="")
    city = models.TextField(default="")
    postcode_area = models.TextField(default="")
    source = models.TextField()
    content_hash = models.UUIDField()
    replaced = models.JSONField(null=True)
    recorded_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orders_order"
        indexes = [
            models.Index("company_key", "business_date", name="orders_order_of_month"),
            models.Index(F("placed_at").desc(), F("key").desc(), name="orders_order_newest"),
            models.Index(
                "place_key",
                F("placed_at").desc(),
                F("key").desc(),
                name="orders_order_newest_of_place",
            ),
            models.Index(
                "subject_key",
                name="orders_order_of_subject",
                condition=Q(subject_key__isnull=False),
            ),
            models.Index(
                fields=["number"], name="orders_order_number", opclasses=["text_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="orders_order_of_place_once", fields=["external_id", "place_key"]
            ),
            models.CheckConstraint(
                name="orders_order_status_known",
                condition=Q(status__in=[status.value for status in OrderStatus]),
            ),
            models.CheckConstraint(
                name="orders_order_currency_is_code", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="orders_order_total_is_sum",
                condition=Q(is_tax_included=True, total_minor=_CHARGED)
                | Q(is_tax_included=False, total_minor=_CHARGED + F("tax_minor")),
            ),
            models.CheckConstraint(
                name="orders_order_amounts_not_negative",
                condition=Q(total_minor__gte=0, discount_minor__gte=0, captured_minor__gte=0),
            ),
            models.CheckConstraint(
                name="orders_order_refunds_within_captures",
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("captured_minor")),
            ),
        ]


class OrderLine(models.Model):
    """A charge of an order: goods, shipping, a fee, a discount; their sum is the order's total."""

    pk = models.CompositePrimaryKey("order_id", "line_no")
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        related_name="lines",
        db_column="order_key",
        db_index=False,
    )
    line_no = models.IntegerField()
    external_line = models.TextField(default="")
    kind = models.TextField()
    sku = models.TextField(default="")
    variant_key = models.BigIntegerField(null=True)
    name = models.TextField(default="")
    quantity = models.BigIntegerField()
    unit_price_e4 = models.BigIntegerField(null=True)
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "orders_orderline"
        constraints = [
            models.CheckConstraint(
                name="orders_orderline_kind_known",
                condition=Q(kind__in=[kind.value for kind in LineKind]),
            ),
        ]


class OrderPayment(models.Model):
    """A payment of an order."""

    key = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        related_name="payments",
        db_column="order_key",
        db_index=False,
    )
    seq = models.IntegerField()
    method = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    installments = models.IntegerField(default=1)
    status = models.TextField()
    paid_at = models.DateTimeField(null=True)
    reference = models.TextField(default="")

    class Meta:
        db_table = "orders_orderpayment"
        constraints = [
            models.UniqueConstraint(name="orders_orderpayment_once", fields=["order", "seq"]),
            models.CheckConstraint(
                name="orders_orderpayment_status_known",
                condition=Q(status__in=[status.value for status in PaymentStatus]),
            ),
            models.CheckConstraint(
                name="orders_orderpayment_amount_not_negative", condition=Q(amount_minor__gte=0)
            ),
        ]


class OrderHistory(models.Model):
    """A change of an order after its recording: the changed fields before and after."""

    key = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="history", db_column="order_key"
    )
    at = models.DateTimeField()
    source = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "orders_orderhistory"


class OrderAddress(models.Model):
    """Where an order goes, encrypted."""

    order = models.OneToOneField(
        Order,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_column="order_key",
    )
    sealed = models.BinaryField()

    class Meta:
        db_table = "orders_orderaddress"


class Refund(models.Model):
    """Money given back, or an adjustment, as a document of its own."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    external_id = models.TextField()
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="refunds", db_column="order_key"
    )
    order_external_id = models.TextField(default="")
    subject_key = models.BigIntegerField(null=True)
    refunded_at = models.DateTimeField()
    business_date = models.DateField()
    currency = models.TextField()
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    item_count = models.BigIntegerField()
    reason = models.TextField(default="")
    country = models.TextField(default="")
    region = models.TextField(default="")
    city = models.TextField(default="")
    source = models.TextField()
    content_hash = models.UUIDField()
    replaced = models.JSONField(null=True)
    recorded_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orders_refund"
        indexes = [
            models.Index("company_key", "business_date", name="orders_refund_of_month"),
            models.Index(F("refunded_at").desc(), F("key").desc(), name="orders_refund_newest"),
            models.Index(
                "order_external_id",
                "place_key",
                name="orders_refund_to_link",
                condition=Q(order__isnull=True) & ~Q(order_external_id=""),
            ),
            models.Index(
                "subject_key",
                name="orders_refund_of_subject",
                condition=Q(subject_key__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="orders_refund_of_place_once", fields=["external_id", "place_key"]
            ),
            models.CheckConstraint(
                name="orders_refund_kind_known",
                condition=Q(kind__in=[kind.value for kind in RefundKind]),
            ),
            models.CheckConstraint(
                name="orders_refund_currency_is_code", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="orders_refund_amount_not_negative",
                condition=Q(amount_minor__gte=0) | Q(kind=RefundKind.ADJUSTMENT.value),
            ),
        ]


class RefundLine(models.Model):
    """What a refund gives back for."""

    pk = models.CompositePrimaryKey("refund_id", "line_no")
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        related_name="lines",
        db_column="refund_key",
        db_index=False,
    )
    line_no = models.IntegerField()
    kind = models.TextField()
    sku = models.TextField(default="")
    variant_key = models.BigIntegerField(null=True)
    name = models.TextField(default="")
    quantity = models.BigIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "orders_refundline"
        constraints = [
            models.CheckConstraint(
                name="orders_refundline_kind_known",
                condition=Q(kind__in=[kind.value for kind in LineKind]),
            ),
        ]
