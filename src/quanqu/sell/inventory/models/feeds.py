"""Feeds of channels, what they were told last, and the changes between."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id


class Feed(models.Model):
    """What a channel follows; empty places: all of the company.

    `sent`: the last change its webhook has taken; `call_id` and `call_last`: the call under way, so
    that it is repeated under one id with the same changes.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    channel = models.TextField()
    name = models.TextField()
    places = models.JSONField(default=list)
    url = models.TextField(db_default="")
    secret_enc = models.BinaryField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    sent = models.BigIntegerField(db_default=0)
    dropped = models.BigIntegerField(db_default=0)
    call_id = models.UUIDField(null=True)
    call_last = models.BigIntegerField(null=True)
    attempts = models.IntegerField(db_default=0)
    next_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    message = models.TextField(db_default="")

    class Meta:
        db_table = "inventory_feed"
        constraints = [
            models.UniqueConstraint(
                name="inventory_feed_once", fields=["company_key", "channel", "name"]
            )
        ]


class FeedLevel(models.Model):
    """What a feed last said of an item at a place."""

    key = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", db_column="feed_key")
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    units = models.BigIntegerField()

    class Meta:
        db_table = "inventory_feed_level"
        constraints = [
            models.UniqueConstraint(
                name="inventory_feed_level_once", fields=["feed", "place_key", "variant_key"]
            ),
            models.CheckConstraint(name="inventory_feed_level_units", condition=Q(units__gte=0)),
        ]


class FeedChange(models.Model):
    """That what a channel can be promised became another number."""

    key = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", db_column="feed_key")
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    units = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "inventory_feed_change"
        indexes = [
            models.Index("feed", F("key"), name="inventory_feed_change_next"),
            models.Index("at", name="inventory_feed_change_age"),
        ]
