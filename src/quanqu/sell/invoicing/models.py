"""The tables of invoices.

Keys of lower rooms are held without foreign keys, as those of stock and payments are: what they
point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.invoicing.contracts import (
    BuyerKind,
    InvoiceKind,
    LineKind,
    Regime,
    TaxTreatment,
)

_BLUE = InvoiceKind.BLUE.value


class TaxRule(models.Model):
    """How a category is taxed in a region from a day on: never changed.  On a day that of the
    latest day that has come counts, and of one day the latest version."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    region = models.TextField()
    category = models.TextField()
    version = models.IntegerField()
    treatment = models.TextField()
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    is_included = models.BooleanField()
    reason_code = models.TextField(db_default="")
    reason = models.TextField(db_default="")
    valid_from = models.DateField()
    source = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_tax_rule"
        constraints = [
            models.UniqueConstraint(
                name="invoicing_tax_rule_version",
                fields=["company_key", "region", "category", "version"],
            ),
            models.CheckConstraint(
                name="invoicing_tax_rule_rate",
                condition=Q(rate__gt=0, rate__lt=1, treatment=TaxTreatment.STANDARD.value)
                | Q(
                    rate=0,
                    treatment__in=[
                        one.value for one in TaxTreatment if one is not TaxTreatment.STANDARD
                    ],
                ),
            ),
        ]


class Item(models.Model):
    """How an item of a company is taxed and called on invoices."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    sku = models.TextField()
    category = models.TextField()
    class_code = models.TextField(db_default="")
    name = models.TextField(db_default="")
    unit = models.TextField(db_default="")

    class Meta:
        db_table = "invoicing_item"
        constraints = [
            models.UniqueConstraint(name="invoicing_item_once", fields=["company_key", "sku"]),
        ]


class Seller(models.Model):
    """How a company writes invoices."""

    company_key = models.IntegerField(primary_key=True)
    body = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        db_table = "invoicing_seller"


class Series(models.Model):
    """The last number of a company's series; it is counted on in the transaction that uses it."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    code = models.TextField()
    last = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "invoicing_series"
        constraints = [
            models.UniqueConstraint(name="invoicing_series_once", fields=["company_key", "code"]),
            models.CheckConstraint(name="invoicing_series_counted", condition=Q(last__gte=0)),
        ]


class Sale(models.Model):
    """An order that is invoiced: its row is what two clerks wait for each other at."""

    order_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "invoicing_sale"


class FollowedReturn(models.Model):
    """A settled return whose money is taken back of every invoice that charged it."""

    return_id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()

    class Meta:
        db_table = "invoicing_return"


class Invoice(models.Model):
    """An invoice: never changed but for what red ones took back of it, never deleted.

    `reversed_minor`: what red ones took back.  `is_replaced`: as a whole, so that its lines may be
    invoiced again.  `buyer_sealed`: who it is made out to, encrypted.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.TextField()
    regime = models.TextField()
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    series = models.TextField()
    number = models.BigIntegerField()
    order_id = models.UUIDField(db_index=True)
    order_number = models.TextField()
    part_no = models.SmallIntegerField(null=True)
    return_id = models.UUIDField(null=True)
    original = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, db_column="original_key"
    )
    subject_key = models.BigIntegerField(null=True)
    seller = models.JSONField()
    buyer_kind = models.TextField()
    buyer_sealed = models.BinaryField()
    currency = models.TextField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    rounding_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    prepaid_minor = models.BigIntegerField()
    reversed_minor = models.BigIntegerField(db_default=0)
    is_replaced = models.BooleanField(db_default=False)
    reason = models.TextField(db_default="")
    note = models.TextField(db_default="")
    fingerprint = models.BinaryField()
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    issued_by = models.TextField()

    class Meta:
        db_table = "invoicing_invoice"
        indexes = [
            models.Index("place_key", F("key").desc(), name="invoicing_invoice_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="invoicing_invoice_number", fields=["company_key", "series", "number"]
            ),
            models.UniqueConstraint(
                name="invoicing_invoice_return_once", fields=["return_id", "original"]
            ),
            models.CheckConstraint(
                name="invoicing_invoice_kinds",
                condition=Q(kind=_BLUE, original__isnull=True, return_id__isnull=True)
                | Q(
                    kind=InvoiceKind.RED.value,
                    original__isnull=False,
                    reversed_minor=0,
                    is_replaced=False,
                ),
            ),
            models.CheckConstraint(
                name="invoicing_invoice_known",
                condition=Q(
                    regime__in=[one.value for one in Regime],
                    buyer_kind__in=[one.value for one in BuyerKind],
                    number__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="invoicing_invoice_total",
                condition=Q(
                    gross_minor=F("net_minor") + F("tax_minor") + F("rounding_minor"),
                    gross_minor__gt=0,
                    prepaid_minor__gte=0,
                    prepaid_minor__lte=F("gross_minor"),
                ),
            ),
            models.CheckConstraint(
                name="invoicing_invoice_red_within_blue",
                condition=Q(reversed_minor__gte=0, reversed_minor__lte=F("gross_minor")),
            ),
        ]


class Line(models.Model):
    """A line of an invoice; of a blue one `is_live` until it is taken back as a whole.

    `taken_minor`: what red ones took back of it.  `order_line_no` 0: the delivery.
    """

    key = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="+", db_column="invoice_key"
    )
    line_no = models.IntegerField()
    order_id = models.UUIDField()
    order_line_no = models.IntegerField()
    is_live = models.BooleanField()
    kind = models.TextField()
    sku = models.TextField(db_default="")
    name = models.TextField()
    class_code = models.TextField(db_default="")
    unit = models.TextField(db_default="")
    quantity = models.BigIntegerField()
    treatment = models.TextField()
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    reason_code = models.TextField(db_default="")
    reason = models.TextField(db_default="")
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    rounding_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    taken_minor = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "invoicing_line"
        constraints = [
            models.UniqueConstraint(name="invoicing_line_number", fields=["invoice", "line_no"]),
            models.UniqueConstraint(
                name="invoicing_line_once",
                fields=["order_id", "order_line_no"],
                condition=Q(is_live=True),
            ),
            models.CheckConstraint(
                name="invoicing_line_amounts",
                condition=Q(
                    gross_minor=F("net_minor") + F("tax_minor") + F("rounding_minor"),
                    gross_minor__gte=0,
                    quantity__gt=0,
                    taken_minor__gte=0,
                    taken_minor__lte=F("gross_minor"),
                    kind__in=[one.value for one in LineKind],
                    treatment__in=[one.value for one in TaxTreatment],
                ),
            ),
        ]
