"""Change the tree: names, currencies, details and parents."""

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Substr

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.actions.rows import lock_tree, new_place
from quanqu.know.org.contracts import (
    CodeTakenError,
    PlaceDraft,
    PlaceInfo,
    PlacesLocated,
    UnitInfo,
    UnitKind,
    UnitNotFoundError,
    WrongParentError,
)
from quanqu.know.org.models import Unit
from quanqu.know.org.publish import mark_places_dirty
from quanqu.know.org.queries.units import places_by_key, unit_info, unit_row
from quanqu.know.org.rights import visible_paths
from quanqu.know.org.rules import (
    check_code,
    check_currency,
    check_details,
    check_name,
    check_parent,
    has_moved,
    is_within,
)


@transaction.atomic
def change_unit(
    *,
    actor: Actor,
    unit_id: str,
    now: datetime,
    name: str | None = None,
    currency: str | None = None,
) -> UnitInfo:
    """Rename a unit or change its currency (the group's is what it reports in).

    Raises: UnitNotFoundError, NotAllowedError, OrgInputError.
    """
    lock_tree()
    row = _managed(actor, unit_id)
    before = {"name": row.name, "currency": row.currency}
    row.name = row.name if name is None else check_name(name)
    if currency is not None and row.kind != UnitKind.BRAND.value:
        row.currency = check_currency(currency)
    after = {"name": row.name, "currency": row.currency}
    if after != before:
        row.save(update_fields=["name", "currency"])
        record(
            actor=actor,
            action="org.change_unit",
            subject=unit_id,
            before=before,
            after=after,
            now=now,
        )
        mark_places_dirty()
    return unit_info(row)


@transaction.atomic
def change_place(*, actor: Actor, place_id: str, place: PlaceDraft, now: datetime) -> PlaceInfo:
    """Replace the name, code and details of a place. Facts recorded there stay as they were.

    Raises: UnitNotFoundError, NotAllowedError, OrgInputError, CodeTakenError.
    """
    details = check_details(place.details)
    lock_tree()
    unit = _managed(actor, place_id, UnitKind.PLACE)
    before = places_by_key(keys=[unit.key])[unit.key]
    taken = Unit.objects.filter(parent=unit.parent_id, code=place.code).exclude(key=unit.key)
    if taken.exists():
        raise CodeTakenError(unit_code=place.code, kind=UnitKind.PLACE.value)
    unit.code, unit.name = check_code(place.code), check_name(place.name)
    unit.currency = details.currency
    unit.save(update_fields=["code", "name", "currency"])
    new_place(unit, PlaceDraft(unit.code, unit.name, details)).save()
    after = places_by_key(keys=[unit.key])[unit.key]
    if after != before:
        record(
            actor=actor,
            action="org.change_place",
            subject=place_id,
            before=_shown(before),
            after=_shown(after),
            now=now,
        )
        mark_places_dirty()
        if has_moved(before, after):
            emit(PlacesLocated(place_keys=[after.key]), now=now)
    return after


@transaction.atomic
def move_unit(*, actor: Actor, unit_id: str, parent_id: str, now: datetime) -> UnitInfo:
    """Hang a unit, with everything below it, under another parent.

    Rights over it follow at once. A place does not change company: its facts carry the company.
    Raises: UnitNotFoundError, NotAllowedError, WrongParentError, CodeTakenError.
    """
    lock_tree()
    row, parent = _managed(actor, unit_id), _managed(actor, parent_id)
    check_parent(UnitKind(row.kind), UnitKind(parent.kind))
    if row.kind == UnitKind.PLACE.value and parent.key != row.parent_id:
        raise WrongParentError(kind="place with facts", parent_kind="different company")
    if Unit.objects.filter(parent=parent, code=row.code).exclude(key=row.key).exists():
        raise CodeTakenError(unit_code=row.code, kind=row.kind)
    before, old_path = row.parent_id, row.path
    new_path = f"{parent.path}{row.key}."
    if new_path != old_path:
        tail = Substr(F("path"), len(old_path) + 1)
        Unit.objects.filter(path__startswith=old_path).update(
            path=Concat(Value(new_path), tail, output_field=CharField())
        )
        Unit.objects.filter(key=row.key).update(parent=parent)
        record(
            actor=actor,
            action="org.move_unit",
            subject=unit_id,
            before={"parent_key": before},
            after={"parent_key": parent.key},
            now=now,
        )
        mark_places_dirty()
    return unit_info(Unit.objects.get(key=row.key))


def _managed(actor: Actor, unit_id: str, kind: UnitKind | None = None) -> Unit:
    actor.require("org.manage")
    row = unit_row(unit_id, visible_paths(actor, "org.view"))
    if kind is not None and row.kind != kind.value:
        raise UnitNotFoundError(ref=unit_id)
    roots = visible_paths(actor, "org.manage")
    if roots is not None and not is_within(row.path, roots):
        raise NotAllowedError(permission="org.manage")
    return row


def _shown(place: PlaceInfo) -> dict[str, str]:
    details = place.details
    return {
        "code": place.code,
        "name": place.name,
        "place_type": details.place_type.value,
        "channel": details.channel.value if details.channel else "",
        "currency": details.currency,
        "time_zone": details.time_zone,
        "country": details.country,
        "region": details.region,
        "city": details.city,
        "postcode": details.postcode,
        "latitude": str(details.latitude or ""),
        "longitude": str(details.longitude or ""),
        "is_simulated": str(details.is_simulated),
        "catchment_km": str(details.catchment_km or ""),
        "catchment_postcodes": " ".join(details.catchment_postcodes),
    }
