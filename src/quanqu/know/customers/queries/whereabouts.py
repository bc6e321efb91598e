"""The places of the group as far as they say where customers are, and one customer's own."""

from collections.abc import Iterable, Mapping
from typing import Any

from quanqu.infra.auth.contracts import Scope
from quanqu.know.customers.contracts import LocatedBy, Whereabouts
from quanqu.know.customers.rules.geography import Site, locate, own_point
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.know.org.facade import places_by_key


def read_sites(places: Mapping[int, PlaceInfo]) -> list[Site]:
    """Return places as the rule takes them."""
    return [_site(place) for place in places.values()]


def whereabouts_of(
    *,
    scope: Scope,
    stored: Iterable[Mapping[str, list[Any]]],
    postcode: str | None,
    country: str | None,
) -> Whereabouts:
    """Return which of the places in scope a customer is near to, as dim_customer has it.

    Shapes: `stored` are the traits of each identifier as [value, µs, source].
    """
    sites = read_sites(places_by_key())
    found = locate([own_point(stored)], [postcode], [country], sites)
    (how,), (nearest,) = found.located_by(), found.nearest_store.tolist()
    is_seen = nearest >= 0 and _sees(scope, nearest)
    return Whereabouts(
        located_by=LocatedBy(how) if how else None,
        nearest_store=nearest if is_seen else None,
        nearest_km=float(found.nearest_km[0]) if is_seen else None,
        catchments=tuple(key for key in found.serving.tolist() if _sees(scope, key)),
    )


def _sees(scope: Scope, place_key: int) -> bool:
    return scope.everything or place_key in scope.places


def _site(place: PlaceInfo) -> Site:
    details = place.details
    return Site(
        key=place.key,
        country=details.country,
        postcode=details.postcode,
        point=details.point,
        is_store=details.place_type is PlaceType.STORE,
        radius_km=None if details.catchment_km is None else float(details.catchment_km),
        areas=details.catchment_postcodes,
    )
