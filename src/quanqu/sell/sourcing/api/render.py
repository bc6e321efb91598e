"""Contracts as the API shows them: places, items and companies by their outside names."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo, UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.sourcing import facade
from quanqu.sell.sourcing.contracts import (
    Decision,
    DecisionRow,
    Nearby,
    NearbyPlace,
    Parcel,
    Promise,
    ShadowSummary,
    ShippedLine,
    VersionInfo,
)

Places = Mapping[int, PlaceInfo]
Labels = Mapping[int, VariantLabel]


def promise(found: Promise, company: UnitInfo) -> dict[str, Any]:
    """Return a promise."""
    parcels, lines = found.delivery, found.unfilled
    keys = {one.place_key for one in parcels} | {one.place_key for one in found.pickup}
    places, labels = places_by_key(keys=keys), _labels(parcels, lines)
    return {
        "delivery": [_parcel(one, places, labels, company.currency) for one in parcels],
        "arrives_at": format_time(found.arrives_at) if found.arrives_at else None,
        "unfilled": _items(lines, labels),
        "unfillable": found.unfillable,
        "pickup": [
            {
                "place": places[one.place_key].id,
                "ready_at": format_time(one.ready_at),
                "km": one.km,
            }
            for one in found.pickup
        ],
        "strategy": found.strategy,
        "profile_number": found.profile_number,
        "gap": found.gap,
    }


def nearby(found: Nearby) -> dict[str, Any]:
    """Return where goods can be fetched."""
    places = places_by_key(keys={one.place_key for one in found.places})
    labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
    skus = [labels[line.variant_key].sku for line in found.lines]
    return {
        "with_all": found.with_all,
        "today": found.today,
        "places": [_nearby_place(one, places[one.place_key], skus) for one in found.places],
    }


def _nearby_place(one: NearbyPlace, place: PlaceInfo, skus: Sequence[str]) -> dict[str, Any]:
    there = one.ready_at.astimezone(ZoneInfo(place.time_zone))
    return {
        "place": place.id,
        "name": place.name,
        "city": place.details.city,
        "km": one.km,
        "has_all": one.has_all,
        "items": [
            {"sku": sku, "available": units} for sku, units in zip(skus, one.available, strict=True)
        ],
        "ready_at": format_time(one.ready_at),
        "ready_there": there.strftime("%Y-%m-%dT%H:%M"),
        "time_zone": place.time_zone,
        "is_today": one.is_today,
    }


def version(found: VersionInfo, company: UnitInfo, language: str) -> dict[str, Any]:
    """Return a version of a profile."""
    return {
        "id": encode("spf", found.id),
        "company": company.id,
        "channel": found.channel,
        "number": found.number,
        "note": found.note,
        "profile": facade.profile_body(profile=found.profile),
        "sentences": list(
            facade.profile_sentences(
                profile=found.profile, language=language, currency=company.currency
            )
        ),
        "made_by": found.made_by,
        "made_at": format_time(found.made_at),
        "is_active": found.is_active,
        "is_shadow": found.is_shadow,
        "is_former": found.is_former,
    }


def differences(found: ShadowSummary, company: UnitInfo) -> dict[str, Any]:
    """Return a summary of what two versions decided."""
    return {
        "decisions": found.decisions,
        "same": found.same,
        "unfilled": found.unfilled,
        "shadow_unfilled": found.shadow_unfilled,
        "parcels": found.parcels,
        "shadow_parcels": found.shadow_parcels,
        "cost": money_out(Money(found.cost_minor, company.currency)),
        "shadow_cost": money_out(Money(found.shadow_cost_minor, company.currency)),
        "km": found.km,
        "shadow_km": found.shadow_km,
    }


def row(found: DecisionRow, companies: Mapping[int, UnitInfo], places: Places) -> dict[str, Any]:
    """Return a line of the list of decisions."""
    return {
        "id": encode("srq", found.request_id),
        "revision": found.revision,
        "company": companies[found.company_key].id,
        "channel": found.channel,
        "owner": found.owner,
        "places": [places[key].id for key in found.place_keys],
        "is_filled": found.is_filled,
        "strategy": found.strategy,
        "profile_number": found.profile_number,
        "gap": found.gap,
        "cause": found.cause,
        "decided_at": format_time(found.decided_at),
    }


def decision(found: Decision) -> dict[str, Any]:
    """Return a decision with its reasons."""
    company = companies_by_key(keys=[found.company_key])[found.company_key]
    places = places_by_key()
    rejected = tuple(ShippedLine(item, 1) for one in found.rejections for item in one.lines)
    labels = _labels(found.parcels, (*found.unfilled, *rejected))
    return {
        "id": encode("srq", found.request_id),
        "revision": found.revision,
        "company": company.id,
        "channel": found.channel,
        "owner": found.owner,
        "parcels": [_parcel(one, places, labels, company.currency) for one in found.parcels],
        "unfilled": _items(found.unfilled, labels),
        "unfillable": found.unfillable,
        "strategy": found.strategy,
        "profile": encode("spf", found.profile_id) if found.profile_id else None,
        "profile_number": found.profile_number,
        "criteria": list(found.criteria),
        "score": list(found.score),
        "bound": list(found.bound),
        "gap": found.gap,
        "tries": found.tries,
        "digest": found.digest,
        "cause": found.cause,
        "decided_at": format_time(found.decided_at),
        "rejections": [
            {
                "place": places[one.place_key].id,
                "reason": one.reason,
                "skus": [_sku(item, labels) for item in one.lines],
                "criterion": one.criterion,
                "by": one.by,
            }
            for one in found.rejections
        ],
        "shadows": [
            {
                "profile": encode("spf", one.profile_id),
                "number": one.number,
                "strategy": one.strategy,
                "places": [places[key].id for key, _ in one.parcels],
                "cost": money_out(Money(one.cost_minor, company.currency)),
                "km": one.km,
                "is_same": one.is_same,
            }
            for one in found.shadows
        ],
    }


def _parcel(one: Parcel, places: Places, labels: Labels, currency: str) -> dict[str, Any]:
    return {
        "place": places[one.place_key].id,
        "lines": _items(one.lines, labels),
        "km": one.km,
        "cost": money_out(Money(one.cost_minor, currency)),
        "leaves_at": format_time(one.leaves_at),
        "arrives_at": format_time(one.arrives_at),
        "hold": str(one.hold_id) if one.hold_id else None,
    }


def _items(lines: Sequence[ShippedLine], labels: Labels) -> list[dict[str, Any]]:
    return [
        {
            "sku": _sku(line.variant_key, labels),
            "name": labels[line.variant_key].name if line.variant_key in labels else "",
            "quantity": line.quantity,
        }
        for line in lines
    ]


def _sku(item: int, labels: Labels) -> str:
    return labels[item].sku if item in labels else ""


def _labels(parcels: Sequence[Parcel], lines: Sequence[ShippedLine]) -> Labels:
    items = {line.variant_key for one in parcels for line in one.lines}
    return variant_labels(variant_keys=items | {line.variant_key for line in lines})
