"""The versions of the table of channels, as changed here; the highest is in force."""

from django.db import models


class ChannelTableVersion(models.Model):
    """One version: rules in their order and the settings of visits; only ever inserted."""

    version = models.IntegerField(primary_key=True)
    rules = models.JSONField()
    settings = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_channel_table"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="timeline_channel_table_version"
            )
        ]
