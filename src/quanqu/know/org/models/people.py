"""People who sign in, and the roles they hold over parts of the tree."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from quanqu.kernel.ids import new_id
from quanqu.know.org.contracts import RoleCode, Theme
from quanqu.know.org.models.tree import Unit


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """A member of staff; what a person may do comes from role assignments alone."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, default=Theme.AUTO.value)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="org_person_email_lower", condition=Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="org_person_theme_known",
                condition=Q(theme__in=[theme.value for theme in Theme]),
            ),
            models.CheckConstraint(
                name="org_person_rights_from_roles", condition=Q(is_superuser=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Every active person may open the reference-data screens; rights decide what is there."""
        return self.is_active

    def get_full_name(self) -> str:
        """Return the name as the person writes it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name as the person writes it."""
        return self.name


class RoleAssignment(models.Model):
    """A person holds a role over a unit and everything below it."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="org_assignment_role_known",
                condition=Q(role__in=[role.value for role in RoleCode]),
            ),
            models.UniqueConstraint(name="org_assignment_once", fields=["person", "role", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.unit_id}"
