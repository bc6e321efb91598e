"""Goods that went back to suppliers, and what these credited."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.supply.contracts import ReturnFrom
from quanqu.sell.supply.models.suppliers import Supplier


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
