"""What stock is worth at average cost, and the profit between companies that is contained in it.

Source: docs/rules/intercompany.md#stock.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from fractions import Fraction

from quanqu.sell.intercompany.contracts import (
    Acquired,
    StockFigures,
    Uncosted,
    UncostedItem,
)

__all__ = ["Holding", "Pool", "value_stock"]

Holding = tuple[int, int, int]
"""Company, item, units it has."""
Pool = tuple[int, int, str, int, int]
"""Company, item, currency, units ever received, what they cost in minor units."""
_At = tuple[int, int]


def value_stock(
    holdings: Sequence[Holding],
    received: Sequence[Pool],
    acquired: Sequence[Acquired],
    companies: Collection[int],
) -> tuple[tuple[StockFigures, ...], tuple[StockFigures, ...], tuple[UncostedItem, ...]]:
    """Return the figures of companies, of the group, and what has no value.

    The cost of a unit is the average of all that a company received and was charged for. What it
    was charged above the origin's average is profit, where the origin is one of `companies`; stock
    contains the share of it that it is of all units.  Each item of a company is rounded half up.
    """
    costs = _costs(received)
    charged: dict[_At, list[Acquired]] = defaultdict(list)
    for one in acquired:
        charged[one.company_key, one.variant_key].append(one)
    own: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    group: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    without: list[UncostedItem] = []
    for company, item, units in holdings:
        pool, given = costs.get((company, item), {}), charged[company, item]
        currencies = {*pool, *(one.currency for one in given)}
        if len(currencies) != 1:
            why = Uncosted.CURRENCIES if currencies else Uncosted.NO_COST
            without.append(UncostedItem(company, item, units, why))
            continue
        (currency,) = currencies
        bought, paid = pool.get(currency, (0, 0))
        count = bought + sum(one.units for one in given)
        total = paid + sum(one.amount_minor for one in given)
        value = _rounded(Fraction(total * units, count))
        profits = [_profit(one, costs) for one in given if one.origin_key in companies]
        known = [one for one in profits if one is not None]
        profit = _rounded(sum(known, Fraction(0)) * units / count)
        _add(own[company, currency], units, value, profit)
        if len(known) < len(profits):
            without.append(UncostedItem(company, item, units, Uncosted.ORIGIN))
        else:
            _add(group[currency], units, value - profit, profit)
    return (
        tuple(StockFigures(*at, *own[at]) for at in sorted(own)),
        tuple(StockFigures(0, currency, *group[currency]) for currency in sorted(group)),
        tuple(without),
    )


def _costs(received: Sequence[Pool]) -> dict[_At, dict[str, tuple[int, int]]]:
    found: dict[_At, dict[str, tuple[int, int]]] = defaultdict(dict)
    for company, item, currency, units, cost in received:
        found[company, item][currency] = (units, cost)
    return found


def _profit(one: Acquired, costs: dict[_At, dict[str, tuple[int, int]]]) -> Fraction | None:
    """Return what the origin made on the units; None where its cost is not known."""
    pool = costs.get((one.origin_key, one.variant_key), {})
    if set(pool) != {one.currency}:
        return None
    units, cost = pool[one.currency]
    return one.amount_minor - Fraction(cost * one.units, units)


def _add(figures: list[int], *amounts: int) -> None:
    for at, amount in enumerate(amounts):
        figures[at] += amount


def _rounded(amount: Fraction) -> int:
    parts = amount.denominator
    rounded = (2 * abs(amount.numerator) + parts) // (2 * parts)
    return rounded if amount >= 0 else -rounded
