"""Carriers, prices and offers as the API shows them."""

from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.sell.fulfilment.contracts import CarrierView, Offer, SurchargeKind, TariffView


def carrier(row: CarrierView, company_id: str) -> dict[str, Any]:
    """Return a carrier."""
    return {
        "id": encode("cac", row.id),
        "company": company_id,
        "code": row.code,
        "name": row.name,
        "carrier": row.carrier,
        "settings": dict(row.settings),
        "is_active": row.is_active,
        "has_secret": row.has_secret,
    }


def tariff(row: TariffView) -> dict[str, Any]:
    """Return a version of prices."""

    def amount(minor: int) -> str:
        return Money(minor, row.currency).amount

    table = row.table
    return {
        "id": encode("trv", row.id),
        "service": row.service,
        "name": row.name,
        "currency": row.currency,
        "valid_from": row.valid_from.isoformat(),
        "version": row.version,
        "divisor": table.divisor,
        "made_by": row.made_by,
        "made_at": format_time(row.made_at),
        "areas": [
            {
                "zone": one.zone,
                "country": one.country,
                "postcode": one.postcode,
                "region": one.region,
            }
            for one in table.areas
        ],
        "steps": [
            {"zone": one.zone, "up_to_g": one.up_to_g, "price": amount(one.price_minor)}
            for one in table.steps
        ],
        "terms": [
            {
                "zone": one.zone,
                "min_days": one.min_days,
                "max_days": one.max_days,
                "extra_g": one.extra_g,
                "extra_price": amount(one.extra_minor),
            }
            for one in table.terms
        ],
        "surcharges": [
            {
                "code": one.code,
                "kind": one.kind,
                "price": amount(one.amount) if one.kind is SurchargeKind.FLAT else None,
                "rate_points": one.amount if one.kind is SurchargeKind.RATE else None,
                "when": one.when,
                "zone": one.zone,
                "over_g": one.over_g,
            }
            for one in table.surcharges
        ],
    }


def offer(row: Offer) -> dict[str, Any]:
    """Return an offer."""
    return {
        "carrier": encode("cac", row.carrier_id),
        "carrier_name": row.carrier_name,
        "service": row.service,
        "service_name": row.service_name,
        "zone": row.zone,
        "billed_g": row.billed_g,
        "price": money_out(Money(row.price_minor, row.currency)),
        "parts": [
            {"code": code, "amount": money_out(Money(minor, row.currency))}
            for code, minor in row.parts
        ],
        "earliest_on": row.earliest_on.isoformat(),
        "latest_on": row.latest_on.isoformat(),
    }
