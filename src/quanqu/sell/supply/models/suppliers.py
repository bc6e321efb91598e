"""Suppliers, what their items cost, and how a company buys."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id


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
