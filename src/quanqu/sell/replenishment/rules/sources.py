"""Where wanted goods come from: another place that has more than it needs, or a supplier.

Source: docs/rules/replenishment.md#sources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quanqu.sell.supply.contracts import BuyingTerms

__all__ = ["Need", "Spare", "by_item", "lead_of", "share_out", "terms_for"]

_ENOUGH_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Need:
    """An item wanted at a place. Units: sale units; `shortage` below its reorder point."""

    number: int
    place_key: int
    variant_key: int
    units: int
    shortage: int


@dataclass(frozen=True, slots=True)
class Spare:
    """What a place can give of an item: above its own target, and promised to nobody."""

    place_key: int
    variant_key: int
    units: int


def share_out(needs: Sequence[Need], spares: Sequence[Spare]) -> dict[int, int]:
    """Return which place gives to which need, by its number; needs nobody can fill are left out.

    One place fills a need whole.  The needs furthest below their reorder point are served first, by
    the place that has most to give then (the lower key among equals), so that few transfers do.
    """
    left: dict[int, dict[int, int]] = {}
    for spare in spares:
        if spare.units > 0:
            left.setdefault(spare.variant_key, {})[spare.place_key] = spare.units
    given: dict[int, int] = {}
    for need in sorted(needs, key=lambda one: (-one.shortage, one.place_key, one.variant_key)):
        places = left.get(need.variant_key, {})
        able = [
            (units, -place)
            for place, units in places.items()
            if place != need.place_key and units >= need.units
        ]
        if able:
            place = -max(able)[1]
            given[need.number] = place
            places[place] -= need.units
    return given


def terms_for(
    offers: Sequence[BuyingTerms], *, preferred: str, currency: str
) -> BuyingTerms | None:
    """Return whose terms count: the preferred supplier's, else the cheapest in the company's
    currency, then of the others by the shorter lead time; None where nobody sells the item."""
    for offer in offers:
        if offer.supplier_id == preferred:
            return offer
    return min(
        offers,
        key=lambda one: (
            one.currency != currency,
            one.cost_minor if one.currency == currency else 0,
            lead_of(one)[0],
            one.supplier_id,
        ),
        default=None,
    )


def lead_of(terms: BuyingTerms) -> tuple[int, float, int]:
    """Return lead time and its standard deviation in days, and on how many lines they rest.

    What was delivered counts from 5 lines on, its mean rounded up to whole days; before, what was
    agreed, which does not vary.
    """
    if terms.delivered_lines < _ENOUGH_LINES or terms.mean_days is None:
        return terms.agreed_days, 0.0, 0
    days = max(-int(-terms.mean_days // 1), 0)
    return days, terms.deviation_days or 0.0, terms.delivered_lines


def by_item(terms: Sequence[BuyingTerms]) -> Mapping[tuple[int, int], Sequence[BuyingTerms]]:
    """Return offers by (company, item)."""
    found: dict[tuple[int, int], list[BuyingTerms]] = {}
    for one in terms:
        found.setdefault((one.company_key, one.variant_key), []).append(one)
    return found
