"""Counts and their lines."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.inventory.contracts import CountState


class Count(models.Model):
    """A count of what is really there at a place."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    place_key = models.IntegerField()
    state = models.TextField()
    category = models.TextField()
    is_of_items = models.BooleanField()
    tolerance = models.BigIntegerField()
    note = models.TextField()
    created_by = models.TextField()
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(db_default="")

    class Meta:
        db_table = "inventory_count"
        indexes = [
            models.Index("place_key", F("key").desc(), name="inventory_count_place"),
        ]
        constraints = [
            models.CheckConstraint(
                name="inventory_count_state_known",
                condition=Q(state__in=[state.value for state in CountState]),
            ),
            models.CheckConstraint(name="inventory_count_tolerance", condition=Q(tolerance__gte=0)),
        ]


class CountLine(models.Model):
    """An item of a count: what was there when it was made, what was counted, what books said."""

    pk = models.CompositePrimaryKey("count_id", "line_no")
    count = models.ForeignKey(
        Count, on_delete=models.CASCADE, related_name="lines", db_column="count_key"
    )
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField()
    snapshot = models.BigIntegerField()
    counted = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.TextField(db_default="")
    book = models.BigIntegerField(null=True)
    first_difference = models.BigIntegerField(null=True)
    is_recount = models.BooleanField(db_default=False)

    class Meta:
        db_table = "inventory_count_line"
        constraints = [
            models.UniqueConstraint(
                name="inventory_count_line_once", fields=["count", "variant_key"]
            ),
            models.CheckConstraint(
                name="inventory_count_line_counted",
                condition=Q(counted__isnull=True, book__isnull=True)
                | Q(counted__gte=0, book__isnull=False, counted_at__isnull=False),
            ),
        ]
