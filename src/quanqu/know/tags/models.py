"""The tables of know.tags.  Who wears which tag with which value is kept by know.customers."""

from django.db import models

from quanqu.kernel.ids import new_id


class WorkedTag(models.Model):
    """A tag that is worked out; its name, meaning and owner are those of `tag`.

    `stale_at`: when customers were merged or split since it was worked out.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    tag = models.OneToOneField(
        "customers.Tag", models.PROTECT, db_column="tag_key", related_name="+"
    )
    version = models.IntegerField(default=1)
    every = models.TextField(default="hour")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    stale_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tags_tag"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every__in=("hour", "day", "never")), name="tags_tag_every"
            )
        ]


class TagVersion(models.Model):
    """One saved state of a tag's definition; never changed."""

    key = models.BigAutoField(primary_key=True)
    worked = models.ForeignKey(
        "tags.WorkedTag", models.PROTECT, db_column="worked_key", related_name="+"
    )
    number = models.IntegerField()
    definition = models.JSONField()
    saved_by = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "tags_version"
        constraints = [
            models.UniqueConstraint(fields=["worked", "number"], name="tags_version_unique")
        ]


class TagRefresh(models.Model):
    """One working out; with `error` it failed and changed nothing."""

    key = models.BigAutoField(primary_key=True)
    worked = models.ForeignKey(
        "tags.WorkedTag",
        models.PROTECT,
        db_column="worked_key",
        related_name="+",
        db_index=False,
    )
    version = models.IntegerField()
    as_of = models.DateField(null=True)
    started_at = models.DateTimeField()
    duration_ms = models.BigIntegerField(default=0)
    customers = models.BigIntegerField(default=0)
    everybody = models.BigIntegerField(default=0)
    entered = models.BigIntegerField(default=0)
    left = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        db_table = "tags_refresh"
        indexes = [models.Index("worked", models.F("key").desc(), name="tags_last_refresh")]


class TagAnswer(models.Model):
    """What somebody said of a customer and a version of a tag: right or wrong.  The last counts.

    Kept under the customer's key at the time, so it follows merges and splits.
    """

    key = models.BigAutoField(primary_key=True)
    worked = models.ForeignKey(
        "tags.WorkedTag",
        models.PROTECT,
        db_column="worked_key",
        related_name="+",
        db_index=False,
    )
    version = models.IntegerField()
    subject_key = models.BigIntegerField()
    is_worn = models.BooleanField()
    is_right = models.BooleanField()
    answered_by = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "tags_answer"
        indexes = [
            models.Index(fields=["worked", "version"], name="tags_answers"),
            models.Index(fields=["subject_key"], name="tags_answers_of"),
        ]
