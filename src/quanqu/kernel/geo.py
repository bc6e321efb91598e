"""Points on the globe, distances between them, and postcodes in one form."""

import math
import re
from typing import Any, Final, NamedTuple

from quanqu.kernel.text import normal_text

__all__ = [
    "EARTH_RADIUS_KM",
    "FARTHEST_KM",
    "Point",
    "great_circle_km",
    "normal_postcode",
    "read_point",
    "read_postcodes",
]

EARTH_RADIUS_KM: Final = 6371.0088
"""The mean radius of WGS 84 (IUGG: (2a + b) / 3)."""

FARTHEST_KM: Final = 20_040
"""More than half way round, which is 20,015.1 km: nothing is farther away than that."""

_BETWEEN: Final = re.compile(r"[,;\n，；、]")


class Point(NamedTuple):
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


def read_point(latitude: Any, longitude: Any) -> Point | None:
    """Return the point that two numbers, or texts that read as numbers, stand for.

    None for what is no number, lies off the globe, or is 0, 0: there is sea, and a missing value
    written as a number.
    """
    degrees = _degrees(latitude, 90), _degrees(longitude, 180)
    if degrees[0] is None or degrees[1] is None or degrees == (0, 0):
        return None
    return Point(degrees[0], degrees[1])


def great_circle_km(here: Point, there: Point) -> float:
    """Return the distance of two points along the surface of a sphere, in kilometres.

    Source: haversine formula; R. W. Sinnott, Sky and Telescope 68(2), 1984, p. 159.
    """
    north, east = (math.radians(b - a) / 2 for a, b in zip(here, there, strict=True))
    flat = math.cos(math.radians(here.latitude)) * math.cos(math.radians(there.latitude))
    chord = math.sin(north) ** 2 + flat * math.sin(east) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(chord, 1.0)))


def normal_postcode(text: str) -> str:
    """Return a postcode in capitals, letters and digits alone: `LS1 4AP` and `ls14ap` are one,
    and so are `01310-100` and `01310100`."""
    return "".join(one for one in normal_text(text).upper() if one.isalnum())


def read_postcodes(text: str) -> tuple[str, ...]:
    """Return postcodes that people write with commas, semicolons or lines between them."""
    return tuple(one for part in _BETWEEN.split(text) if (one := normal_postcode(part)))


def _degrees(value: Any, bound: int) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) <= bound else None  # NaN is not
