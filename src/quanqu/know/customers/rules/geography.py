"""Where customers are, by what the group itself knows, and which of its places serve them.

Source: docs/rules/geography.md.  Shapes: N customers, M places.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.kernel.geo import EARTH_RADIUS_KM, Point, normal_postcode, read_point
from quanqu.know.customers.contracts import LocatedBy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FINEST: Final = 3
"""Decimals that are kept of a customer's own degrees: a thousandth is 111 m at most."""

_AT_ONCE: Final = 1 << 21  # distances worked out at once, 16 MiB for each step
_MOST_TIES_KM: Final = 1e-6
_HOW: Final = (
    LocatedBy.COORDINATES, LocatedBy.PLACE_POSTCODE, LocatedBy.CATCHMENT_POSTCODE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the group as far as it says where people are; `areas` are the beginnings of the
    postcodes it serves and `radius_km` how far it serves, None: no radius."""

    key: int
    country: str
    postcode: str
    point: Point | None
    is_store: bool
    radius_km: float | None
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """Where each customer is, by what, the places whose catchment that lies in, and the nearest
    store.

    Shapes: N each.  `how` counts in LocatedBy from 0, −1: unknown; places are keys, −1: none.
    Units: degrees, kilometres; NaN where unknown.
    """

    latitude: Floats
    longitude: Floats
    how: Ints
    nearest_store: Ints
    nearest_km: Floats
    served: Ints
    serving: Ints

    def located_by(self) -> list[str | None]:
        """Return in words by what each customer is located."""
        return [None if at < 0 else _HOW[at].value for at in self.how.tolist()]

    def catchments(self, names: Mapping[int, str]) -> pa.Array:
        """Return the places whose catchment each customer is in, by their names, in key order;
        null for none."""
        sizes = np.bincount(self.served, minlength=len(self.how))
        ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        known, at = np.unique(self.serving, return_inverse=True)
        words = pa.array([names[key] for key in known.tolist()], pa.string())
        return pa.ListArray.from_arrays(
            pa.array(ends), words.take(pa.array(at.astype(np.int32))), mask=pa.array(sizes == 0)
        )


def own_point(stored: Iterable[Mapping[str, list[Any]]]) -> Point | None:
    """Return the coordinates that a customer's sources tell, to three decimals.

    Shapes: traits of each identifier as [value, µs, source].  Latitude and longitude count when
    they were told together; of several pairs the latest does, of equals the greater source name.
    """
    pairs = []
    for traits in stored:
        north, east = traits.get("latitude"), traits.get("longitude")
        if north and east and north[1:] == east[1:]:
            point = read_point(north[0], east[0])
            if point is not None:
                pairs.append((*north[1:], point))
    if not pairs:
        return None
    latitude, longitude = max(pairs)[-1]
    return Point(round(latitude, FINEST), round(longitude, FINEST))


def locate(
    own: Sequence[Point | None],
    postcodes: Sequence[str | None],
    countries: Sequence[str | None],
    sites: Sequence[Site],
) -> Located:
    """Return where customers are: by their own coordinates, else by their postcode.

    A postcode that is a place's own stands for that place; else the longest beginning that a
    catchment names does.  Of equals the place with the smallest key.  A postcode of another country
    is another postcode.  A customer is in a catchment by its beginnings of postcodes or its radius.
    """
    book = _Book(sites)
    asked = list(zip(postcodes, countries, strict=True))
    number = {pair: at for at, pair in enumerate(dict.fromkeys(asked))}
    which = np.array([number[pair] for pair in asked], np.int64)
    distinct = [(normal_postcode(code or ""), _code(country)) for code, country in number]
    found = [book.stands_for(*pair) for pair in distinct]
    points = np.array([one[0] or (np.nan, np.nan) for one in found], np.float64).reshape(-1, 2)
    told = np.array([one or (np.nan, np.nan) for one in own], np.float64).reshape(-1, 2)
    is_told = ~np.isnan(told[:, 0])
    where = np.where(is_told[:, None], told, points[which])
    how = np.where(is_told, 0, np.array([one[1] for one in found], np.int64)[which])
    by_area = [book.serving(*pair) for pair in distinct]
    served, serving = _spread(which, by_area)
    inside, near_keys = _within(where, book)
    nearest, far = _nearest(where, book)
    return Located(
        where[:, 0],
        where[:, 1],
        how,
        nearest,
        far,
        *_united(np.concatenate([served, inside]), np.concatenate([serving, near_keys])),
    )


class _Book:
    """What postcodes say, looked up in the places of the group."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._sites = sorted(sites, key=lambda site: site.key)
        self._own: dict[str, list[Site]] = defaultdict(list)
        self._areas: dict[str, list[Site]] = defaultdict(list)
        for site in self._sites:
            if site.postcode and site.point:
                self._own[normal_postcode(site.postcode)].append(site)
            for area in site.areas:
                self._areas[area].append(site)
        self._lengths = sorted({len(area) for area in self._areas}, reverse=True)

    @cached_property
    def stores(self) -> list[Site]:
        """The stores of which it is known where they are."""
        return [site for site in self._sites if site.is_store and site.point]

    @cached_property
    def rounds(self) -> list[Site]:
        """The places that serve what is within a radius."""
        return [site for site in self._sites if site.radius_km is not None and site.point]

    def stands_for(self, postcode: str, country: str) -> tuple[Point | None, int]:
        """Return the point a postcode stands for, and by what it is known (−1: it is not)."""
        for site in self._own.get(postcode, ()):
            if _fits(site, country):
                return site.point, 1
        for _, site in self._matching(postcode, country):
            if site.point:
                return site.point, 2
        return None, -1

    def serving(self, postcode: str, country: str) -> list[int]:
        """Return the places whose catchment a postcode lies in."""
        return sorted({site.key for _, site in self._matching(postcode, country)})

    def _matching(self, postcode: str, country: str) -> Iterable[tuple[int, Site]]:
        for length in self._lengths:
            if 0 < length <= len(postcode):
                for site in self._areas.get(postcode[:length], ()):
                    if _fits(site, country):
                        yield length, site


def _code(country: str | None) -> str:
    """Return a country's code, empty for what is none: a name cannot be told from another."""
    return country.upper() if country and len(country) == 2 else ""


def _fits(site: Site, country: str) -> bool:
    return not site.country or not country or site.country == country


def _spread(which: Ints, by_area: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Return the pairs of customer and place that postcodes make."""
    sizes = np.array([len(keys) for keys in by_area], np.int64)
    flat = np.array([key for keys in by_area for key in keys], np.int64)
    if not len(flat):
        return np.empty(0, np.int64), flat
    starts = np.cumsum(sizes) - sizes
    mine = sizes[which]
    served = np.repeat(np.arange(len(which)), mine)
    within = np.arange(len(served)) - np.repeat(np.cumsum(mine) - mine, mine)
    return served, flat[np.repeat(starts[which], mine) + within]


def _within(where: Floats, book: _Book) -> tuple[Ints, Ints]:
    """Return the pairs of customer and place that radii make."""
    sites = book.rounds
    keys = np.array([site.key for site in sites], np.int64)
    radii = np.array([site.radius_km for site in sites], np.float64)
    served, serving = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for rows, far in _distances(where, sites):
        at, site = np.nonzero(far <= radii)
        served.append(rows[at])
        serving.append(keys[site])
    return np.concatenate(served), np.concatenate(serving)


def _nearest(where: Floats, book: _Book) -> tuple[Ints, Floats]:
    """Return the nearest store of each and its distance; of equals that with the smallest key."""
    keys = np.array([site.key for site in book.stores], np.int64)
    nearest, found = np.full(len(where), -1, np.int64), np.full(len(where), np.nan)
    for rows, far in _distances(where, book.stores):
        least = far.min(axis=1)
        nearest[rows] = keys[(far <= least[:, None] + _MOST_TIES_KM).argmax(axis=1)]
        found[rows] = least
    return nearest, found


def _distances(where: Floats, sites: Sequence[Site]) -> Iterable[tuple[Ints, Floats]]:
    """Yield some customers whose point is known and their distances from the sites, in km.

    The chord between points of the unit sphere is twice the sine of half the angle.
    """
    known = np.flatnonzero(~np.isnan(where[:, 0]))
    if not sites:
        return
    there = _on_sphere(np.array([site.point for site in sites], np.float64))
    step = max(1, _AT_ONCE // len(sites))
    for first in range(0, len(known), step):
        rows = known[first : first + step]
        here = _on_sphere(where[rows])
        square = np.zeros((len(rows), len(sites)))
        for axis in range(3):
            square += np.square(here[:, None, axis] - there[None, :, axis])
        yield rows, 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.sqrt(square) / 2, 1.0))


def _on_sphere(points: Floats) -> Floats:
    latitude, longitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)


def _united(served: Ints, serving: Ints) -> tuple[Ints, Ints]:
    """Return pairs once each, in order of customer and place."""
    pairs = np.unique(np.stack([served, serving], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]
