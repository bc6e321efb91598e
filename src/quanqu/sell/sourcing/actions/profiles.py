"""Save versions of profiles, put one in force or in shadow, and go back to the former."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.sourcing.contracts import (
    ProfileError,
    ProfileNotFoundError,
    VersionInfo,
)
from quanqu.sell.sourcing.models import InForce, Version
from quanqu.sell.sourcing.queries.rights import MANAGE, require_company
from quanqu.sell.sourcing.queries.versions import version_info, version_row
from quanqu.sell.sourcing.rules.reading import read_profile, written

LONGEST_NOTE = 200


def save_profile(
    *,
    actor: Actor,
    company_key: int,
    channel: str,
    body: Mapping[str, Any],
    note: str = "",
    now: datetime,
) -> VersionInfo:
    """Save a profile as the next version of a company and channel; it is not in force yet.

    The same as the last version is that version.  Locks: the company's and channel's row.
    Raises: NotAllowedError, ProfileError.
    """
    require_company(actor, MANAGE, company_key)
    if channel and channel not in set(ChannelCode):
        raise ProfileError(at="channel", problem=f"{channel!r} is not known")
    if company_key not in companies_by_key(keys=[company_key]):
        raise ProfileError(at="company", problem="there is no such company")
    kept = written(read_profile(body))
    with transaction.atomic():
        force = _locked(company_key, channel)
        earlier = Version.objects.filter(company_key=company_key, channel=channel)
        last = earlier.order_by("-number").first()
        if last is not None and read_profile(last.body) == read_profile(kept):
            return version_info(last, force)
        number = (earlier.aggregate(top=Max("number"))["top"] or 0) + 1
        row = Version.objects.create(
            company_key=company_key,
            channel=channel,
            number=number,
            body=kept,
            note=note[:LONGEST_NOTE],
            made_by=actor.id,
            made_at=now,
        )
        _audit(actor, "sourcing.save", row, now)
    return version_info(row, force)


def activate_profile(*, actor: Actor, version_id: UUID, now: datetime) -> VersionInfo:
    """Put a version in force; the one before becomes the former, to go back to.

    A version that was in shadow leaves it.  Again, it changes nothing.
    Raises: NotAllowedError, ProfileNotFoundError.
    """
    row = version_row(actor, version_id, MANAGE)
    with transaction.atomic():
        force = _locked(row.company_key, row.channel)
        if force.active_id != row.key:
            before = force.active
            force.active, force.former = row, before
            if force.shadow_id == row.key:
                force.shadow = None
            force.save()
            _audit(actor, "sourcing.activate", row, now, before=before)
    return version_info(row, force)


def undo_activation(
    *, actor: Actor, company_key: int, channel: str, now: datetime
) -> VersionInfo | None:
    """Go back to the former version, or to the standard where there was none before.

    Undone again, the later one is in force again.  None: the standard is in force.
    Raises: NotAllowedError; ProfileNotFoundError where nothing was ever activated.
    """
    require_company(actor, MANAGE, company_key)
    with transaction.atomic():
        force = _locked(company_key, channel)
        if force.active is None and force.former is None:
            raise ProfileNotFoundError(ref=channel or "of every channel")
        force.active, force.former = force.former, force.active
        if force.shadow_id is not None and force.shadow_id == force.active_id:
            force.shadow = None
        force.save()
        told = force.active or force.former
        assert told is not None  # noqa: S101 - one of the two was there
        _audit(actor, "sourcing.undo", told, now, before=force.former)
    return version_info(force.active, force) if force.active else None


def shadow_profile(*, actor: Actor, version_id: UUID, now: datetime) -> VersionInfo:
    """Let a version decide beside the one in force, without acting; it replaces another in shadow.

    Raises: NotAllowedError, ProfileNotFoundError; ProfileError for the version in force.
    """
    row = version_row(actor, version_id, MANAGE)
    with transaction.atomic():
        force = _locked(row.company_key, row.channel)
        if force.active_id == row.key:
            raise ProfileError(at="version", problem="it is in force already")
        if force.shadow_id != row.key:
            before, force.shadow = force.shadow, row
            force.save()
            _audit(actor, "sourcing.shadow", row, now, before=before)
    return version_info(row, force)


def end_shadow(*, actor: Actor, company_key: int, channel: str, now: datetime) -> None:
    """Let nothing decide in shadow. Again, it changes nothing. Raises: NotAllowedError."""
    require_company(actor, MANAGE, company_key)
    with transaction.atomic():
        force = _locked(company_key, channel)
        if force.shadow is not None:
            row, force.shadow = force.shadow, None
            force.save()
            _audit(actor, "sourcing.end_shadow", row, now)


def _locked(company_key: int, channel: str) -> InForce:
    """Return the row of a company and channel, made where it lacks, locked."""
    InForce.objects.bulk_create(
        [InForce(company_key=company_key, channel=channel)], ignore_conflicts=True
    )
    return InForce.objects.select_for_update(of=("self",)).get(
        company_key=company_key, channel=channel
    )


def _audit(
    actor: Actor, action: str, row: Version, now: datetime, *, before: Version | None = None
) -> None:
    record(
        actor=actor,
        action=action,
        subject=encode("spf", row.id),
        now=now,
        before={"number": before.number} if before else None,
        after={"number": row.number, "company": row.company_key, "channel": row.channel},
    )
