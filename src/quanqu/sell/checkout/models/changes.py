"""The tables of what becomes of placed orders: where split parts go, merges, edits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Drop(models.Model):
    """Where a split part of an order goes, and on which day it is to leave; the contact rests
    encrypted, and is empty where only the day differs."""

    pk = models.CompositePrimaryKey("order_key", "no")
    order_key = models.BigIntegerField()
    no = models.SmallIntegerField()
    wanted_on = models.DateField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "checkout_drop"


class Merge(models.Model):
    """Two orders that became one: never changed, but for being undone.

    `lines`: number of each line in the order that is gone, to the one it has now; `payments`: ids
    of the payments that came along.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    kept_key = models.BigIntegerField(db_index=True)
    gone_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    reason = models.TextField(db_default="")
    kept_minor = models.BigIntegerField()
    gone_minor = models.BigIntegerField()
    merged_minor = models.BigIntegerField()
    edition = models.IntegerField()
    lines = models.JSONField()
    payments = ArrayField(models.UUIDField(), db_default=[])
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(db_default="")

    class Meta:
        db_table = "checkout_merge"
        constraints = [
            models.CheckConstraint(
                name="checkout_merge_total",
                condition=Q(merged_minor=F("kept_minor") + F("gone_minor")),
            ),
            models.UniqueConstraint(
                "gone_key", name="checkout_merge_once", condition=Q(undone_at__isnull=True)
            ),
        ]


class Edit(models.Model):
    """What somebody changed of a placed order: never changed itself.

    `before`, `after`: lines and money as they were and as they are; `fields`: which words of
    contact or gift changed; `sealed`: these words before and after, encrypted.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    order_key = models.BigIntegerField()
    edition = models.IntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    reason = models.TextField(db_default="")
    before = models.JSONField()
    after = models.JSONField()
    fields = ArrayField(models.TextField(), db_default=[])
    sealed = models.BinaryField(null=True)
    fingerprint = models.BinaryField()

    class Meta:
        db_table = "checkout_edit"
        constraints = [
            models.UniqueConstraint("order_key", "edition", name="checkout_edit_edition"),
        ]
