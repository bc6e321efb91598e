"""The ledger, what stands now by it, the texts asked with, and restrictions from above.

Subject keys are the keys of identifiers in know.customers. They are no foreign keys: a record of
consent outlives the identifier it is about, as the proof of what was allowed then.
"""

from datetime import datetime

from django.db import models

from quanqu.kernel.ids import new_id
from quanqu.know.consent.contracts import (
    Basis,
    Channel,
    Purpose,
    RestrictionKind,
    SourceKind,
    Status,
)


class ConsentRecord(models.Model):
    """One statement, for ever: a trigger refuses change and removal.

    `key` counts from 1 without gaps; `proof` is the SHA-256 over the proof before and this record.
    """

    key = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    subject_key = models.BigIntegerField()
    via_key = models.BigIntegerField()
    purpose = models.TextField()
    channel = models.TextField()
    basis = models.TextField()
    status = models.TextField()
    text_version = models.IntegerField(null=True)
    language = models.TextField(null=True)  # noqa: DJ001 - unknown is not the empty text
    source_kind = models.TextField()
    source = models.TextField()
    reference = models.TextField()
    observed_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField()
    note_hash = models.TextField(null=True)  # noqa: DJ001 - absent is not the empty text
    proof = models.BinaryField()

    class Meta:
        db_table = "consent_record"
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "subject_key", "purpose", "channel"],
                name="consent_record_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=list(Purpose), channel__in=list(Channel))
                & models.Q(basis__in=list(Basis), status__in=list(Status))
                & models.Q(source_kind__in=list(SourceKind)),
                name="consent_record_words",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(status="granted", valid_until__gt=models.F("observed_at")),
                name="consent_record_validity",
            ),
        ]
        indexes = [models.Index("subject_key", "purpose", "channel", name="consent_by_subject")]


class ConsentNote(models.Model):
    """The note to a record made by hand, encrypted; the record holds a hash of it."""

    record = models.OneToOneField(
        "consent.ConsentRecord",
        models.PROTECT,
        db_column="record_key",
        primary_key=True,
        related_name="+",
    )
    note = models.BinaryField()

    class Meta:
        db_table = "consent_note"


class ChainHead(models.Model):
    """Where the ledger ends; its row is the lock of every writer."""

    key = models.SmallIntegerField(primary_key=True, default=1)
    records = models.BigIntegerField(default=0)
    proof = models.BinaryField(default=b"")

    class Meta:
        db_table = "consent_head"
        constraints = [models.CheckConstraint(condition=models.Q(key=1), name="consent_head_one")]


class Standing(models.Model):
    """The record that counts for a subject, the one who spoke for it, a purpose and a channel.

    It follows from the ledger and can be rebuilt.
    """

    pk = models.CompositePrimaryKey("purpose", "channel", "subject_key", "via_key")
    purpose = models.TextField()
    channel = models.TextField()
    subject_key = models.BigIntegerField()
    via_key = models.BigIntegerField()
    record_key = models.BigIntegerField()
    status = models.TextField()
    observed_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    is_signal = models.BooleanField()

    class Meta:
        db_table = "consent_standing"
        indexes = [models.Index("subject_key", name="consent_standing_subject")]


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Restrictions, narrowed to those that hold."""

    def restricted(self, *, purpose: str | None, at: datetime) -> "RestrictionQuerySet":
        """Keep what holds at a time for a purpose (None: whatever it is for)."""
        found = self.filter(since__lte=at).filter(
            models.Q(lifted_at__isnull=True) | models.Q(lifted_at__gt=at)
        )
        if purpose is None:
            return found
        return found.filter(models.Q(purpose__isnull=True) | models.Q(purpose=purpose))


class Restriction(models.Model):
    """Processing of a subject is restricted; put by know.privacy. `purpose` null: all purposes."""

    key = models.BigAutoField(primary_key=True)
    subject_key = models.BigIntegerField()
    purpose = models.TextField(null=True)  # noqa: DJ001 - null means all
    kind = models.TextField()
    reference = models.TextField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        db_table = "consent_restriction"
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "subject_key", "purpose"],
                name="consent_restriction_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=list(RestrictionKind)),
                name="consent_restriction_kind",
            ),
        ]
        indexes = [
            models.Index(
                "subject_key",
                name="consent_restricted",
                condition=models.Q(lifted_at__isnull=True),
            )
        ]


class ConsentText(models.Model):
    """The words of a purpose in one language and version; a trigger refuses change."""

    key = models.BigAutoField(primary_key=True)
    purpose = models.TextField()
    version = models.IntegerField()
    language = models.TextField()
    text = models.TextField()
    text_hash = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.TextField()

    class Meta:
        db_table = "consent_text"
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version", "language"], name="consent_text_once"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=list(Purpose), version__gte=1),
                name="consent_text_words",
            ),
        ]
