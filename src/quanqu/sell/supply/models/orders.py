"""Purchase orders, their lines and what was done to them."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.supply.contracts import OrderAct, PurchaseState
from quanqu.sell.supply.models.suppliers import Supplier


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
