"""What still has to be published, and what was published last."""

from django.db import models
from django.db.models.functions import Now


class LakeDirty(models.Model):
    """One partition of a publication that has changed since; rows are only added and drained."""

    key = models.BigAutoField(primary_key=True)
    publication = models.TextField()
    partition = models.TextField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lake_dirty"
        indexes = [models.Index(fields=["publication", "partition"], name="lake_dirty_publication")]


class LakeState(models.Model):
    """The last commit of a publication."""

    name = models.TextField(primary_key=True)
    version = models.BigIntegerField()
    row_count = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "lake_state"
