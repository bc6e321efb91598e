"""The trail's table: rows are only ever added (a trigger refuses anything else)."""

from django.db import models


class AuditRecord(models.Model):
    """One change."""

    key = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.TextField(default="")

    class Meta:
        db_table = "audit_record"
        indexes = [
            models.Index("subject", models.F("key").desc(), name="audit_by_subject"),
            models.Index("actor_id", models.F("key").desc(), name="audit_by_actor"),
        ]
