"""Release days of items that are sold ahead."""

from django.db import models


class Release(models.Model):
    """From which day an item may leave a place; without a place: any of the company."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    place_key = models.IntegerField(null=True)
    release_on = models.DateField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_release"
        constraints = [
            models.UniqueConstraint(
                name="inventory_release_once",
                fields=["variant_key", "place_key", "company_key"],
                nulls_distinct=False,
            )
        ]
