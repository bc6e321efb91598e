"""Companies beside the group they make: what went between them is eliminated."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import Period
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.learn.metrics.contracts import Dimension, MetricQuery
from quanqu.learn.metrics.facade import query
from quanqu.sell.intercompany.contracts import CompanyFigures, Consolidation, MovementKind
from quanqu.sell.intercompany.models import Movement
from quanqu.sell.intercompany.queries.rights import VIEW, company_keys

__all__ = ["consolidate"]

_METRICS: Final = ("net_sales", "refunds_amount")


def consolidate(*, actor: Actor, period: Period, now: datetime) -> Consolidation:
    """Return the figures of companies in view and of the group they make, by currency.

    Sales and refunds are those of the metrics `net_sales` and `refunds_amount`: each order is a
    sale of the company whose buyer it is of, so nothing of them is between companies. Transfers
    with companies in view are eliminated; those with others stay.  Raises: NotAllowedError.
    """
    allowed = company_keys(actor, VIEW)
    companies = companies_by_key(keys=allowed)
    figures: dict[tuple[int, str], CompanyFigures] = {}

    def add(company: int, currency: str, **amounts: int) -> None:
        old = figures.get((company, currency), CompanyFigures(company, currency, 0, 0, 0, 0))
        figures[company, currency] = replace(
            old, **{name: getattr(old, name) + amount for name, amount in amounts.items()}
        )

    for company, currency, sales, refunds in _outside(actor, companies, period, now):
        add(company, currency, sales_minor=sales, refunds_minor=refunds)
    eliminated: dict[str, int] = defaultdict(int)
    outward: dict[tuple[str, str], int] = defaultdict(int)
    for giver, taker, currency, amount in _transfers(period):
        if giver in companies:
            add(giver, currency, given_minor=amount)
        if taker in companies:
            add(taker, currency, taken_minor=amount)
        if giver in companies and taker in companies:
            eliminated[currency] += amount
        elif giver in companies:
            outward[currency, "given_minor"] += amount
        elif taker in companies:
            outward[currency, "taken_minor"] += amount
    return Consolidation(
        companies=tuple(figures[key] for key in sorted(figures)),
        group=_group(list(figures.values()), outward),
        eliminated_minor=dict(eliminated),
        unpriced=_unpriced(set(companies), period),
    )


def _group(
    figures: list[CompanyFigures], outward: dict[tuple[str, str], int]
) -> tuple[CompanyFigures, ...]:
    return tuple(
        CompanyFigures(
            0,
            currency,
            sum(one.sales_minor for one in figures if one.currency == currency),
            sum(one.refunds_minor for one in figures if one.currency == currency),
            outward.get((currency, "given_minor"), 0),
            outward.get((currency, "taken_minor"), 0),
        )
        for currency in sorted({one.currency for one in figures})
    )


def _outside(
    actor: Actor, companies: Collection[int], period: Period, now: datetime
) -> list[tuple[int, str, int, int]]:
    """Return sales and refunds with buyers by company and currency."""
    if not companies:
        return []
    places = {one.key for one in places_by_key().values() if one.company_key in companies}
    asked = MetricQuery(
        _METRICS, period, (Dimension.COMPANY,), places=frozenset(places), limit=10_000
    )
    keys = {one.company_id: one.company_key for one in places_by_key(keys=places).values()}
    found: list[tuple[int, str, int, int]] = []
    for row in query(actor=actor, query=asked, now=now).rows:
        company = keys.get(str(row.keys[0]))
        if company is None:
            continue
        by_currency: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for at, cells in enumerate(row.cells):
            for cell in cells:
                if cell.currency is not None and cell.value is not None:
                    by_currency[cell.currency][at] += int(cell.value)
        found += [
            (company, currency, sales, refunds)
            for currency, (sales, refunds) in by_currency.items()
        ]
    return found


def _transfers(period: Period) -> list[tuple[int, int, str, int]]:
    sums = (
        Movement.objects.filter(
            on__gte=period.first, on__lte=period.last, amount_minor__isnull=False
        )
        .exclude(kind=MovementKind.SETTLEMENT.value)
        .values_list("from_company_key", "to_company_key", "currency")
        .annotate(amount=Sum("amount_minor"))
        .order_by("from_company_key", "to_company_key", "currency")
    )
    return [(giver, taker, currency, int(amount)) for giver, taker, currency, amount in sums]


def _unpriced(companies: set[int], period: Period) -> int:
    found = Movement.objects.filter(
        on__gte=period.first, on__lte=period.last, amount_minor__isnull=True
    )
    return found.filter(from_company_key__in=companies).count()
