"""The catchment of a place, and which changes of places concern where people are."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from quanqu.kernel.geo import normal_postcode
from quanqu.know.org.contracts import (
    LONGEST_POSTCODE,
    MOST_POSTCODES,
    WIDEST_CATCHMENT_KM,
    OrgInputError,
    PlaceDetails,
    PlaceDraft,
    PlaceInfo,
)

_NARROWEST_KM: Final = Decimal("0.01")
_LOCATING: Final = (
    "place_type", "country", "postcode", "latitude", "longitude", "catchment_km",
    "catchment_postcodes",
)  # fmt: skip


def check_catchment(details: PlaceDetails) -> PlaceDetails:
    """Return the details with the catchment in its one form. Raises: OrgInputError."""
    radius = details.catchment_km
    if radius is not None:
        if not (radius.is_finite() and _NARROWEST_KM <= radius <= WIDEST_CATCHMENT_KM):
            reason = f"give {_NARROWEST_KM} to {WIDEST_CATCHMENT_KM} kilometres"
            raise OrgInputError(field="catchment_km", reason=reason)
        if details.point is None:
            reason = "a radius needs the latitude and longitude of the place"
            raise OrgInputError(field="catchment_km", reason=reason)
    return replace(details, catchment_postcodes=_areas(details.catchment_postcodes))


def has_moved(before: PlaceInfo, after: PlaceInfo) -> bool:
    """Tell whether people may be found elsewhere, or in other catchments, after a change."""
    return any(getattr(before.details, name) != getattr(after.details, name) for name in _LOCATING)


def is_located(draft: PlaceDraft) -> bool:
    """Tell whether a new place says anything of where people are."""
    return draft.details.point is not None or draft.details.has_catchment


def _areas(given: Sequence[str]) -> tuple[str, ...]:
    areas = sorted({normal_postcode(one) for one in given})
    if len(areas) > MOST_POSTCODES:
        reason = f"give at most {MOST_POSTCODES} beginnings of postcodes"
        raise OrgInputError(field="catchment_postcodes", reason=reason)
    if any(not 0 < len(one) <= LONGEST_POSTCODE for one in areas):
        reason = f"a beginning of a postcode has 1 to {LONGEST_POSTCODE} letters and digits"
        raise OrgInputError(field="catchment_postcodes", reason=reason)
    return tuple(areas)
