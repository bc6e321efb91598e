"""The books between companies: movements, balances, a month's statement."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.sell.intercompany.contracts import (
    Balance,
    MovementFilters,
    MovementKind,
    MovementView,
    Statement,
    TransferRuleError,
    Unpriced,
)
from quanqu.sell.intercompany.models import Entry, Movement
from quanqu.sell.intercompany.queries.rights import VIEW, company_keys, require_companies

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_movements",
    "get_statement",
    "list_balances",
    "list_movements",
    "moved",
    "movement_view",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)
_MOST_LINES: Final = 50_000


def list_movements(
    *, actor: Actor, filters: MovementFilters, cursor: str | None = None, limit: int = 50
) -> Page[MovementView]:
    """Return a page of what went between companies one of which is in view, newest first.

    Raises: NotAllowedError.
    """
    rows, following = _NEWEST.page(moved(actor, filters), cursor, limit)
    return Page(tuple(map(movement_view, rows)), following)


def count_movements(*, actor: Actor, filters: MovementFilters) -> int:
    """Return how many movements the filters leave. Raises: NotAllowedError."""
    return moved(actor, filters).count()


def list_balances(*, actor: Actor) -> tuple[Balance, ...]:
    """Return what companies in view have to get from others, or owe them, by currency.

    Raises: NotAllowedError.
    """
    allowed = company_keys(actor, VIEW)
    found = Entry.objects.all()
    if allowed is not None:
        found = found.filter(company_key__in=allowed)
    sums = found.values("company_key", "other_key", "currency").annotate(amount=Sum("amount_minor"))
    return tuple(
        Balance(row["company_key"], row["other_key"], row["currency"], int(row["amount"]))
        for row in sums.order_by("company_key", "other_key", "currency")
    )


def get_statement(
    *, actor: Actor, company_key: int, other_key: int, month: date
) -> tuple[Statement, ...]:
    """Return the month of two companies as the first sees it, one statement for each currency.

    Raises: NotAllowedError, TransferCompanyError; TransferRuleError above 50,000 lines.
    """
    require_companies(actor, VIEW, company_key)
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    pair = Entry.objects.filter(company_key=company_key, other_key=other_key)
    opening = _sums(pair.filter(on__lt=first))
    closing = _sums(pair.filter(on__lte=last))
    wanted = Q(from_company_key=company_key, to_company_key=other_key)
    wanted |= Q(from_company_key=other_key, to_company_key=company_key)
    rows = list(
        Movement.objects.filter(wanted, on__gte=first, on__lte=last, amount_minor__isnull=False)
        .order_by("on", "key")[: _MOST_LINES + 1]
    )  # fmt: skip
    if len(rows) > _MOST_LINES:
        raise TransferRuleError(field="month", problem=f"more than {_MOST_LINES} lines")
    return tuple(_statements(company_key, other_key, (first, last), opening, closing, rows))


def movement_view(row: Movement) -> MovementView:
    """Return a row as others see it."""
    is_return = row.kind == MovementKind.RETURN
    return MovementView(
        id=row.id,
        key=row.key,
        kind=MovementKind(row.kind),
        from_company_key=row.from_company_key,
        to_company_key=row.to_company_key,
        order_id=row.order_id,
        return_id=row.source_id if is_return else None,
        line_no=row.line_no,
        sku=row.sku,
        quantity=row.quantity,
        sales_minor=row.sales_minor,
        amount_minor=row.amount_minor,
        unpriced=Unpriced(row.unpriced) if row.unpriced else None,
        currency=row.currency,
        rule_version=row.rule_version,
        note=row.note,
        on=row.on,
        at=row.at,
    )


def moved(actor: Actor, filters: MovementFilters) -> "QuerySet[Movement]":
    """Return movements in view that the filters leave. Raises: NotAllowedError."""
    found = Movement.objects.all()
    for keys in (company_keys(actor, VIEW), filters.company_keys):
        if keys is not None:
            found = found.filter(Q(from_company_key__in=keys) | Q(to_company_key__in=keys))
    if filters.other_key is not None:
        either = Q(from_company_key=filters.other_key) | Q(to_company_key=filters.other_key)
        found = found.filter(either)
    if filters.kinds:
        found = found.filter(kind__in=[kind.value for kind in filters.kinds])
    if filters.is_unpriced:
        found = found.filter(amount_minor__isnull=True)
    if filters.first is not None:
        found = found.filter(on__gte=filters.first)
    if filters.last is not None:
        found = found.filter(on__lte=filters.last)
    return found


def _sums(found: "QuerySet[Entry]") -> dict[str, int]:
    sums = found.values("currency").annotate(amount=Sum("amount_minor")).order_by()
    return {row["currency"]: int(row["amount"]) for row in sums}


def _statements(
    company: int,
    other: int,
    days: tuple[date, date],
    opening: Mapping[str, int],
    closing: Mapping[str, int],
    rows: list[Movement],
) -> Iterator[Statement]:
    for currency in sorted({*closing, *(row.currency for row in rows)}):
        yield Statement(
            company, other, *days, currency, opening.get(currency, 0), closing.get(currency, 0),
            tuple(movement_view(row) for row in rows if row.currency == currency),
        )  # fmt: skip
