"""Reads of people and their roles, and the actor each of them is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant
from quanqu.kernel import ids
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.org.contracts import (
    ROLE_PERMISSIONS,
    AssignmentInfo,
    PersonFilters,
    PersonInfo,
    PersonNotFoundError,
    PersonPreferences,
    RoleCode,
    Theme,
    UnitKind,
)
from quanqu.know.org.models import Person, RoleAssignment, Unit
from quanqu.know.org.queries.units import ID_PREFIXES, companies_and_places
from quanqu.know.org.rights import unfold, visible_paths
from quanqu.know.org.rules import is_within


def actor_for_person(*, person_key: int, now: datetime) -> Actor | None:
    """Return who a person acts as; None when there is no such active person."""
    person = Person.objects.filter(key=person_key, is_active=True).first()
    if person is None:
        return None
    held = _valid(now).filter(person=person).select_related("unit")
    return Actor(
        ActorKind.PERSON,
        ids.encode("per", person.id),
        person.name,
        grants_over((RoleCode(row.role), row.unit) for row in held),
        language=person.language,
        time_zone=person.time_zone,
    )


def grants_over(held: Iterable[tuple[RoleCode, Unit]]) -> tuple[Grant, ...]:
    """Unfold roles over units to grants, with one read of the tree for all of them."""
    pairs = list(held)
    roots = [unit.path for _, unit in pairs if unit.kind != UnitKind.GROUP.value]
    units = companies_and_places(roots) if roots else []
    return tuple(
        Grant(ROLE_PERMISSIONS[role], unfold(unit.path, UnitKind(unit.kind), units), unit.path)
        for role, unit in pairs
    )


def list_people(
    *,
    actor: Actor,
    filters: PersonFilters,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[PersonInfo]:
    """Return a page of the people with a role at or below a unit the actor manages."""
    actor.require("org.manage")
    roots = visible_paths(actor, "org.manage")
    found = Person.objects.order_by("key")
    if roots is not None:
        found = found.filter(key__in=_people_below(roots, now))
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(email__istartswith=filters.text))
    if filters.is_active is not None:
        found = found.filter(is_active=filters.is_active)
    if cursor:
        found = found.filter(key__gt=decode_key(cursor))
    rows = list(found[: limit + 1])
    items = person_infos(rows[:limit], now=now, roots=roots)
    return Page(items, encode_cursor([items[-1].key]) if len(rows) > limit else None)


def get_person(*, actor: Actor, person_id: str, now: datetime) -> PersonInfo:
    """Return oneself, or a person the actor manages. Raises: PersonNotFoundError."""
    if person_id != actor.id:
        actor.require("org.manage")
    roots = None if person_id == actor.id else visible_paths(actor, "org.manage")
    return person_infos([person_row(actor, person_id, now)], now=now, roots=roots)[0]


def find_person_by_email(*, email: str, now: datetime) -> PersonInfo | None:
    """Return the person with that address, whatever its letter case; no rights are checked."""
    row = Person.objects.filter(email=email.strip().lower()).first()
    return person_infos([row], now=now)[0] if row else None


def get_person_by_email(*, email: str, now: datetime) -> PersonInfo:
    """Return the person with that address; no rights are checked. Raises: PersonNotFoundError."""
    found = find_person_by_email(email=email, now=now)
    if found is None:
        raise PersonNotFoundError(ref=email)
    return found


def person_row(actor: Actor, person_id: str, now: datetime) -> Person:
    """Return the row of oneself or of a person the actor manages. Raises: PersonNotFoundError."""
    row = Person.objects.filter(id=ids.decode("per", person_id)).first()
    if row is None:
        raise PersonNotFoundError(ref=person_id)
    if person_id == actor.id:
        return row
    roots = visible_paths(actor, "org.manage")
    if roots is not None:
        paths = _valid(now).filter(person=row).values_list("unit__path", flat=True)
        if not any(is_within(path, roots) for path in paths):
            raise PersonNotFoundError(ref=person_id)
    return row


def person_infos(
    rows: Collection[Person], *, now: datetime, roots: tuple[str, ...] | None = None
) -> tuple[PersonInfo, ...]:
    """Return people as contracts, with the roles at or below the roots that have not expired."""
    held = defaultdict(list)
    for row in _valid(now).filter(person__in=rows).select_related("unit").order_by("key"):
        if roots is None or is_within(row.unit.path, roots):
            held[row.person_id].append(assignment_info(row))
    return tuple(
        PersonInfo(
            key=row.key,
            id=ids.encode("per", row.id),
            email=row.email,
            name=row.name,
            is_active=row.is_active,
            preferences=PersonPreferences(row.language, row.time_zone, Theme(row.theme)),
            last_login_at=row.last_login,
            assignments=tuple(held[row.key]),
        )
        for row in rows
    )


def assignment_info(row: RoleAssignment) -> AssignmentInfo:
    """Return a role assignment as a contract."""
    kind = UnitKind(row.unit.kind)
    return AssignmentInfo(
        id=str(row.id),
        role=RoleCode(row.role),
        unit_id=ids.encode(ID_PREFIXES[kind], row.unit.id),
        unit_kind=kind,
        unit_name=row.unit.name,
        granted_at=row.granted_at,
        expires_at=row.expires_at,
    )


def has_owner(
    *, now: datetime, without_person: int | None = None, without_assignment: int | None = None
) -> bool:
    """Tell whether an active person owns the whole group, leaving one out if asked."""
    owners = _valid(now).filter(
        role=RoleCode.OWNER.value, unit__kind=UnitKind.GROUP.value, person__is_active=True
    )
    if without_assignment is not None:
        owners = owners.exclude(key=without_assignment)
    if without_person is not None:
        owners = owners.exclude(person=without_person)
    return owners.exists()


def _valid(now: datetime) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def _people_below(roots: Collection[str], now: datetime) -> QuerySet[RoleAssignment, Any]:
    condition = Q(pk__in=[])
    for root in roots:
        condition |= Q(unit__path__startswith=root)
    return _valid(now).filter(condition).values("person")
