"""How far each access log was read, told apart by its first line."""

from django.db import models


class LogFile(models.Model):
    """A file of a source: where reading goes on, and what the bytes before that end with."""

    pk = models.CompositePrimaryKey("source_key", "head")
    source_key = models.BigIntegerField()
    head = models.UUIDField()
    offset = models.BigIntegerField()
    tail = models.UUIDField()
    lines = models.BigIntegerField()
    events = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_log_file"
