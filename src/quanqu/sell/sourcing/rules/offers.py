"""Check what is said of a place."""

from collections.abc import Set as AbstractSet
from math import isfinite
from typing import Final

from quanqu.sell.sourcing.contracts import PlaceOffer, SourcingPlaceError
from quanqu.sell.sourcing.contracts.places import DAYS

__all__ = ["check_offer"]

LARGEST: Final = 1_000_000_000
LONGEST_MINUTES: Final = 60 * 24 * 100
MINUTES_A_DAY: Final = 24 * 60
MOST_WORDS: Final = 50
LONGEST_WORD: Final = 64


def check_offer(offer: PlaceOffer, *, channels: AbstractSet[str]) -> None:
    """Refuse an offer that cannot be. Raises: SourcingPlaceError, naming the field."""
    numbers = (
        ("daily_parcels", offer.daily_parcels, LARGEST),
        ("cut_off", offer.cut_off, MINUTES_A_DAY - 1),
        ("lead_minutes", offer.lead_minutes, LONGEST_MINUTES),
        ("pickup_lead_minutes", offer.pickup_lead_minutes, LONGEST_MINUTES),
        ("parcel_minor", offer.parcel_minor, LARGEST),
        ("kg_km_minor", offer.kg_km_minor, LARGEST),
    )
    for name, number, most in numbers:
        if number is not None and not (isfinite(number) and 0 <= number <= most):
            raise SourcingPlaceError(name=name, problem=f"it is a number from 0 to {most}")
    if offer.opens and len(offer.opens) != DAYS:
        raise SourcingPlaceError(name="opens", problem="it has seven days, or none")
    for hours in offer.opens:
        if hours is not None and not 0 <= hours[0] < hours[1] <= MINUTES_A_DAY:
            raise SourcingPlaceError(name="opens", problem="a day opens before it closes")
    for name, words in (("tags", offer.tags), ("channels", offer.channels)):
        if len(words) > MOST_WORDS or any(not _is_word(word) for word in words):
            problem = f"at most {MOST_WORDS} words of at most {LONGEST_WORD} characters"
            raise SourcingPlaceError(name=name, problem=problem)
    unknown = [one for one in offer.channels if one not in channels]
    if unknown:
        raise SourcingPlaceError(name="channels", problem=f"{unknown[0]!r} is not known")


def _is_word(word: str) -> bool:
    return 0 < len(word) <= LONGEST_WORD and word.isprintable()
