"""Warehouses that are read as sources, and how far each was read."""

from django.db import models


class Warehouse(models.Model):
    """One a source: its connection string encrypted, the place of the last row that was read."""

    source_key = models.BigIntegerField(primary_key=True)
    url = models.BinaryField()
    address = models.TextField()
    read = models.JSONField()
    place = models.JSONField(null=True)
    rows = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    fault = models.TextField(default="")

    class Meta:
        db_table = "timeline_warehouse"
