"""Make, rotate and revoke API keys; make and redeem login links."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.infra.auth.facade import new_signed_token, new_token, read_signed_token, token_hash
from quanqu.know.org.actions.people import grantable_unit, require_rights_of
from quanqu.know.org.contracts import (
    ApiKeyInfo,
    IssuedApiKey,
    IssuedLoginLink,
    KeyNotActiveError,
    LoginLinkRefusedError,
    OrgInputError,
    PersonInfo,
    RoleGrant,
)
from quanqu.know.org.models import ApiKey, LoginLink, Person
from quanqu.know.org.queries.credentials import actor_of_key, find_working_key, key_info, lock_key
from quanqu.know.org.queries.people import person_infos, person_row
from quanqu.know.org.rules import check_name

LOGIN_LINK_S: Final = 15 * 60
MAX_OVERLAP_S: Final = 30 * 86_400

_PURPOSE: Final = "login-link"
_USED_STEP: Final = timedelta(minutes=1)
_LINKS_KEPT: Final = timedelta(days=30)


@transaction.atomic
def create_api_key(*, actor: Actor, name: str, grant: RoleGrant, now: datetime) -> IssuedApiKey:
    """Make a key that acts with a role over a unit; its text is in the answer and nowhere else.

    Raises: UnitNotFoundError, RightsExceededError, OrgInputError.
    """
    actor.require("org.manage")
    unit = grantable_unit(actor, grant, now)
    prefix, token = new_token()
    row = ApiKey.objects.create(
        name=check_name(name, longest=120),
        prefix=prefix,
        secret_hash=token_hash(token),
        role=grant.role.value,
        unit=unit,
        created_by=actor.id,
        created_at=now,
        expires_at=grant.expires_at,
    )
    info = key_info(row, now)
    _record(actor, "org.create_api_key", info, now)
    return IssuedApiKey(info, token)


@transaction.atomic
def rotate_api_key(
    *, actor: Actor, key_id: str, now: datetime, overlap_s: int = 86_400
) -> IssuedApiKey:
    """Make a key that takes the place of another; the old one works for `overlap_s` seconds more.

    Raises: ApiKeyNotFoundError, KeyNotActiveError, RightsExceededError, OrgInputError.
    """
    if not 0 <= overlap_s <= MAX_OVERLAP_S:
        raise OrgInputError(field="overlap_s", reason=f"give 0 to {MAX_OVERLAP_S} seconds")
    old = lock_key(actor, key_id)
    info = key_info(old, now)
    if info.state != "active":
        raise KeyNotActiveError(key_prefix=old.prefix, state=info.state)
    grant = RoleGrant(info.role, info.unit_id, _same_life(old, now))
    issued = create_api_key(actor=actor, name=old.name, grant=grant, now=now)
    last = now + timedelta(seconds=overlap_s)
    old.expires_at = last if old.expires_at is None else min(old.expires_at, last)
    old.replaced_by = ApiKey.objects.get(prefix=issued.info.prefix)
    old.revoked_at = now if overlap_s == 0 else None
    old.save(update_fields=["expires_at", "replaced_by", "revoked_at"])
    _record(actor, "org.rotate_api_key", key_info(old, now), now)
    return issued


@transaction.atomic
def revoke_api_key(*, actor: Actor, key_id: str, now: datetime) -> ApiKeyInfo:
    """Stop a key at once. Raises: ApiKeyNotFoundError, KeyNotActiveError when revoked already."""
    row = lock_key(actor, key_id)
    if row.revoked_at is not None:
        raise KeyNotActiveError(key_prefix=row.prefix, state="revoked")
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    info = key_info(row, now)
    _record(actor, "org.revoke_api_key", info, now)
    return info


def actor_for_token(*, token: str, now: datetime) -> Actor:
    """Return who a key's text acts as, and note its use to the minute.

    Raises: InvalidTokenError.
    """
    row = find_working_key(token=token, now=now)
    if row.last_used_at is None or row.last_used_at < now - _USED_STEP:
        not_noted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _USED_STEP)
        ApiKey.objects.filter(not_noted, key=row.key).update(last_used_at=now)
    return actor_of_key(row)


@transaction.atomic
def create_login_link(
    *, actor: Actor, person_id: str, now: datetime, lasts_s: int = LOGIN_LINK_S
) -> IssuedLoginLink:
    """Make a link that signs a person in once within `lasts_s` seconds (1 to 86,400).

    Whoever hands out a link could use it, so it takes all the rights of that person.
    Raises: PersonNotFoundError, RightsExceededError, OrgInputError.
    """
    if not 1 <= lasts_s <= 86_400:
        raise OrgInputError(field="lasts_s", reason="give 1 to 86400 seconds")
    actor.require("org.manage")
    person = person_row(actor, person_id, now)
    require_rights_of(actor, person)
    if not person.is_active:
        raise OrgInputError(field="person", reason="this person may not sign in")
    LoginLink.objects.filter(expires_at__lt=now - _LINKS_KEPT).delete()
    token = new_signed_token(key=str(settings.SECRET_KEY), purpose=_PURPOSE)
    expires_at = now + timedelta(seconds=lasts_s)
    LoginLink.objects.create(
        token_hash=token_hash(token), person=person, created_at=now, expires_at=expires_at
    )
    record(
        actor=actor,
        action="org.create_login_link",
        subject=person_id,
        after={"expires_at": expires_at.isoformat()},
        now=now,
    )
    return IssuedLoginLink(person_id, token, expires_at)


@transaction.atomic
def redeem_login_link(*, token: str, now: datetime) -> PersonInfo:
    """Use a link up and return whom it signs in. Raises: LoginLinkRefusedError."""
    signed = read_signed_token(token, key=str(settings.SECRET_KEY), purpose=_PURPOSE)
    if signed is None:
        raise LoginLinkRefusedError
    link = LoginLink.objects.select_for_update().filter(token_hash=token_hash(signed)).first()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LoginLinkRefusedError
    person = Person.objects.filter(key=link.person_id, is_active=True).first()
    if person is None:
        raise LoginLinkRefusedError
    link.used_at = now
    link.save(update_fields=["used_at"])
    info = person_infos([person], now=now)[0]
    who = Actor(ActorKind.PERSON, info.id, info.name)
    record(actor=who, action="org.redeem_login_link", subject=info.id, now=now)
    return info


def _same_life(old: ApiKey, now: datetime) -> datetime | None:
    return now + (old.expires_at - old.created_at) if old.expires_at else None


def _record(actor: Actor, action: str, info: ApiKeyInfo, now: datetime) -> None:
    after = {
        "name": info.name,
        "prefix": info.prefix,
        "role": info.role.value,
        "unit": info.unit_id,
        "expires_at": info.expires_at.isoformat() if info.expires_at else None,
        "state": info.state,
    }
    record(actor=actor, action=action, subject=info.id, after=after, now=now)
