"""Receipts of goods, and the costs that were shared out over them."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.supply.contracts import ChargeKind, ShareBasis
from quanqu.sell.supply.models.orders import PurchaseLine, PurchaseOrder


class Receipt(models.Model):
    """Goods that came for an order, known by a reference of the delivery."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="receipts", db_column="order_key"
    )
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    reference = models.TextField()
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_name = models.TextField()
    note = models.TextField(default="")

    class Meta:
        db_table = "supply_receipt"
        indexes = [
            models.Index("place_key", F("key").desc(), name="supply_receipt_of_place"),
        ]
        constraints = [
            models.UniqueConstraint(name="supply_receipt_once", fields=["order", "reference"]),
        ]


class ReceiptLine(models.Model):
    """What came of a line, at the cost of then."""

    key = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, related_name="lines", db_column="receipt_key"
    )
    line = models.ForeignKey(
        PurchaseLine, on_delete=models.PROTECT, related_name="+", db_column="line_key"
    )
    good = models.BigIntegerField()
    damaged = models.BigIntegerField()
    unit_cost_minor = models.BigIntegerField()

    class Meta:
        db_table = "supply_receiptline"
        constraints = [
            models.UniqueConstraint(name="supply_receiptline_once", fields=["receipt", "line"]),
            models.CheckConstraint(
                name="supply_receiptline_units",
                condition=Q(good__gte=0, damaged__gte=0) & (Q(good__gt=0) | Q(damaged__gt=0)),
            ),
        ]


class Charge(models.Model):
    """A cost beside the goods of a receipt; one below zero undoes another."""

    key = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, related_name="charges", db_column="receipt_key"
    )
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    basis = models.TextField()
    reference = models.TextField(default="")
    recorded_at = models.DateTimeField()
    actor_name = models.TextField()

    class Meta:
        db_table = "supply_charge"
        constraints = [
            models.CheckConstraint(
                name="supply_charge_words",
                condition=Q(
                    kind__in=[kind.value for kind in ChargeKind],
                    basis__in=[basis.value for basis in ShareBasis],
                ),
            ),
            models.CheckConstraint(name="supply_charge_of_something", condition=~Q(amount_minor=0)),
        ]


class ChargeShare(models.Model):
    """A line's share of a charge."""

    key = models.BigAutoField(primary_key=True)
    charge = models.ForeignKey(
        Charge, on_delete=models.PROTECT, related_name="shares", db_column="charge_key"
    )
    line = models.ForeignKey(
        ReceiptLine, on_delete=models.PROTECT, related_name="shares", db_column="line_key"
    )
    share_minor = models.BigIntegerField()

    class Meta:
        db_table = "supply_chargeshare"
        constraints = [
            models.UniqueConstraint(name="supply_chargeshare_once", fields=["charge", "line"]),
        ]
