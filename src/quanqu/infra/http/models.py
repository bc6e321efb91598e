"""Tables of the HTTP edge: answers kept for replay, and buckets of calls."""

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer to a call, encrypted, kept a day for the same caller, address and key."""

    key = models.BigAutoField(primary_key=True)
    scope_hash = models.BinaryField(max_length=32, unique=True)
    body_hash = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    content_type = models.CharField(max_length=120)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "http_idempotent_answer"
        indexes = [models.Index(name="http_answer_age", fields=["created_at"])]

    def __str__(self) -> str:
        return f"answer {self.key}"


class RateBucket(models.Model):
    """Calls left to a caller. The table is UNLOGGED: after a crash everybody starts full."""

    name = models.CharField(primary_key=True, max_length=120)
    tokens = models.FloatField()
    is_granted = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "http_rate_bucket"
        indexes = [models.Index(name="http_bucket_age", fields=["updated_at"])]

    def __str__(self) -> str:
        return self.name
