"""From the facts of a company's stock to what is proposed; no clock, no tables.

Source: docs/rules/replenishment.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quanqu.sell.replenishment.contracts import Figures, PolicyDraft, PolicyMethod, ProposalKind
from quanqu.sell.replenishment.rules.demand import ForecastRows
from quanqu.sell.replenishment.rules.levels import (
    Asked,
    Ints,
    Levels,
    levels_of,
    rounded,
    wanted_units,
)
from quanqu.sell.replenishment.rules.sources import Need, Spare, lead_of, share_out
from quanqu.sell.supply.contracts import BuyingTerms

__all__ = ["Proposed", "Stock", "propose"]


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there of each policy. Shapes: arrays of one length. Units: sale units."""

    on_hand: Ints
    held: Ints
    allocated: Ints
    safety: Ints
    in_transit: Ints
    incoming: Ints
    planned: Ints
    going: Ints

    @property
    def net(self) -> Ints:
        """The inventory position: there, coming and planned, less promised and going."""
        coming = self.in_transit + self.incoming + self.planned
        return self.on_hand + coming - self.held - self.allocated - self.going

    @property
    def free(self) -> Ints:
        """What is there, promised to nobody and not withheld."""
        return self.on_hand - self.held - self.allocated - self.safety - self.going


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one policy asks for."""

    number: int
    kind: ProposalKind
    supplier_id: str
    from_place_key: int | None
    quantity: int
    shortage: int
    figures: Figures


def propose(
    policies: Sequence[PolicyDraft],
    stock: Stock,
    forecasts: ForecastRows,
    terms: Mapping[int, BuyingTerms],
) -> tuple[tuple[Proposed, ...], Levels]:
    """Return what the policies ask for now, and the levels of all of them.

    `terms`: whose terms count, by the number of the policy; without any nobody sells the item.
    """
    levels = levels_of(_asked(policies, terms), forecasts)
    net = stock.net
    wanted = wanted_units(levels, net)
    numbers = np.flatnonzero(wanted > 0).tolist()
    short = {number: int(levels.reorder[number] - net[number]) for number in numbers}
    needs = [
        Need(
            number,
            policies[number].place_key,
            policies[number].variant_key,
            int(wanted[number]),
            short[number],
        )
        for number in numbers
        if policies[number].is_transfer_first
    ]
    spare = np.minimum(net - levels.target, stock.free)
    spares = [
        Spare(policies[at].place_key, policies[at].variant_key, int(spare[at]))
        for at in np.flatnonzero(spare > 0).tolist()
    ]
    givers = share_out(needs, spares)
    made = [
        _made(number, int(wanted[number]), short[number], givers.get(number), terms.get(number))
        for number in numbers
    ]
    return tuple(
        Proposed(
            *head,
            _figures(head[0], policies[head[0]], stock, levels, int(wanted[head[0]]), terms),
        )
        for head in made
    ), levels


def _asked(policies: Sequence[PolicyDraft], terms: Mapping[int, BuyingTerms]) -> Asked:
    leads = [
        lead_of(terms[number]) if number in terms else (0, 0.0, 0)
        for number in range(len(policies))
    ]
    return Asked(
        is_forecast=np.array([one.method is PolicyMethod.FORECAST for one in policies], np.bool_),
        minimum=np.array([one.minimum for one in policies], np.int64),
        maximum=np.array([one.maximum for one in policies], np.int64),
        service=np.array([float(one.service_rate) for one in policies], np.float64),
        lead=np.array([lead for lead, _, _ in leads], np.int64),
        lead_deviation=np.array([deviation for _, deviation, _ in leads], np.float64),
        review=np.array([one.review_days for one in policies], np.int64),
        cover=np.array([one.cover_days for one in policies], np.int64),
    )


def _made(
    number: int, wanted: int, shortage: int, giver: int | None, terms: BuyingTerms | None
) -> tuple[int, ProposalKind, str, int | None, int, int]:
    if giver is not None:
        return number, ProposalKind.TRANSFER, "", giver, wanted, shortage
    if terms is None:
        return number, ProposalKind.UNSOURCED, "", None, wanted, shortage
    units = rounded(wanted, pack=terms.pack_size, least=terms.minimum_quantity)
    return number, ProposalKind.PURCHASE, terms.supplier_id, None, units, shortage


def _figures(
    number: int,
    policy: PolicyDraft,
    stock: Stock,
    levels: Levels,
    wanted: int,
    all_terms: Mapping[int, BuyingTerms],
) -> Figures:
    terms = all_terms.get(number)
    lead, deviation, lines = lead_of(terms) if terms else (0, 0.0, 0)
    return Figures(
        method=policy.method,
        on_hand=int(stock.on_hand[number]),
        in_transit=int(stock.in_transit[number]),
        incoming=int(stock.incoming[number]),
        planned=int(stock.planned[number] - stock.going[number]),
        held=int(stock.held[number]),
        allocated=int(stock.allocated[number]),
        net=int(stock.net[number]),
        reorder_point=int(levels.reorder[number]),
        target=int(levels.target[number]),
        safety_stock=int(levels.safety[number]),
        service_rate=float(policy.service_rate),
        lead_days=lead,
        lead_deviation_days=round(deviation, 2),
        lead_lines=lines,
        review_days=policy.review_days,
        cover_days=policy.cover_days,
        protection_demand=round(float(levels.protection[number]), 2),
        cover_demand=round(float(levels.cover[number]), 2),
        demand_deviation=round(float(levels.deviation[number]), 2),
        forecast_days=int(levels.covered[number]),
        looked_days=int(levels.looked[number]),
        wanted=wanted,
        pack_size=terms.pack_size if terms else 1,
        minimum_quantity=terms.minimum_quantity if terms else 1,
        unit_cost_minor=terms.cost_minor if terms else 0,
        currency=terms.currency if terms else "",
        supplier_name=terms.supplier_name if terms else "",
    )
