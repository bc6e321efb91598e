"""Exchange rates: given by somebody, never invented."""

from django.db import models
from django.db.models import F, Q


class ExchangeRate(models.Model):
    """One unit of `currency` is worth `rate` units of `to_currency` from `valid_on` on."""

    key = models.BigAutoField(primary_key=True)
    currency = models.CharField(max_length=3)
    to_currency = models.CharField(max_length=3)
    valid_on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["currency", "to_currency", "valid_on"]
        constraints = [
            models.CheckConstraint(name="org_rate_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="org_rate_between_two", condition=~Q(currency=F("to_currency"))
            ),
            models.CheckConstraint(name="org_rate_source_named", condition=~Q(source="")),
            models.UniqueConstraint(
                name="org_rate_once_a_day", fields=["currency", "to_currency", "valid_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} to {self.to_currency} on {self.valid_on}"
