"""The suppression list: who asked to be erased, known by keyed hashes alone."""

from django.db import models


class Suppressed(models.Model):
    """An identifier that must lead to nobody again; how often it was met since."""

    pk = models.CompositePrimaryKey("kind", "value_hash")
    kind = models.TextField()
    value_hash = models.BinaryField()
    suppressed_at = models.DateTimeField()
    met_count = models.BigIntegerField(default=0)
    last_met_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "personal_suppressed"
