"""What an order would cost from places, and when it would be there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from quanqu.sell.sourcing.contracts import Method, Profile, Question, Strategy
from quanqu.sell.sourcing.rules.measures import Facts
from quanqu.sell.sourcing.rules.nodes import Floats, Nodes
from quanqu.sell.sourcing.rules.scores import Ints

__all__ = ["Asked", "Stock"]

NEVER_HOURS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there. Shapes: (lines, places). Units: sale units; days since goods came."""

    available: Ints
    age_days: Ints


@dataclass(frozen=True, slots=True)
class Asked:
    """An order, asked of a strategy. `km` has one entry a place."""

    profile: Profile
    strategy: Strategy
    question: Question
    nodes: Nodes
    stock: Stock
    km: Floats
    now: datetime

    def facts(self, lines: Ints, at: Ints) -> Facts:
        """Return what is known of some lines and places."""
        each = [self.nodes.each[place] for place in at.tolist()]
        asked = [self.question.lines[line] for line in lines.tolist()]
        kinds = {kind: rank for rank, kind in enumerate(self.strategy.kinds)}
        profile = self.profile
        return Facts(
            quantity=np.array([line.quantity for line in asked], np.int64),
            weight_g=np.array([line.weight_g for line in asked], np.int64),
            km=self.km[at],
            parcel_minor=np.array(
                [
                    profile.parcel_minor if one.parcel_minor is None else one.parcel_minor
                    for one in each
                ],
                np.int64,
            ),
            kg_km_minor=np.array(
                [
                    profile.kg_km_minor if one.kg_km_minor is None else one.kg_km_minor
                    for one in each
                ],
                np.float64,
            ),
            used_permille=np.array([one.used_permille for one in each], np.int64),
            hours=self._hours(at),
            is_pickup=np.array([one.is_pickup for one in each], np.bool_),
            kind_rank=np.array([kinds.get(one.kind, len(kinds)) for one in each], np.int64),
            available=self.stock.available[np.ix_(lines, at)],
            age_days=self.stock.age_days[np.ix_(lines, at)],
            keep_units=self.strategy.keep_units,
        )

    def arrives_at(self, place: int) -> datetime:
        """Return when a parcel of a place is at the door, or can be fetched."""
        node = self.nodes.each[place]
        if self.question.method is Method.PICKUP:
            return node.ready_at or self.now
        return (node.leaves_at or self.now) + timedelta(hours=self._on_its_way(place))

    def cost_minor(self, place: int, lines: tuple[int, ...]) -> int:
        """Return what a parcel costs with the lines in it."""
        facts = self.facts(np.array(lines, np.int64), np.array([place], np.int64))
        freight = np.rint(facts.weight_g / 1000 * float(facts.km[0] * facts.kg_km_minor[0]))
        return int(facts.parcel_minor[0]) + int(freight.sum())

    def _hours(self, at: Ints) -> Ints:
        """Return the hours until parcels are there, rounded up."""
        waits = [
            -((self.now - self.arrives_at(place)) // timedelta(hours=1)) for place in at.tolist()
        ]
        return np.array(waits, np.int64)

    def _on_its_way(self, place: int) -> int:
        km = self.km[place]
        for leg in self.profile.transit:
            if leg.up_to_km is None or km <= leg.up_to_km:
                return leg.hours
        return NEVER_HOURS
