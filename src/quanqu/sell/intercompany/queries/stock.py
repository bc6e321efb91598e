"""The stock of companies at cost, and that of the group: profit between them is taken out."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.money import exponent, to_minor
from quanqu.know.org.contracts import PlaceType
from quanqu.know.org.facade import companies_by_key, places_by_key, rates, reporting_currency
from quanqu.sell.intercompany.contracts import (
    Acquired,
    ConvertedStock,
    GroupStock,
    StockFigures,
)
from quanqu.sell.intercompany.queries.rights import VIEW, company_keys
from quanqu.sell.intercompany.rules.valuing import value_stock
from quanqu.sell.inventory.facade import owned_units
from quanqu.sell.supply.facade import received_costs

__all__ = ["value_group_stock"]

_ACQUIRED: Final = """
SELECT r.to_company_key, coalesce(s.from_company_key, r.from_company_key), r.variant_key,
       r.currency, sum(r.quantity)::bigint, sum(r.amount_minor)::bigint
FROM intercompany_movement r
LEFT JOIN intercompany_movement s ON s.kind = 'sale' AND s.order_id = r.order_id
    AND s.order_line_no = r.order_line_no AND s.to_company_key = r.from_company_key
WHERE r.kind = 'return' AND r.amount_minor IS NOT NULL AND r.variant_key IS NOT NULL
    AND r.to_company_key = ANY(%s)
    AND coalesce(s.from_company_key, r.from_company_key) <> r.to_company_key
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


def value_group_stock(*, actor: Actor, today: date) -> GroupStock:
    """Return the stock of companies in view at average cost, and of the group they make.

    What suppliers hold for a company is none of its stock.  Profit of companies out of view stays
    in, as their transfers do.  Raises: NotAllowedError.
    """
    companies = companies_by_key(keys=company_keys(actor, VIEW))
    owners = {
        one.key: one.company_key
        for one in places_by_key().values()
        if one.company_key in companies and one.details.place_type is not PlaceType.SUPPLIER
    }
    there = owned_units(owners=owners)
    own, group, without = value_stock(
        [(one.owner_key, one.variant_key, one.units) for one in there if one.units],
        [
            (one.company_key, one.variant_key, one.currency, one.units, one.cost_minor)
            for one in received_costs(company_keys=companies.keys())
        ],
        _acquired(companies.keys()),
        companies.keys(),
    )
    currency = reporting_currency()
    converted = _converted(group, currency, today) if currency else None
    return GroupStock(own, group, without, sum(one.damaged for one in there), converted)


def _acquired(companies: Collection[int]) -> tuple[Acquired, ...]:
    """Return what companies got back that another had sold, without what they had given."""
    with connection.cursor() as cursor:
        cursor.execute(_ACQUIRED, [sorted(companies)])
        rows = cursor.fetchall()
    return tuple(Acquired(*row) for row in rows)


def _converted(group: Sequence[StockFigures], currency: str, today: date) -> ConvertedStock:
    latest = {currency: Decimal(1)}
    for one in rates(to_currency=currency, currencies={row.currency for row in group}):
        if one.valid_on <= today:
            latest[one.currency] = one.rate
    missing = tuple(row.currency for row in group if row.currency not in latest)
    if missing:
        return ConvertedStock(currency, None, None, missing)

    def turned(minor: int, of: str) -> int:
        return to_minor(Decimal(minor).scaleb(-exponent(of)) * latest[of], currency)

    return ConvertedStock(
        currency,
        sum(turned(row.value_minor, row.currency) for row in group),
        sum(turned(row.profit_minor, row.currency) for row in group),
        (),
    )
