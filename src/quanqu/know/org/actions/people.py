"""Add people, change them, give and take roles."""

from datetime import datetime

from django.db import IntegrityError, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.kernel import ids
from quanqu.kernel.text import mask_email
from quanqu.know.org.contracts import (
    ROLE_PERMISSIONS,
    AssignmentNotFoundError,
    EmailTakenError,
    LastOwnerError,
    OrgInputError,
    PersonInfo,
    PersonNotFoundError,
    PersonPreferences,
    RightsExceededError,
    RoleCode,
    RoleGrant,
)
from quanqu.know.org.models import Person, RoleAssignment, Unit
from quanqu.know.org.queries.people import has_owner, person_infos, person_row
from quanqu.know.org.queries.units import unit_row
from quanqu.know.org.rights import exceeded_permissions, may_over, visible_paths
from quanqu.know.org.rules import check_email, check_language, check_name, check_zone


@transaction.atomic
def create_person(
    *, actor: Actor, email: str, name: str, grant: RoleGrant, now: datetime
) -> PersonInfo:
    """Add a person with a first role. There is no password yet: a login link lets them set one.

    Raises: EmailTakenError, RightsExceededError, UnitNotFoundError, OrgInputError.
    """
    actor.require("org.manage")
    address = check_email(email)
    unit = grantable_unit(actor, grant, now)
    if Person.objects.filter(email=address).exists():
        raise EmailTakenError
    person = Person(email=address, name=check_name(name, longest=120), created_at=now)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise EmailTakenError from None
    _add_role(person, unit, grant, now)
    after = {"email": mask_email(address), "role": grant.role.value, "unit": grant.unit_id}
    record(actor=actor, action="org.create_person", subject=_id(person), after=after, now=now)
    return person_infos([person], now=now)[0]


@transaction.atomic
def change_person(
    *,
    actor: Actor,
    person_id: str,
    now: datetime,
    name: str | None = None,
    is_active: bool | None = None,
) -> PersonInfo:
    """Rename a person, or shut the door to them and open it again.

    Raises: PersonNotFoundError, LastOwnerError, RightsExceededError (they hold more than oneself).
    """
    person = _managed(actor, person_id, now)
    before = {"name": person.name, "is_active": person.is_active}
    person.name = person.name if name is None else check_name(name, longest=120)
    person.is_active = person.is_active if is_active is None else is_active
    if before["is_active"] and not person.is_active:
        _keep_an_owner(now, without_person=person.key)
    after = {"name": person.name, "is_active": person.is_active}
    if after != before:
        person.save(update_fields=["name", "is_active"])
        record(
            actor=actor,
            action="org.change_person",
            subject=person_id,
            before=before,
            after=after,
            now=now,
        )
    return person_infos([person], now=now)[0]


@transaction.atomic
def grant_role(*, actor: Actor, person_id: str, grant: RoleGrant, now: datetime) -> PersonInfo:
    """Give a person the actor manages a role over a unit; given again, it takes the new expiry.

    Raises: PersonNotFoundError, UnitNotFoundError, RightsExceededError, OrgInputError.
    """
    actor.require("org.manage")
    unit = grantable_unit(actor, grant, now)
    person_row(actor, person_id, now)
    person = _lock_person(person_id)
    _add_role(person, unit, grant, now)
    after = {
        "role": grant.role.value,
        "unit": grant.unit_id,
        "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
    }
    record(actor=actor, action="org.grant_role", subject=person_id, after=after, now=now)
    return person_infos([person], now=now, roots=visible_paths(actor, "org.manage"))[0]


@transaction.atomic
def revoke_role(*, actor: Actor, person_id: str, assignment_id: str, now: datetime) -> PersonInfo:
    """Take a role away. Raises: AssignmentNotFoundError, RightsExceededError, LastOwnerError."""
    person = _managed(actor, person_id, now)
    held = RoleAssignment.objects.select_related("unit").filter(person=person)
    row = next((found for found in held if str(found.id) == assignment_id), None)
    if row is None:
        raise AssignmentNotFoundError(ref=assignment_id)
    _keep_an_owner(now, without_assignment=row.key)
    before = {"role": row.role, "unit": row.unit.name}
    row.delete()
    record(actor=actor, action="org.revoke_role", subject=person_id, before=before, now=now)
    return person_infos([person], now=now)[0]


@transaction.atomic
def set_preferences(*, actor: Actor, preferences: PersonPreferences, now: datetime) -> PersonInfo:
    """Record how the acting person reads the console. Raises: OrgInputError."""
    if actor.kind is not ActorKind.PERSON:
        raise OrgInputError(field="actor", reason="only a person has preferences")
    person = _lock_person(actor.id)
    person.language = check_language(preferences.language)
    person.time_zone = check_zone(preferences.time_zone)
    person.theme = preferences.theme.value
    person.save(update_fields=["language", "time_zone", "theme"])
    return person_infos([person], now=now)[0]


def grantable_unit(actor: Actor, grant: RoleGrant, now: datetime) -> Unit:
    """Return the row of a unit over which the actor may give the role away.

    Raises: UnitNotFoundError, RightsExceededError, OrgInputError.
    """
    if grant.expires_at is not None and grant.expires_at <= now:
        raise OrgInputError(field="expires_at", reason="give a time to come")
    unit = unit_row(grant.unit_id, visible_paths(actor, "org.view"))
    wanted = ROLE_PERMISSIONS[grant.role] | {"org.manage"}
    if exceeded_permissions(actor, wanted, unit.path):
        raise RightsExceededError(role=grant.role.value, unit=unit.name)
    return unit


def require_rights_of(actor: Actor, person: Person) -> None:
    """Refuse to act on somebody who may do what the actor may not. Raises: RightsExceededError."""
    held = RoleAssignment.objects.select_related("unit").filter(person=person)
    for row in held:
        wanted = ROLE_PERMISSIONS[RoleCode(row.role)] | {"org.manage"}
        if exceeded_permissions(actor, wanted, row.unit.path):
            seen = may_over(actor, "org.view", row.unit.path)
            raise RightsExceededError(
                role=row.role, unit=row.unit.name if seen else "another part of the group"
            )


def _managed(actor: Actor, person_id: str, now: datetime) -> Person:
    actor.require("org.manage")
    person_row(actor, person_id, now)
    _lock_owners()
    person = _lock_person(person_id)
    require_rights_of(actor, person)
    return person


def _lock_person(person_id: str) -> Person:
    found = Person.objects.select_for_update().filter(id=ids.decode("per", person_id)).first()
    if found is None:
        raise PersonNotFoundError(ref=person_id)
    return found


def _lock_owners() -> None:
    """Two owners who leave at the same time must see each other go."""
    list(Unit.objects.select_for_update().filter(parent__isnull=True))


def _keep_an_owner(
    now: datetime, *, without_person: int | None = None, without_assignment: int | None = None
) -> None:
    if has_owner(now=now) and not has_owner(
        now=now, without_person=without_person, without_assignment=without_assignment
    ):
        raise LastOwnerError


def _add_role(person: Person, unit: Unit, grant: RoleGrant, now: datetime) -> None:
    RoleAssignment.objects.update_or_create(
        person=person,
        role=grant.role.value,
        unit=unit,
        defaults={"expires_at": grant.expires_at},
        create_defaults={"expires_at": grant.expires_at, "granted_at": now},
    )


def _id(person: Person) -> str:
    return ids.encode("per", person.id)
