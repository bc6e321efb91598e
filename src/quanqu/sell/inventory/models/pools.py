"""Virtual pools and their places."""

from django.db import models

from quanqu.kernel.ids import new_id


class Pool(models.Model):
    """Places of a company that are sold from as one stock; empty channels: every channel."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    name = models.TextField()
    channels = models.JSONField(default=list)
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_pool"
        constraints = [
            models.UniqueConstraint(name="inventory_pool_once", fields=["company_key", "name"])
        ]


class PoolPlace(models.Model):
    """A place of a pool; the lowest rank gives first."""

    key = models.BigAutoField(primary_key=True)
    pool = models.ForeignKey(
        Pool, on_delete=models.CASCADE, related_name="places", db_column="pool_key"
    )
    place_key = models.IntegerField()
    rank = models.IntegerField()

    class Meta:
        db_table = "inventory_pool_place"
        constraints = [
            models.UniqueConstraint(name="inventory_pool_place_once", fields=["pool", "place_key"])
        ]
