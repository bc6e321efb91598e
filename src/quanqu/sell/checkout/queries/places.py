"""What a place is, remembered for half a minute: the hot path asks for it with every order."""

import time
from collections.abc import Collection
from typing import Final

from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key

__all__ = ["buyer_of", "channel_of", "places_of"]

_FRESH_S: Final = 30.0
_MOST: Final = 50_000
_remembered: dict[int, tuple[float, PlaceInfo]] = {}


def places_of(keys: Collection[int]) -> dict[int, PlaceInfo]:
    """Return places by key; unknown ones are left out."""
    now = time.monotonic()
    found = {
        key: kept[1]
        for key in keys
        if (kept := _remembered.get(key)) is not None and now - kept[0] < _FRESH_S
    }
    missing = set(keys) - found.keys()
    if missing:
        read = places_by_key(keys=missing)
        if len(_remembered) > _MOST:
            _remembered.clear()
        _remembered.update({key: (now, place) for key, place in read.items()})
        found |= read
    return found


def channel_of(place_key: int) -> str:
    """Return the channel of a place, empty where it has none."""
    place = places_of({place_key}).get(place_key)
    return (place.channel if place else None) or ""


def buyer_of(subject_key: int | None) -> str:
    """Return what limits per buyer know a buyer by, empty for a guest."""
    return "" if subject_key is None else f"subject/{subject_key}"
