"""Grow the tree: imports name what must be there, and get it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit_many
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.actions.rows import lock_tree, new_place, new_unit, next_keys
from quanqu.know.org.contracts import (
    CodeTakenError,
    GroupMissingError,
    PlaceDraft,
    PlaceInfo,
    PlacesLocated,
    UnitInfo,
    UnitKind,
    UnitNotFoundError,
)
from quanqu.know.org.models import Place, Unit
from quanqu.know.org.publish import mark_places_dirty
from quanqu.know.org.queries.units import places_by_key, unit_info
from quanqu.know.org.rights import may_over
from quanqu.know.org.rules import (
    check_code,
    check_details,
    check_name,
    check_parent,
    is_located,
)

_GROW = ("org.manage", "imports.run")


@transaction.atomic
def ensure_group(
    *, actor: Actor, name: str, currency: str, now: datetime, code: str = "group"
) -> UnitInfo:
    """Return the root of the tree, made on first call. Units: `currency` is what it reports in."""
    _require_some(actor)
    found = Unit.objects.filter(kind=UnitKind.GROUP.value).first()
    if found:
        return unit_info(found)
    actor.require("org.manage")
    lock_tree()
    found = Unit.objects.filter(kind=UnitKind.GROUP.value).first()
    if found:
        return unit_info(found)
    return _add(actor, UnitKind.GROUP, None, (code, name, currency), now)


@transaction.atomic
def ensure_brand(*, actor: Actor, code: str, name: str, now: datetime) -> UnitInfo:
    """Return the brand of that code, made below the group on first call.

    Raises: GroupMissingError, NotAllowedError, OrgInputError.
    """
    _require_some(actor)
    found = Unit.objects.filter(kind=UnitKind.BRAND.value, code=code).first()
    if found:
        return unit_info(found)
    lock_tree()
    return _ensure(actor, UnitKind.BRAND, _group(), (code, name, ""), now)


@transaction.atomic
def ensure_company(
    *,
    actor: Actor,
    code: str,
    name: str,
    currency: str,
    now: datetime,
    brand_code: str | None = None,
) -> UnitInfo:
    """Return the company of that code, made on first call below its brand, else the group.

    A first company without a group makes a group of the same name and currency.
    Raises: UnitNotFoundError (no such brand), NotAllowedError, OrgInputError.
    """
    _require_some(actor)
    found = Unit.objects.filter(kind=UnitKind.COMPANY.value, code=code).first()
    if found:
        return unit_info(found)
    ensure_group(actor=actor, name=name, currency=currency, now=now)
    lock_tree()
    return _ensure(
        actor, UnitKind.COMPANY, _brand_or_group(brand_code), (code, name, currency), now
    )


def ensure_place(*, actor: Actor, company_key: int, place: PlaceDraft, now: datetime) -> PlaceInfo:
    """Return the place of that code in the company, made on first call; see ensure_places."""
    made = ensure_places(actor=actor, company_key=company_key, places=[place], now=now)
    return made[place.code]


@transaction.atomic
def ensure_places(
    *, actor: Actor, company_key: int, places: Sequence[PlaceDraft], now: datetime
) -> dict[str, PlaceInfo]:
    """Return places by code, adding those the company lacks; those there stay as they are.

    Raises: UnitNotFoundError (no such company), NotAllowedError, OrgInputError.
    """
    _require_some(actor)
    wanted = {check_code(place.code): place for place in places}
    if len(wanted) < len(places):
        raise CodeTakenError(unit_code="given twice", kind=UnitKind.PLACE.value)
    company = Unit.objects.filter(key=company_key, kind=UnitKind.COMPANY.value).first()
    if company is None:
        raise UnitNotFoundError(ref=company_key)
    there = _codes_below(company)
    if wanted.keys() - there.keys():
        _require_over(actor, company)
        lock_tree()
        company.refresh_from_db()
        there = _codes_below(company)
        missing = [wanted[code] for code in wanted if code not in there]
        there |= _add_places(actor, company, missing, now)
    infos = places_by_key(keys=[there[code] for code in wanted])
    return {info.code: info for info in infos.values()}


def _ensure(
    actor: Actor,
    kind: UnitKind,
    parent: Unit,
    fields: tuple[str, str, str],
    now: datetime,
) -> UnitInfo:
    _require_over(actor, parent)
    found = Unit.objects.filter(kind=kind.value, code=fields[0]).first()
    return unit_info(found) if found else _add(actor, kind, parent, fields, now)


def _add(
    actor: Actor,
    kind: UnitKind,
    parent: Unit | None,
    fields: tuple[str, str, str],
    now: datetime,
) -> UnitInfo:
    code, name, currency = fields
    row = new_unit(kind, parent, fields, next_keys(1)[0], now)
    if parent is not None:
        check_parent(kind, UnitKind(parent.kind))
        if Unit.objects.filter(parent=parent, code=code).exists():
            raise CodeTakenError(unit_code=code, kind=kind.value)
    row.save(force_insert=True)
    made = unit_info(row)
    after = {"code": code, "name": name, "kind": kind.value, "currency": currency}
    record(actor=actor, action="org.add_unit", subject=made.id, after=after, now=now)
    return made


def _add_places(
    actor: Actor, company: Unit, drafts: Sequence[PlaceDraft], now: datetime
) -> dict[str, int]:
    checked = [
        PlaceDraft(draft.code, check_name(draft.name), check_details(draft.details))
        for draft in drafts
    ]
    keys = next_keys(len(checked))
    units = [
        new_unit(
            UnitKind.PLACE, company, (draft.code, draft.name, draft.details.currency), key, now
        )
        for draft, key in zip(checked, keys, strict=True)
    ]
    Unit.objects.bulk_create(units)
    Place.objects.bulk_create(
        new_place(unit, draft) for unit, draft in zip(units, checked, strict=True)
    )
    if units:
        record(
            actor=actor,
            action="org.add_places",
            subject=unit_info(company).id,
            after={"codes": [unit.code for unit in units]},
            now=now,
        )
        mark_places_dirty()
        located = [
            unit.key for unit, draft in zip(units, checked, strict=True) if is_located(draft)
        ]
        emit_many([PlacesLocated(place_keys=located)] if located else [], now=now)
    return {unit.code: unit.key for unit in units}


def _require_some(actor: Actor) -> None:
    """Whoever may neither build nor import anywhere learns no keys here."""
    if not any(actor.can(permission) for permission in _GROW):
        raise NotAllowedError(permission="org.manage")


def _require_over(actor: Actor, parent: Unit) -> None:
    if not any(may_over(actor, permission, parent.path) for permission in _GROW):
        raise NotAllowedError(permission="org.manage")


def _group() -> Unit:
    row = Unit.objects.filter(kind=UnitKind.GROUP.value).first()
    if row is None:
        raise GroupMissingError
    return row


def _brand_or_group(brand_code: str | None) -> Unit:
    if brand_code is None:
        return _group()
    row = Unit.objects.filter(kind=UnitKind.BRAND.value, code=brand_code).first()
    if row is None:
        raise UnitNotFoundError(ref=brand_code)
    return row


def _codes_below(company: Unit) -> dict[str, int]:
    return dict(Unit.objects.filter(parent=company).values_list("code", "key"))
