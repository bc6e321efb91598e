"""Carriers a company works with, and what they ask."""

from django.db import models
from django.db.models import F

from quanqu.kernel.ids import new_id


class Carrier(models.Model):
    """A carrier of a company; what it signs with is sealed."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    code = models.TextField()
    name = models.TextField()
    carrier = models.TextField()
    settings = models.JSONField(default=dict)
    secret_enc = models.BinaryField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "fulfilment_carrier"
        constraints = [
            models.UniqueConstraint(name="fulfilment_carrier_once", fields=["company_key", "code"]),
        ]


class Tariff(models.Model):
    """The prices of a service from a day on: never changed.  On a day the version of the latest
    day that has come counts, and of one day the latest version."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, related_name="+", db_column="carrier_key"
    )
    service = models.TextField()
    name = models.TextField()
    currency = models.TextField()
    valid_from = models.DateField()
    version = models.IntegerField()
    body = models.JSONField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "fulfilment_tariff"
        indexes = [
            models.Index(
                "carrier",
                "service",
                F("valid_from").desc(),
                F("version").desc(),
                name="fulfilment_tariff_in_force",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="fulfilment_tariff_version", fields=["carrier", "service", "version"]
            ),
        ]
