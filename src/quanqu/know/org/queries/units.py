"""Reads of the tree, as rows and as contracts."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel import ids
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.org.contracts import (
    ChannelCode,
    ChannelInfo,
    PlaceDetails,
    PlaceFilters,
    PlaceInfo,
    PlaceType,
    ScopeOption,
    TreeNode,
    UnitInfo,
    UnitKind,
    UnitNotFoundError,
)
from quanqu.know.org.models import Unit
from quanqu.know.org.rights import unfold, visible_paths
from quanqu.know.org.rules import build_tree, is_within, scope_lines
from quanqu.know.org.words import CHANNEL_NAMES

ID_PREFIXES = {
    UnitKind.GROUP: "grp",
    UnitKind.BRAND: "brd",
    UnitKind.COMPANY: "cmp",
    UnitKind.PLACE: "plc",
}
_KINDS = {prefix: kind for kind, prefix in ID_PREFIXES.items()}


def channels() -> tuple[ChannelInfo, ...]:
    """Return every channel with its name in the current language."""
    return tuple(ChannelInfo(code, str(CHANNEL_NAMES[code])) for code in ChannelCode)


def find_group() -> UnitInfo | None:
    """Return the root of the tree, or None before there is one."""
    row = Unit.objects.filter(kind=UnitKind.GROUP.value).first()
    return unit_info(row) if row else None


def reporting_currency() -> str | None:
    """Return the currency the group reports in (ISO 4217), or None before there is a group."""
    group = find_group()
    return group.currency if group else None


def get_unit(*, actor: Actor, unit_id: str) -> UnitInfo:
    """Return a unit the actor may see. Raises: UnitNotFoundError, MalformedIdError."""
    actor.require("org.view")
    return unit_info(unit_row(unit_id, visible_paths(actor, "org.view")))


def find_unit(*, ref: str) -> UnitInfo:
    """Return the unit an operator names: by id, `group`, a brand's or company's code, or
    `company/place`. No rights are checked here. Raises: UnitNotFoundError.
    """
    if ref.partition("_")[0] in _KINDS and len(ref) > len("cmp_"):
        return unit_info(unit_row(ref, None))
    above, _, code = ref.rpartition("/")
    if above:
        found = Unit.objects.filter(kind=UnitKind.PLACE.value, code=code, parent__code=above)
    elif ref == UnitKind.GROUP.value:
        found = Unit.objects.filter(kind=UnitKind.GROUP.value)
    else:
        found = Unit.objects.filter(
            kind__in=[UnitKind.COMPANY.value, UnitKind.BRAND.value], code=ref
        ).order_by("-kind")
    row = found.first()
    if row is None:
        raise UnitNotFoundError(ref=ref)
    return unit_info(row)


def get_tree(*, actor: Actor) -> tuple[TreeNode, ...]:
    """Return the parts of the tree the actor may see, each from its topmost unit down."""
    actor.require("org.view")
    units = list(units_below(visible_paths(actor, "org.view")))
    places = _place_infos([unit.key for unit in units if unit.kind == UnitKind.PLACE.value])
    return build_tree([unit_info(unit) for unit in units], places)


def scope_options(*, actor: Actor, permission: str = "org.view") -> tuple[ScopeOption, ...]:
    """Return the units the actor may look at as a whole, top down, for the scope switcher."""
    units = list(units_below(visible_paths(actor, permission)))
    places = _place_infos([unit.key for unit in units if unit.kind == UnitKind.PLACE.value])
    return scope_lines(build_tree([unit_info(unit) for unit in units], places))


def resolve_scope(*, actor: Actor, permission: str, unit_id: str | None = None) -> Scope:
    """Return where the permission holds, inside the unit if one is given; never wider.

    Raises: NotAllowedError without the permission anywhere; UnitNotFoundError for a unit that
    is not there or holds nothing the actor may see.
    """
    actor.require(permission)
    allowed = actor.scope(permission)
    if unit_id is None:
        return allowed
    row = unit_row(unit_id, None)
    inside = unfold(row.path, UnitKind(row.kind), companies_and_places((row.path,)))
    if inside.everything:
        return allowed
    if not allowed.everything:
        inside = Scope(
            places=inside.places & allowed.places, companies=inside.companies & allowed.companies
        )
        # A place brings its company along, and that alone must not tell that the place is there.
        if not inside.places and (row.kind == UnitKind.PLACE.value or not inside.companies):
            raise UnitNotFoundError(ref=unit_id)
    return inside


def list_places(
    *, actor: Actor, filters: PlaceFilters, cursor: str | None = None, limit: int = 50
) -> Page[PlaceInfo]:
    """Return a page of the places the actor may see, in the order they were made.

    Raises: UnitNotFoundError for a unit to look in that is not there or holds none of them.
    """
    actor.require("org.view")
    roots = visible_paths(actor, "org.view")
    found = units_below(roots).filter(kind=UnitKind.PLACE.value)
    if filters.unit_id:
        found = _places_in(found, filters.unit_id, roots)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(code__istartswith=filters.text))
    if filters.place_type:
        found = found.filter(place__place_type=filters.place_type.value)
    if filters.channel:
        found = found.filter(place__channel=filters.channel.value)
    if cursor:
        found = found.filter(key__gt=decode_key(cursor))
    rows = list(found.order_by("key")[: limit + 1])
    infos = _place_infos([row.key for row in rows[:limit]])
    items = tuple(infos[row.key] for row in rows[:limit])
    return Page(items, encode_cursor([items[-1].key]) if len(rows) > limit else None)


def get_place(*, actor: Actor, place_id: str) -> PlaceInfo:
    """Return a place the actor may see. Raises: UnitNotFoundError, MalformedIdError."""
    actor.require("org.view")
    ids.decode("plc", place_id)
    row = unit_row(place_id, visible_paths(actor, "org.view"))
    return _place_infos([row.key])[row.key]


def places_by_key(*, keys: Collection[int] | None = None) -> dict[int, PlaceInfo]:
    """Return places by key, all of them or those asked for; no rights are checked here."""
    return _place_infos(keys)


def companies_by_key(*, keys: Collection[int] | None = None) -> dict[int, UnitInfo]:
    """Return companies by key, all of them or those asked for; no rights are checked here."""
    found = Unit.objects.filter(kind=UnitKind.COMPANY.value)
    rows = found if keys is None else found.filter(key__in=list(keys))
    return {row.key: unit_info(row) for row in rows}


def unit_info(row: Unit) -> UnitInfo:
    """Return a unit's row as a contract."""
    kind = UnitKind(row.kind)
    outside = ids.encode(ID_PREFIXES[kind], row.id)
    return UnitInfo(
        row.key, outside, kind, row.code, row.name, row.parent_id, row.path, row.currency
    )


def unit_row(unit_id: str, roots: tuple[str, ...] | None) -> Unit:
    """Return the row of an outside id at or below one of the roots. Raises: UnitNotFoundError."""
    prefix = unit_id.partition("_")[0]
    if prefix not in _KINDS:
        raise ids.MalformedIdError(text=unit_id, kind="unit")
    row = Unit.objects.filter(id=ids.decode(prefix, unit_id), kind=_KINDS[prefix].value).first()
    if row is None or (roots is not None and not is_within(row.path, roots)):
        raise UnitNotFoundError(ref=unit_id)
    return row


def companies_and_places(roots: Iterable[str]) -> list[UnitInfo]:
    """Return the companies and places at or below any of the paths."""
    levels = (UnitKind.COMPANY.value, UnitKind.PLACE.value)
    return [unit_info(row) for row in units_below(tuple(roots)).filter(kind__in=levels)]


def units_below(roots: tuple[str, ...] | None) -> QuerySet[Unit]:
    """Return the units at or below any of the paths; None means all."""
    if roots is None:
        return Unit.objects.all()
    if not roots:
        return Unit.objects.none()
    return Unit.objects.filter(reduce(or_, (Q(path__startswith=root) for root in roots)))


def _places_in(
    found: QuerySet[Unit], unit_id: str, roots: tuple[str, ...] | None
) -> QuerySet[Unit]:
    row = unit_row(unit_id, None)
    inside = found.filter(path__startswith=row.path)
    if roots is not None and not is_within(row.path, roots) and not inside.exists():
        raise UnitNotFoundError(ref=unit_id)
    return inside


def _place_infos(keys: Collection[int] | None) -> dict[int, PlaceInfo]:
    """Return places by key, as one question: every door asks it; None means all."""
    wanted = None if keys is None else list(keys)
    if wanted == []:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"keys": wanted})
        return {row[0]: _place_info(*row) for row in cursor.fetchall()}


_PLACES: Final = """
SELECT u.key, u.id, u.code, u.name, c.key, c.id, c.code, c.name, b.key, b.name,
       u.currency, p.place_type, p.time_zone, p.channel, p.country, p.region, p.city, p.postcode,
       p.latitude, p.longitude, p.is_simulated, p.catchment_km, p.catchment_postcodes
FROM org_unit u
JOIN org_place p ON p.key = u.key
JOIN org_unit c ON c.key = u.parent_key
LEFT JOIN org_unit b ON b.key = c.parent_key AND b.kind = 'brand'
WHERE u.kind = 'place' AND (%(keys)s::int[] IS NULL OR u.key = ANY(%(keys)s::int[]))
ORDER BY u.path
"""


def _place_info(
    key: int,
    outside: UUID,
    code: str,
    name: str,
    company_key: int,
    company_id: UUID,
    company_code: str,
    company_name: str,
    brand_key: int | None,
    brand_name: str | None,
    *details: Any,
) -> PlaceInfo:
    return PlaceInfo(
        key=key,
        id=ids.encode("plc", outside),
        code=code,
        name=name,
        company_key=company_key,
        company_id=ids.encode("cmp", company_id),
        company_code=company_code,
        company_name=company_name,
        brand_key=brand_key,
        brand_name=brand_name or "",
        details=_details(*details),
    )


def _details(
    currency: str, place_type: str, time_zone: str, channel: str, *of_address: Any
) -> PlaceDetails:
    country, region, city, postcode, *of_map = of_address
    latitude, longitude, is_simulated, catchment_km, catchment_postcodes = of_map
    return PlaceDetails(
        place_type=PlaceType(place_type),
        currency=currency,
        time_zone=time_zone,
        channel=ChannelCode(channel) if channel else None,
        country=country,
        region=region,
        city=city,
        postcode=postcode,
        latitude=latitude,
        longitude=longitude,
        is_simulated=is_simulated,
        catchment_km=catchment_km,
        catchment_postcodes=tuple(catchment_postcodes),
    )
