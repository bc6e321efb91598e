"""The tables of supply.

Orders, lines and costs carry keys of places, companies and variants without foreign keys: what
they point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.supply.contracts import ChargeKind, OrderAct, PurchaseState, ReturnFrom, ShareBasis


class BuyingRule(models.Model):
    """How a company buys, and the number of its last purchase order."""

    company_key = models.IntegerField(primary_key=True)
    currency = models.TextField()
    approval_limit_minor = models.BigIntegerField(null=True)
    over_rate = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    last_number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "supply_buyingrule"
        constraints = [
            models.CheckConstraint(
                name="supply_buyingrule_rate", condition=Q(over_rate__gte=0, over_rate__lte=1)
            ),
        ]


class Supplier(models.Model):
    """A supplier of a company; `contact` is encrypted."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    code = models.TextField()
    name = models.TextField()
    currency = models.TextField()
    lead_time_days = models.IntegerField(default=0)
    minimum_minor = models.BigIntegerField(default=0)
    contact = models.BinaryField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "supply_supplier"
        constraints = [
            models.UniqueConstraint(
                name="supply_supplier_code_of_company", fields=["company_key", "code"]
            ),
        ]


class ItemCost(models.Model):
    """What an item costs at a supplier from a day on: only ever added to, the latest line of the
    latest day that has come counts."""

    key = models.BigAutoField(primary_key=True)
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="costs", db_column="supplier_key"
    )
    variant_key = models.BigIntegerField()
    supplier_code = models.TextField(default="")
    cost_minor = models.BigIntegerField()
    pack_size = models.IntegerField(default=1)
    minimum_quantity = models.IntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "supply_itemcost"
        indexes = [
            models.Index(
                "supplier",
                "variant_key",
                F("valid_from").desc(),
                F("key").desc(),
                name="supply_itemcost_latest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="supply_itemcost_numbers",
                condition=Q(cost_minor__gte=0, pack_size__gte=1, minimum_quantity__gte=1),
            ),
        ]


class PurchaseOrder(models.Model):
    """A purchase order of a company, to a place."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="orders", db_column="supplier_key"
    )
    number = models.TextField()
    state = models.TextField()
    version = models.IntegerField(default=1)
    currency = models.TextField()
    total_minor = models.BigIntegerField(default=0)
    expected_on = models.DateField(null=True)
    note = models.TextField(default="")
    submitted_by = models.TextField(default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "supply_purchaseorder"
        indexes = [
            models.Index(F("created_at").desc(), F("key").desc(), name="supply_order_newest"),
            models.Index("place_key", F("created_at").desc(), name="supply_order_of_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="supply_order_number_of_company", fields=["company_key", "number"]
            ),
            models.CheckConstraint(
                name="supply_order_state_known",
                condition=Q(state__in=[state.value for state in PurchaseState]),
            ),
        ]


class PurchaseLine(models.Model):
    """A line; `most` is what may come of it, `waiting` what counts as incoming stock now."""

    key = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.CASCADE, related_name="lines", db_column="order_key"
    )
    line_no = models.SmallIntegerField()
    variant_key = models.BigIntegerField()
    supplier_code = models.TextField(default="")
    ordered = models.BigIntegerField()
    most = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    unit_cost_minor = models.BigIntegerField()
    expected_on = models.DateField(null=True)

    class Meta:
        db_table = "supply_purchaseline"
        indexes = [
            models.Index("variant_key", name="supply_line_waiting", condition=Q(waiting__gt=0)),
        ]
        constraints = [
            models.UniqueConstraint(name="supply_line_number", fields=["order", "line_no"]),
            models.UniqueConstraint(name="supply_line_item", fields=["order", "variant_key"]),
            models.CheckConstraint(
                name="supply_line_within_tolerance",
                condition=Q(received__lte=F("most"), damaged__lte=F("received")),
            ),
            models.CheckConstraint(
                name="supply_line_waiting_for_the_rest",
                condition=Q(waiting=0) | Q(waiting=F("ordered") - F("received")),
            ),
            models.CheckConstraint(
                name="supply_line_not_negative",
                condition=Q(
                    ordered__gte=0,
                    received__gte=0,
                    damaged__gte=0,
                    waiting__gte=0,
                    unit_cost_minor__gte=0,
                ),
            ),
        ]


class OrderHistory(models.Model):
    """What was done to an order, by whom; `lines` are those before a change."""

    key = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.CASCADE, related_name="history", db_column="order_key"
    )
    at = models.DateTimeField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    act = models.TextField()
    state = models.TextField()
    version = models.IntegerField()
    reason = models.TextField(default="")
    lines = models.JSONField(default=list)

    class Meta:
        db_table = "supply_orderhistory"
        constraints = [
            models.CheckConstraint(
                name="supply_orderhistory_act_known",
                condition=Q(act__in=[act.value for act in OrderAct]),
            ),
        ]


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


class SupplierReturn(models.Model):
    """Goods of a place that went back to a supplier; `credited_minor` is the sum of its credits."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="returns", db_column="supplier_key"
    )
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    reference = models.TextField()
    reason = models.TextField()
    taken_from = models.TextField()
    returned_at = models.DateTimeField()
    actor_name = models.TextField()
    expected_minor = models.BigIntegerField()
    credited_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "supply_supplierreturn"
        constraints = [
            models.UniqueConstraint(
                name="supply_return_once", fields=["supplier", "place_key", "reference"]
            ),
            models.CheckConstraint(
                name="supply_return_credited_within_expected",
                condition=Q(credited_minor__gte=0, credited_minor__lte=F("expected_minor")),
            ),
            models.CheckConstraint(
                name="supply_return_from_known",
                condition=Q(taken_from__in=[one.value for one in ReturnFrom]),
            ),
        ]


class SupplierReturnLine(models.Model):
    """An item that went back, and at which cost it is credited."""

    key = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(
        SupplierReturn, on_delete=models.PROTECT, related_name="lines", db_column="return_key"
    )
    line_no = models.SmallIntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    unit_cost_minor = models.BigIntegerField()

    class Meta:
        db_table = "supply_supplierreturnline"
        constraints = [
            models.UniqueConstraint(
                name="supply_returnline_item", fields=["document", "variant_key"]
            ),
            models.CheckConstraint(
                name="supply_returnline_numbers",
                condition=Q(quantity__gt=0, unit_cost_minor__gte=0),
            ),
        ]


class SupplierCredit(models.Model):
    """What a supplier credited for a return: only ever added to, each reference once."""

    key = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(
        SupplierReturn, on_delete=models.PROTECT, related_name="credits", db_column="return_key"
    )
    amount_minor = models.BigIntegerField()
    reference = models.TextField()
    recorded_at = models.DateTimeField()
    actor_name = models.TextField()

    class Meta:
        db_table = "supply_suppliercredit"
        constraints = [
            models.UniqueConstraint(name="supply_credit_once", fields=["document", "reference"]),
            models.CheckConstraint(
                name="supply_credit_of_something", condition=Q(amount_minor__gt=0)
            ),
        ]
