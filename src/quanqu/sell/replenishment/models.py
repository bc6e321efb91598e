"""The tables of replenishment.

Keys of places, companies and items are those of lower rooms, without foreign keys: what they point
to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.replenishment.contracts import (
    LONGEST_COVER_DAYS,
    MOST_COVER_DAYS,
    AlertKind,
    PolicyMethod,
    ProposalKind,
    ProposalState,
)


class Policy(models.Model):
    """How an item is kept in stock at a place."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    method = models.TextField()
    minimum = models.BigIntegerField()
    maximum = models.BigIntegerField()
    service_rate = models.DecimalField(max_digits=5, decimal_places=4)
    review_days = models.IntegerField()
    cover_days = models.IntegerField()
    supplier_id = models.TextField()
    is_transfer_first = models.BooleanField()
    most_cover_days = models.IntegerField(db_default=MOST_COVER_DAYS)
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "replenishment_policy"
        indexes = [models.Index("company_key", name="replenishment_policy_company")]
        constraints = [
            models.UniqueConstraint(
                name="replenishment_policy_once", fields=["place_key", "variant_key"]
            ),
            models.CheckConstraint(
                name="replenishment_policy_method_known",
                condition=Q(method__in=[one.value for one in PolicyMethod]),
            ),
            models.CheckConstraint(
                name="replenishment_policy_numbers",
                condition=Q(
                    minimum__gte=0,
                    maximum__gte=F("minimum"),
                    service_rate__gte=0.5,
                    service_rate__lt=1,
                    review_days__range=(1, LONGEST_COVER_DAYS),
                    cover_days__range=(1, LONGEST_COVER_DAYS),
                    most_cover_days__gte=1,
                ),
            ),
        ]


class Forecast(models.Model):
    """What is expected to be asked of an item at a place within a span of days."""

    key = models.BigAutoField(primary_key=True)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    starts_on = models.DateField()
    days = models.IntegerField()
    quantity = models.FloatField()
    standard_error = models.FloatField()
    source = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "replenishment_forecast"
        constraints = [
            models.UniqueConstraint(
                name="replenishment_forecast_once",
                fields=["place_key", "variant_key", "starts_on"],
            ),
            models.CheckConstraint(
                name="replenishment_forecast_numbers",
                condition=Q(days__gte=1, quantity__gte=0, standard_error__gte=0),
            ),
        ]


class Proposal(models.Model):
    """What to order again; one is open per item and place."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    state = models.TextField()
    kind = models.TextField()
    supplier_id = models.TextField()
    from_place_key = models.IntegerField(null=True)
    quantity = models.BigIntegerField()
    asked = models.BigIntegerField(null=True)
    shortage = models.BigIntegerField()
    figures = models.JSONField()
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(db_default="")
    reason = models.TextField(db_default="")
    quiet_until = models.DateField(null=True)
    document_id = models.TextField(db_default="")

    class Meta:
        db_table = "replenishment_proposal"
        indexes = [
            models.Index(
                "state", F("shortage").desc(), F("key").desc(), name="replenishment_urgent"
            ),
            models.Index("place_key", "variant_key", "state", name="replenishment_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="replenishment_open_once",
                fields=["place_key", "variant_key"],
                condition=Q(state=ProposalState.OPEN.value),
            ),
            models.CheckConstraint(
                name="replenishment_words",
                condition=Q(
                    state__in=[one.value for one in ProposalState],
                    kind__in=[one.value for one in ProposalKind],
                ),
            ),
            models.CheckConstraint(
                name="replenishment_accepted_has_document",
                condition=Q(state=ProposalState.ACCEPTED.value) & ~Q(document_id="")
                | ~Q(state=ProposalState.ACCEPTED.value) & Q(document_id=""),
            ),
            models.CheckConstraint(
                name="replenishment_source_of_kind",
                condition=Q(kind=ProposalKind.PURCHASE.value, from_place_key__isnull=True)
                & ~Q(supplier_id="")
                | Q(kind=ProposalKind.TRANSFER.value, from_place_key__isnull=False, supplier_id="")
                | Q(kind=ProposalKind.UNSOURCED.value, from_place_key__isnull=True, supplier_id=""),
            ),
            models.CheckConstraint(
                name="replenishment_quantity",
                condition=Q(quantity__gt=0) & (Q(asked__isnull=True) | Q(asked__gt=0)),
            ),
        ]


class Run(models.Model):
    """The last look at a company's stock; its row is the lock of all its proposals."""

    company_key = models.IntegerField(primary_key=True)
    at = models.DateTimeField(null=True)
    policies = models.IntegerField(default=0)
    proposed = models.IntegerField(default=0)
    unsourced = models.IntegerField(default=0)
    unforecast = models.IntegerField(default=0)

    class Meta:
        db_table = "replenishment_run"


class Alert(models.Model):
    """What is, or was, wrong with an item at a place; one of a kind is open."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    kind = models.TextField()
    free = models.BigIntegerField()
    daily = models.FloatField()
    cover_days = models.FloatField(null=True)
    limit_days = models.IntegerField()
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "replenishment_alert"
        indexes = [models.Index("place_key", "kind", name="replenishment_alert_place")]
        constraints = [
            models.UniqueConstraint(
                name="replenishment_alert_open_once",
                fields=["place_key", "variant_key", "kind"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="replenishment_alert_kind_known",
                condition=Q(kind__in=[one.value for one in AlertKind]),
            ),
            models.CheckConstraint(
                name="replenishment_alert_closes_after",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
            ),
        ]


class Promise(models.Model):
    """When what a line of a hold waits for is to be there; `first_on` was told first."""

    key = models.BigAutoField(primary_key=True)
    request_id = models.UUIDField()
    line_no = models.IntegerField()
    owner = models.TextField()
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    units = models.BigIntegerField()
    promised_on = models.DateField(null=True)
    first_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "replenishment_promise"
        indexes = [models.Index("place_key", "variant_key", name="replenishment_promise_at")]
        constraints = [
            models.UniqueConstraint(
                name="replenishment_promise_once", fields=["request_id", "line_no"]
            ),
            models.CheckConstraint(name="replenishment_promise_units", condition=Q(units__gt=0)),
            models.CheckConstraint(
                name="replenishment_promise_first",
                condition=Q(promised_on__isnull=True) | Q(first_on__isnull=False),
            ),
        ]
