"""The tables of the books between companies."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.intercompany.contracts import MovementKind, PriceKind, Unpriced

_MONEY = MovementKind.SETTLEMENT.value


class Rule(models.Model):
    """How goods of one company are priced for another, from a day on: never changed."""

    key = models.BigAutoField(primary_key=True)
    from_company_key = models.IntegerField()
    to_company_key = models.IntegerField()
    version = models.IntegerField()
    kind = models.TextField()
    currency = models.TextField()
    rate = models.DecimalField(max_digits=6, decimal_places=4)
    amounts = models.JSONField(default=dict)
    valid_from = models.DateField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "intercompany_rule"
        constraints = [
            models.UniqueConstraint(
                name="intercompany_rule_version",
                fields=["from_company_key", "to_company_key", "version"],
            ),
            models.CheckConstraint(
                name="intercompany_rule_known",
                condition=Q(kind__in=[one.value for one in PriceKind])
                & ~Q(from_company_key=F("to_company_key")),
            ),
        ]


class Movement(models.Model):
    """What went from one company to another, once for each line of an order or a return.

    `amount_minor`: what the other owes for it; null until a rule says it.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.TextField()
    source_id = models.UUIDField()
    line_no = models.IntegerField()
    from_company_key = models.IntegerField()
    to_company_key = models.IntegerField()
    order_id = models.UUIDField(null=True, db_index=True)
    order_line_no = models.IntegerField(null=True)
    variant_key = models.BigIntegerField(null=True)
    sku = models.TextField(db_default="")
    quantity = models.BigIntegerField(db_default=0)
    sales_minor = models.BigIntegerField(db_default=0)
    currency = models.TextField()
    amount_minor = models.BigIntegerField(null=True)
    unpriced = models.TextField(db_default="")
    rule_version = models.IntegerField(null=True)
    note = models.TextField(db_default="")
    on = models.DateField()
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        db_table = "intercompany_movement"
        indexes = [
            models.Index(
                "from_company_key", "to_company_key", "on", name="intercompany_movement_pair"
            ),
            models.Index(
                "from_company_key", "to_company_key", name="intercompany_movement_open",
                condition=Q(amount_minor__isnull=True),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                name="intercompany_movement_once", fields=["kind", "source_id", "line_no"]
            ),
            models.CheckConstraint(
                name="intercompany_movement_priced",
                condition=Q(amount_minor__gte=0, unpriced="")
                | Q(amount_minor__isnull=True, unpriced__in=[one.value for one in Unpriced]),
            ),
            models.CheckConstraint(
                name="intercompany_movement_of_something",
                condition=(Q(kind=_MONEY, quantity=0, amount_minor__gt=0)
                | Q(kind__in=[MovementKind.SALE.value, MovementKind.RETURN.value],
                    quantity__gt=0, sales_minor__gte=0))
                & ~Q(from_company_key=F("to_company_key")),
            ),
        ]  # fmt: skip


class Entry(models.Model):
    """One side of a priced movement: never changed, never deleted.

    `amount_minor`: what the company gets from the other; below zero, what it owes it.
    """

    key = models.BigAutoField(primary_key=True)
    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="+", db_column="movement_key"
    )
    company_key = models.IntegerField()
    other_key = models.IntegerField()
    currency = models.TextField()
    amount_minor = models.BigIntegerField()
    on = models.DateField()

    class Meta:
        db_table = "intercompany_entry"
        indexes = [
            models.Index("company_key", "other_key", "on", name="intercompany_entry_pair"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="intercompany_entry_once", fields=["movement", "company_key"]
            ),
        ]
