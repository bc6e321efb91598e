"""What kits are made of, and which kits holds are for."""

from django.db import models
from django.db.models import F, Q


class KitPart(models.Model):
    """That so many of an item are in one kit; an item with parts has no stock of its own."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    kit_key = models.BigIntegerField()
    part_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_kit_part"
        indexes = [models.Index("part_key", name="inventory_kit_part_of")]
        constraints = [
            models.UniqueConstraint(name="inventory_kit_part_once", fields=["kit_key", "part_key"]),
            models.CheckConstraint(
                name="inventory_kit_part_counts",
                condition=Q(quantity__gte=1) & ~Q(kit_key=F("part_key")),
            ),
        ]


class HoldKit(models.Model):
    """That lines of a hold are the parts of so many kits at a place."""

    key = models.BigAutoField(primary_key=True)
    request_id = models.UUIDField()
    place_key = models.IntegerField()
    kit_key = models.BigIntegerField()
    quantity = models.BigIntegerField()

    class Meta:
        db_table = "inventory_hold_kit"
        constraints = [
            models.UniqueConstraint(
                name="inventory_hold_kit_once", fields=["request_id", "place_key", "kit_key"]
            ),
            models.CheckConstraint(
                name="inventory_hold_kit_quantity", condition=Q(quantity__gte=1)
            ),
        ]
