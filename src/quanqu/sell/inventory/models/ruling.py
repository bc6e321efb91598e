"""What is withheld, kept for channels, limited and closed."""

from django.db import models
from django.db.models import F, Q


class ChannelShare(models.Model):
    """What a channel has of an item at a place.

    `buffer`: units withheld from it.  `wanted`: units to keep for it alone beside what it was
    promised; `kept`: how many of them are there now.
    """

    key = models.BigAutoField(primary_key=True)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    channel = models.TextField()
    buffer = models.BigIntegerField(db_default=0)
    wanted = models.BigIntegerField(db_default=0)
    kept = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "inventory_channel_share"
        constraints = [
            models.UniqueConstraint(
                name="inventory_channel_share_once",
                fields=["place_key", "variant_key", "channel"],
            ),
            models.CheckConstraint(
                name="inventory_channel_share_not_negative",
                condition=Q(buffer__gte=0, kept__gte=0, wanted__gte=F("kept")),
            ),
        ]


class Rule(models.Model):
    """How much is withheld of items at places: safety stock, or the buffer of a channel."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    variant_key = models.BigIntegerField(null=True)
    category = models.TextField()
    place_key = models.IntegerField(null=True)
    channel = models.TextField()
    units = models.BigIntegerField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_rule"
        constraints = [
            models.UniqueConstraint(
                name="inventory_rule_once",
                fields=["company_key", "variant_key", "category", "place_key", "channel"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="inventory_rule_units", condition=Q(units__gte=0)),
            models.CheckConstraint(
                name="inventory_rule_of_one_sort",
                condition=Q(variant_key__isnull=True) | Q(category=""),
            ),
        ]


class BuyerLimit(models.Model):
    """How much of an item one buyer may have within a window of time."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    variant_key = models.BigIntegerField(unique=True)
    most = models.BigIntegerField()
    window_s = models.BigIntegerField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_buyer_limit"
        constraints = [
            models.CheckConstraint(
                name="inventory_buyer_limit_is_one", condition=Q(most__gte=1, window_s__gte=1)
            )
        ]


class Closing(models.Model):
    """When a place is closed for promises; without an end until it is opened again."""

    key = models.BigAutoField(primary_key=True)
    place_key = models.IntegerField(unique=True)
    closed_from = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)
    reason = models.TextField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_closing"
        constraints = [
            models.CheckConstraint(
                name="inventory_closing_ends_later",
                condition=Q(closed_until__isnull=True) | Q(closed_until__gt=F("closed_from")),
            )
        ]
