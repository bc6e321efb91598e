"""Contracts of the organisation as the API shows them."""

from dataclasses import asdict

from quanqu.know.org.api.schemas import (
    ApiKeyOut,
    PersonOut,
    PlaceFields,
    PlaceOut,
    RateFields,
    TreeOut,
    UnitOut,
)
from quanqu.know.org.contracts import (
    ApiKeyInfo,
    PersonInfo,
    PlaceDetails,
    PlaceDraft,
    PlaceInfo,
    Rate,
    TreeNode,
    UnitInfo,
)


def person_out(person: PersonInfo) -> PersonOut:
    """Show a person."""
    return PersonOut.model_validate(asdict(person))


def unit_out(unit: UnitInfo) -> UnitOut:
    """Show a unit without its inner keys."""
    return UnitOut.model_validate(asdict(unit))


def tree_out(node: TreeNode) -> TreeOut:
    """Show a node and what is below it."""
    return TreeOut(unit=unit_out(node.unit), children=[tree_out(child) for child in node.children])


def place_out(place: PlaceInfo) -> PlaceOut:
    """Show a place."""
    return PlaceOut.model_validate(asdict(place) | asdict(place.details))


def key_out(key: ApiKeyInfo) -> ApiKeyOut:
    """Show an API key."""
    return ApiKeyOut.model_validate(asdict(key))


def rate_out(rate: Rate) -> RateFields:
    """Show an exchange rate."""
    return RateFields.model_validate(asdict(rate))


def place_draft(given: PlaceFields) -> PlaceDraft:
    """Read a place."""
    details = PlaceDetails(
        place_type=given.place_type,
        currency=given.currency,
        time_zone=given.time_zone,
        channel=given.channel,
        country=given.country,
        region=given.region,
        city=given.city,
        postcode=given.postcode,
        latitude=given.latitude,
        longitude=given.longitude,
        is_simulated=given.is_simulated,
        catchment_km=given.catchment_km,
        catchment_postcodes=tuple(given.catchment_postcodes),
    )
    return PlaceDraft(given.code, given.name, details)
