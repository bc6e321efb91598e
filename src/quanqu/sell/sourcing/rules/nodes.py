"""The places an order may ship from, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.kernel.geo import EARTH_RADIUS_KM, FARTHEST_KM, Point, normal_postcode
from quanqu.sell.sourcing.contracts import Question
from quanqu.sell.sourcing.rules.scores import Bools, Ints

__all__ = ["NO_LIMIT", "Node", "Nodes", "stand", "whereabouts"]

NO_LIMIT: Final = 1_000_000_000
"""The capacity of a place without a limit, in parcels."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """A place as sourcing sees it at one moment.

    Costs None: those of the profile.  `limit`: parcels a day, None without one; `today`: the date
    there; `is_ready_today`: `ready_at` is on it.
    """

    key: int
    code: str
    kind: str
    country: str
    postcode: str
    point: Point | None
    is_shipping: bool
    is_pickup: bool
    is_open: bool
    left_today: int
    used_permille: int
    leaves_at: datetime | None
    ready_at: datetime | None
    parcel_minor: int | None
    kg_km_minor: float | None
    tags: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    limit: int | None = None
    today: date = date.min
    is_ready_today: bool = False


@dataclass(frozen=True, slots=True)
class Nodes:
    """Places in the order of their keys; each array has one entry a place."""

    each: tuple[Node, ...]
    keys: Ints
    latitude: Floats
    longitude: Floats

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> "Nodes":
        """Put places in order."""
        each = tuple(sorted(nodes, key=lambda one: one.key))
        points = [(one.point or (nan, nan)) for one in each]
        degrees = np.array(points, np.float64).reshape(len(each), 2)
        return cls(each, np.array([one.key for one in each], np.int64), *degrees.T)

    def tell(self, question: str) -> Bools:
        """Return a yes-or-no field of every place."""
        return np.array([getattr(one, question) for one in self.each], np.bool_)


def stand(nodes: Nodes, question: Question) -> Point | None:
    """Return where the customer is: their point, or that of the places with a like postcode."""
    if question.at is not None:
        return question.at
    asked = normal_postcode(question.postcode)
    common = [
        _common(asked, normal_postcode(one.postcode))
        if one.point is not None and (not question.country or one.country == question.country)
        else 0
        for one in nodes.each
    ]
    longest = max(common, default=0)
    if not longest:
        return None
    alike = np.array(common) == longest
    return Point(float(nodes.latitude[alike].mean()), float(nodes.longitude[alike].mean()))


def whereabouts(nodes: Nodes, here: Point | None) -> Floats:
    """Return how far every place is, in km: nothing when the customer's place is not known, the
    farthest there is for a place that does not say where it is.

    Source: haversine formula, as in kernel.geo.
    """
    if here is None:
        return np.zeros(len(nodes.each))
    north = np.radians(nodes.latitude - here.latitude) / 2
    east = np.radians(nodes.longitude - here.longitude) / 2
    flat = np.cos(np.radians(here.latitude)) * np.cos(np.radians(nodes.latitude))
    chord = np.sin(north) ** 2 + flat * np.sin(east) ** 2
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return np.where(np.isnan(km), float(FARTHEST_KM), km)


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))
