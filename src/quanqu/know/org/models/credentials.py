"""API keys and one-time login links; secrets rest as hashes only."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.know.org.contracts import RoleCode
from quanqu.know.org.models.people import Person
from quanqu.know.org.models.tree import Unit


class ApiKey(models.Model):
    """A program's key: a role over a unit, found by its prefix, proved by its hash."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="org_apikey_role_known",
                condition=Q(role__in=[role.value for role in RoleCode]),
            ),
            models.CheckConstraint(
                name="org_apikey_expires_later",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class LoginLink(models.Model):
    """A link that signs a person in once, within minutes."""

    key = models.BigAutoField(primary_key=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="org_loginlink_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"login link {self.key}"
