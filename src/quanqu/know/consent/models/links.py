"""The signed links of people without an account: to their preferences, and to confirm a consent."""

from django.db import models

from quanqu.kernel.ids import new_id
from quanqu.know.consent.contracts import LinkKind


class ConsentLink(models.Model):
    """A link that was handed out. The secret part is a signature over its id and rests nowhere.

    `asked` holds what a confirmation confirms: [purpose, channel, text version, language] each.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    subject_key = models.BigIntegerField()
    asked = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.TextField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consent_link"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(LinkKind)), name="consent_link_kind"
            )
        ]
        indexes = [models.Index("subject_key", name="consent_link_subject")]
