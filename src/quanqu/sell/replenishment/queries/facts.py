"""What a look at a company's stock rests on: policies, positions, forecasts and terms, in sets."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.inventory.facade import stock_positions
from quanqu.sell.replenishment.contracts import PolicyDraft
from quanqu.sell.replenishment.models import Policy
from quanqu.sell.replenishment.queries.policies import policy_draft
from quanqu.sell.replenishment.rules.demand import ForecastRows
from quanqu.sell.replenishment.rules.proposing import Stock
from quanqu.sell.supply.contracts import BuyingTerms
from quanqu.sell.supply.facade import buying_terms, planned_units

__all__ = ["Facts", "gather", "planned_companies"]

_PERIODS: Final = """
SELECT a.number - 1, f.starts_on - %s::date, f.days, f.quantity, f.standard_error
FROM unnest(%s::int[], %s::bigint[]) WITH ORDINALITY AS a(place, item, number)
JOIN replenishment_forecast f ON f.place_key = a.place AND f.variant_key = a.item
WHERE f.starts_on + f.days > %s::date
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a look needs. Shapes: `stock` has one row a policy."""

    policies: tuple[PolicyDraft, ...]
    stock: Stock
    forecasts: ForecastRows
    terms: tuple[BuyingTerms, ...]


def planned_companies() -> list[int]:
    """Return the companies that have a policy or a proposal to look after."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_key FROM replenishment_policy UNION "
            "SELECT company_key FROM replenishment_proposal WHERE state = 'open' UNION "
            "SELECT company_key FROM replenishment_alert WHERE closed_at IS NULL ORDER BY 1"
        )
        return [key for (key,) in cursor.fetchall()]


def gather(company_key: int, today: date) -> Facts:
    """Return what a look at a company's stock rests on, by a statement for each sort of fact."""
    policies = tuple(
        policy_draft(row)
        for row in Policy.objects.filter(company_key=company_key).order_by("place_key", "key")
    )
    ats = [(one.place_key, one.variant_key) for one in policies]
    drafts = planned_units(place_keys={place for place, _ in ats})
    ordered = np.array([drafts.get(at, 0) for at in ats], np.int64)
    terms = buying_terms(
        company_keys=[company_key], variant_keys={item for _, item in ats}, today=today
    )
    there = stock_positions(ats=ats)
    stock = Stock(
        on_hand=there.on_hand,
        held=there.held,
        allocated=there.allocated,
        safety=there.safety,
        in_transit=there.in_transit,
        incoming=there.incoming,
        planned=ordered + there.planned_in,
        going=there.planned_out,
    )
    return Facts(policies, stock, _forecasts(ats, today), terms)


def _forecasts(ats: list[tuple[int, int]], today: date) -> ForecastRows:
    places, items = number_array(at[0] for at in ats), number_array(at[1] for at in ats)
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, [today, places, items, today])
        rows = np.array(cursor.fetchall(), np.float64).reshape(-1, 5)
    policy, start, days = rows[:, :3].astype(np.int64).T
    return ForecastRows(policy, start, days, rows[:, 3], rows[:, 4])
