"""Versions of profiles, and which one answers an order."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.sourcing.contracts import (
    STANDARD,
    Profile,
    ProfileNotFoundError,
    VersionInfo,
)
from quanqu.sell.sourcing.models import InForce, Version
from quanqu.sell.sourcing.queries.rights import VIEW, company_keys
from quanqu.sell.sourcing.rules.choosing import needs_age
from quanqu.sell.sourcing.rules.reading import read_profile

__all__ = [
    "Acting",
    "acting",
    "get_version",
    "list_versions",
    "version_info",
    "version_row",
]


@dataclass(frozen=True, slots=True)
class Acting:
    """The profile that acts (version None: the standard), and the one that watches."""

    version: Version | None
    profile: Profile
    shadow: Version | None

    @property
    def number(self) -> int:
        """The version's number; 0 is the standard."""
        return self.version.number if self.version else 0

    @property
    def wants_age(self) -> bool:
        """Whether the profile that acts, or the one that watches, asks how old goods are."""
        shadow = self.shadow
        return needs_age(self.profile) or (
            shadow is not None and needs_age(read_profile(shadow.body))
        )


def acting(company_key: int, channel: str) -> Acting:
    """Return what is in force for a company and channel, else for the company, else the standard.

    A channel with a version in shadow only acts by the company's.
    """
    rows = InForce.objects.filter(company_key=company_key, channel__in={channel, ""})
    found = sorted(
        rows.select_related("active", "shadow"), key=lambda row: row.channel, reverse=True
    )
    version = next((row.active for row in found if row.active), None)
    shadow = next((row.shadow for row in found if row.shadow), None)
    profile = read_profile(version.body) if version else STANDARD
    return Acting(version, profile, None if shadow == version else shadow)


def list_versions(
    *, actor: Actor, company_key: int | None = None, channel: str | None = None
) -> tuple[VersionInfo, ...]:
    """Return the versions of the companies the actor may see, newest first.

    Raises: NotAllowedError.
    """
    rows = _seen(actor).order_by("company_key", "channel", "-number")
    if company_key is not None:
        rows = rows.filter(company_key=company_key)
    if channel is not None:
        rows = rows.filter(channel=channel)
    found = list(rows)
    force = _in_force({row.company_key for row in found})
    return tuple(version_info(row, force.get((row.company_key, row.channel))) for row in found)


def get_version(*, actor: Actor, version_id: UUID) -> VersionInfo:
    """Return a version. Raises: NotAllowedError, ProfileNotFoundError."""
    row = version_row(actor, version_id, VIEW)
    return version_info(row, _in_force({row.company_key}).get((row.company_key, row.channel)))


def version_row(actor: Actor, version_id: UUID, permission: str) -> Version:
    """Return the row of a version the actor has a right over. Raises: ProfileNotFoundError."""
    row = _seen(actor, permission).filter(id=version_id).first()
    if row is None:
        raise ProfileNotFoundError(ref=encode("spf", version_id))
    return row


def version_info(row: Version, force: InForce | None) -> VersionInfo:
    """Return a version as a contract."""
    return VersionInfo(
        id=row.id,
        company_key=row.company_key,
        channel=row.channel,
        number=row.number,
        note=row.note,
        profile=read_profile(row.body),
        made_by=row.made_by,
        made_at=row.made_at,
        is_active=force is not None and force.active_id == row.key,
        is_shadow=force is not None and force.shadow_id == row.key,
        is_former=force is not None and force.former_id == row.key,
    )


def _in_force(companies: set[int]) -> dict[tuple[int, str], InForce]:
    rows = InForce.objects.filter(company_key__in=companies)
    return {(row.company_key, row.channel): row for row in rows}


def _seen(actor: Actor, permission: str = VIEW) -> QuerySet[Version]:
    allowed = company_keys(actor, permission)
    found = Version.objects.all()
    return found if allowed is None else found.filter(company_key__in=allowed)
