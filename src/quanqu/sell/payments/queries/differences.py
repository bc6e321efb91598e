"""What differs between the ledger, providers and banks, with both sides; the matched share."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.payments.contracts import (
    Difference,
    DifferenceAct,
    DifferenceDetail,
    DifferenceFilters,
    DifferenceKind,
    DifferenceNote,
    DifferenceNotFoundError,
    DifferenceState,
    EntryKind,
    EntrySide,
    LineView,
    SettledDay,
)
from quanqu.sell.payments.models import Account, DifferenceNoteRow, DifferenceRow, Entry, Line
from quanqu.sell.payments.queries.companies import companies_seen
from quanqu.sell.payments.queries.statements import line_view

__all__ = [
    "count_differences",
    "difference_row",
    "difference_view",
    "get_difference",
    "list_differences",
    "list_payment_lines",
    "list_settled_days",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)
_MOST_LINES: Final = 50
_MOST_DAYS: Final = 1000
_DAYS: Final = (
    "SELECT s.day, s.account_key, s.currency, count(*), sum(s.amount), "
    "count(*) FILTER (WHERE s.is_found AND NOT s.differs), "
    "coalesce(sum(s.amount) FILTER (WHERE s.is_found AND NOT s.differs), 0), "
    "count(*) FILTER (WHERE NOT s.is_found AND NOT s.differs), "
    "coalesce(sum(s.amount) FILTER (WHERE NOT s.is_found AND NOT s.differs), 0), "
    "count(*) FILTER (WHERE s.differs), coalesce(sum(s.amount) FILTER (WHERE s.differs), 0) "
    "FROM (SELECT e.at::date AS day, e.account_key, e.currency, e.amount_minor AS amount, "
    "EXISTS (SELECT 1 FROM payments_line l WHERE l.entry_key = e.key "
    "AND l.kind IN ('capture', 'refund')) AS is_found, "
    "EXISTS (SELECT 1 FROM payments_difference d WHERE d.entry_key = e.key "
    "AND d.state <> 'settled') AS differs "
    "FROM payments_terms t JOIN payments_account a ON a.key = t.account_key "
    "JOIN payments_entry e ON e.account_key = t.account_key AND e.at >= t.since_on "
    "AND e.kind IN ('capture', 'refund') "
    "WHERE (%(companies)s::int[] IS NULL OR a.company_key = ANY(%(companies)s)) "
    "AND e.at >= %(first)s AND e.at < %(last)s::date + 1) s "
    "GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT %(most)s"
)


def list_differences(
    *, actor: Actor, filters: DifferenceFilters, cursor: str | None = None, limit: int = 50
) -> Page[Difference]:
    """Return a page of differences, newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_narrowed(actor, filters), cursor, limit)
    return Page(tuple(map(difference_view, rows)), following)


def count_differences(*, actor: Actor, filters: DifferenceFilters) -> dict[DifferenceKind, int]:
    """Return how many differences match, by kind. Raises: NotAllowedError."""
    found = _narrowed(actor, filters).values_list("kind").annotate(Count("key")).order_by()
    return {DifferenceKind(kind): count for kind, count in found}


def get_difference(*, actor: Actor, difference_id: UUID) -> DifferenceDetail:
    """Return a difference with both sides and its history.

    Raises: NotAllowedError, DifferenceNotFoundError.
    """
    row = difference_row(actor, difference_id)
    entry = Entry.objects.select_related("payment").filter(key=row.entry_key).first()
    lines = Line.objects.select_related("statement").filter(
        Q(key=row.line_key) | Q(payout_key=row.line_key, payout_key__gt=0)
        | Q(entry_key=row.entry_key, entry_key__gt=0)
    )  # fmt: skip
    notes = DifferenceNoteRow.objects.filter(difference=row).order_by("key")
    return DifferenceDetail(
        difference_view(row),
        _entry_side(entry) if entry else None,
        tuple(line_view(one) for one in lines.order_by("key")[:_MOST_LINES]),
        tuple(
            DifferenceNote(DifferenceAct(one.act), one.note, one.actor, one.actor_name, one.at)
            for one in notes
        ),
    )


def list_payment_lines(*, actor: Actor, payment_key: int) -> Sequence[LineView]:
    """Return what statements tell of a payment, as far as its company is seen whole.

    Raises: NotAllowedError.
    """
    companies = companies_seen(actor)
    found = Line.objects.select_related("statement").filter(payment_key=payment_key)
    if companies is not None:
        found = found.filter(company_key__in=companies)
    return [line_view(one) for one in found.order_by("key")[:_MOST_LINES]]


def list_settled_days(
    *, actor: Actor, first: date, last: date, company_keys: frozenset[int] | None = None
) -> list[SettledDay]:
    """Return how captures and refunds stand, by day (UTC) and account, newest first.

    Shapes: at most a thousand rows; accounts count from the first day of their statements.
    Raises: NotAllowedError.
    """
    companies = companies_seen(actor)
    if company_keys is not None:
        companies = company_keys if companies is None else companies & company_keys
    told = {
        "companies": None if companies is None else sorted(companies),
        "first": first,
        "last": last,
        "most": _MOST_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, told)
        return [SettledDay(*row) for row in cursor.fetchall()]


def difference_row(actor: Actor, difference_id: UUID) -> DifferenceRow:
    """Return a difference in scope. Raises: NotAllowedError, DifferenceNotFoundError."""
    row = _seen(actor).filter(id=difference_id).first()
    if row is None:
        raise DifferenceNotFoundError(ref=encode("dif", difference_id))
    return row


def difference_view(row: DifferenceRow) -> Difference:
    """Return a difference's row as a contract."""
    return Difference(
        id=row.id,
        key=row.key,
        kind=DifferenceKind(row.kind),
        state=DifferenceState(row.state),
        company_key=row.company_key,
        account_key=row.account_key,
        on=row.on,
        expected_minor=row.expected_minor,
        found_minor=row.found_minor,
        currency=row.currency,
        reference=row.reference,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_by=row.closed_by,
    )


def _entry_side(entry: Entry) -> EntrySide:
    payment = entry.payment
    return EntrySide(
        payment_id=payment.id,
        reference=payment.reference,
        tender=payment.tender,
        place_key=payment.place_key,
        kind=EntryKind(entry.kind),
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        provider_id=entry.provider_id,
        at=entry.at,
        wallet=payment.wallet,
    )


def _seen(actor: Actor) -> "QuerySet[DifferenceRow]":
    companies = companies_seen(actor)
    rows = DifferenceRow.objects.all()
    return rows if companies is None else rows.filter(company_key__in=companies)


def _narrowed(actor: Actor, filters: DifferenceFilters) -> "QuerySet[DifferenceRow]":
    found = _seen(actor)
    if filters.company_keys is not None:
        found = found.filter(company_key__in=filters.company_keys)
    if filters.account_ids:
        accounts = Account.objects.filter(id__in=filters.account_ids).values("key")
        found = found.filter(account_key__in=accounts)
    if filters.kinds:
        found = found.filter(kind__in=[one.value for one in filters.kinds])
    if filters.states:
        found = found.filter(state__in=[one.value for one in filters.states])
    if filters.first is not None:
        found = found.filter(on__gte=filters.first)
    if filters.last is not None:
        found = found.filter(on__lte=filters.last)
    if filters.text:
        found = found.filter(reference__istartswith=filters.text)
    return found
