"""Price parcels by tables of zones, weights and surcharges. Source: docs/rules/fulfilment.md."""

from bisect import bisect_left
from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from quanqu.kernel.geo import normal_postcode
from quanqu.kernel.text import normal_text
from quanqu.sell.fulfilment.contracts import (
    ANYWHERE,
    Destination,
    Measures,
    Offer,
    QuoteAsk,
    Step,
    Surcharge,
    SurchargeKind,
    SurchargeWhen,
    TariffView,
    ZoneTerms,
)
from quanqu.sell.fulfilment.ports import CarrierAccess

__all__ = ["PriceBook", "billed_g"]

_POINTS: Final = 10_000


def billed_g(measures: Measures, divisor: int) -> int:
    """Return the weight that is paid for: the scales', or the volume's where that is more.

    Cubic millimetres / divisor are grams when `divisor` cubic centimetres weigh a kilogram; begun
    grams count.
    """
    if divisor == 0:
        return measures.weight_g
    volume = measures.length_mm * measures.width_mm * measures.height_mm
    return max(measures.weight_g, -(-volume // divisor))


class PriceBook:
    """A version of a service's prices, made ready for many parcels."""

    def __init__(self, access: CarrierAccess, tariff: TariffView) -> None:
        self._access = access
        self._tariff = tariff
        table = tariff.table
        self._by_postcode = {(one.country, one.postcode): one.zone for one in table.areas
                             if one.postcode}  # fmt: skip
        self._by_region = {(one.country, normal_text(one.region).lower()): one.zone
                           for one in table.areas if not one.postcode}  # fmt: skip
        self._longest = max((len(postcode) for _, postcode in self._by_postcode), default=0)
        self._terms = {one.zone: one for one in table.terms}
        steps: dict[str, list[Step]] = defaultdict(list)
        for one in sorted(table.steps, key=lambda step: step.up_to_g):
            steps[one.zone].append(one)
        self._steps = dict(steps)

    def zone_of(self, to: Destination) -> str | None:
        """Return the zone of a destination: of the longest beginning of its postcode, else of its
        region, else of its country, else of anywhere; None where the service does not go."""
        postcode = normal_postcode(to.postcode)
        for length in range(min(len(postcode), self._longest), 0, -1):
            found = self._by_postcode.get((to.country, postcode[:length]))
            if found is not None:
                return found
        region = normal_text(to.region).lower()
        for country, part in ((to.country, region), (to.country, ""), (ANYWHERE, "")):
            found = self._by_region.get((country, part))
            if found is not None:
                return found
        return None

    def offer(self, asked: QuoteAsk, *, today: date) -> Offer | None:
        """Return what a parcel handed over today costs; None where the service does not take it."""
        zone = self.zone_of(asked.to)
        if zone is None:
            return None
        weight = billed_g(asked.measures, self._tariff.table.divisor)
        base = self._by_weight(zone, weight)
        if base is None:
            return None
        parts = [("carriage", base)]
        parts += [
            (one.code, _reckoned(one, base))
            for one in self._tariff.table.surcharges
            if _applies(one, zone, weight, asked)
        ]
        terms = self._terms[zone]
        return Offer(
            carrier_id=self._access.id,
            carrier_name=self._access.name,
            service=self._tariff.service,
            service_name=self._tariff.name,
            zone=zone,
            billed_g=weight,
            price_minor=sum(amount for _, amount in parts),
            currency=self._tariff.currency,
            parts=tuple(parts),
            earliest_on=today + timedelta(days=terms.min_days),
            latest_on=today + timedelta(days=terms.max_days),
        )

    def _by_weight(self, zone: str, weight: int) -> int | None:
        steps = self._steps[zone]
        at = bisect_left(steps, weight, key=lambda step: step.up_to_g)
        if at < len(steps):
            return steps[at].price_minor
        terms: ZoneTerms = self._terms[zone]
        if not terms.extra_g:
            return None
        begun = -(-(weight - steps[-1].up_to_g) // terms.extra_g)
        return steps[-1].price_minor + begun * terms.extra_minor


def _applies(one: Surcharge, zone: str, weight: int, asked: QuoteAsk) -> bool:
    if one.when is SurchargeWhen.ZONE:
        return one.zone == zone
    if one.when is SurchargeWhen.OVER_WEIGHT:
        return weight > one.over_g
    return one.when is SurchargeWhen.ALWAYS or asked.is_cash_collected


def _reckoned(one: Surcharge, base: int) -> int:
    """Return a surcharge; half a minor unit counts as a whole one."""
    if one.kind is SurchargeKind.FLAT:
        return one.amount
    return (base * one.amount * 2 + _POINTS) // (2 * _POINTS)
