"""How suppliers drop-ship, and what they offer."""

from django.db import models
from django.db.models import Q

from quanqu.sell.dropship.contracts import LONGEST_LEAD_DAYS, PauseReason

_MINUTES = 24 * 60


class Terms(models.Model):
    """How a supplier drop-ships from the place that stands for it; its row is the lock of its
    offers and of what it states."""

    place_key = models.IntegerField(primary_key=True)
    company_key = models.IntegerField()
    supplier_id = models.TextField()
    supplier_name = models.TextField()
    currency = models.TextField()
    answer_minutes = models.IntegerField()
    lead_days = models.IntegerField()
    cut_off = models.IntegerField(null=True)
    stale_hours = models.IntegerField(null=True)
    url = models.TextField(db_default="")
    secret_enc = models.BinaryField(null=True)
    is_active = models.BooleanField(db_default=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "dropship_terms"
        constraints = [
            models.UniqueConstraint(name="dropship_terms_one_place", fields=["supplier_id"]),
            models.CheckConstraint(
                name="dropship_terms_numbers",
                condition=Q(
                    answer_minutes__gte=1, lead_days__gte=0, lead_days__lte=LONGEST_LEAD_DAYS
                )
                & (Q(cut_off__isnull=True) | Q(cut_off__gte=0, cut_off__lt=_MINUTES))
                & (Q(stale_hours__isnull=True) | Q(stale_hours__gte=1)),
            ),
        ]


class Offer(models.Model):
    """What a supplier takes for an item, and what it last stated of it."""

    key = models.BigAutoField(primary_key=True)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    supplier_code = models.TextField(db_default="")
    lead_days = models.IntegerField(null=True)
    cut_off = models.IntegerField(null=True)
    buffer = models.BigIntegerField(db_default=0)
    is_on = models.BooleanField(db_default=True)
    stated = models.BigIntegerField(null=True)
    stated_at = models.DateTimeField(null=True)
    paused = models.TextField(db_default="")
    paused_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "dropship_offer"
        indexes = [
            models.Index(
                "place_key",
                "stated_at",
                name="dropship_offer_ageing",
                condition=Q(is_on=True, paused=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="dropship_offer_once", fields=["place_key", "variant_key"]
            ),
            models.CheckConstraint(
                name="dropship_offer_numbers",
                condition=Q(cost_minor__gte=0, buffer__gte=0)
                & (Q(stated__isnull=True) | Q(stated__gte=0, stated_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="dropship_offer_paused",
                condition=Q(paused="", paused_at__isnull=True)
                | Q(paused__in=[one.value for one in PauseReason], paused_at__isnull=False),
            ),
        ]
