"""Statements, their lines and rejected rows, and what is agreed with providers."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.payments.contracts import (
    AccountNotFoundError,
    Book,
    LineKind,
    LineView,
    RejectedRow,
    StatementFormat,
    StatementNotFoundError,
    StatementReason,
    StatementView,
    TermsDraft,
    TermsView,
)
from quanqu.sell.payments.models import Account, Line, Reject, Statement, Terms
from quanqu.sell.payments.queries.companies import companies_seen

__all__ = [
    "get_statement",
    "get_terms",
    "iterate_rejects",
    "line_view",
    "list_lines",
    "list_rejects",
    "list_statements",
    "list_terms",
    "statement_view",
    "terms_view",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)
_IN_ORDER: Final = Sorting("key", "key", is_descending=False, read=read_number)


def list_statements(
    *, actor: Actor, cursor: str | None = None, limit: int = 50
) -> Page[StatementView]:
    """Return a page of the statements that were read, newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor), cursor, limit)
    return Page(tuple(map(statement_view, rows)), following)


def get_statement(*, actor: Actor, statement_id: UUID) -> StatementView:
    """Return a statement in scope. Raises: NotAllowedError, StatementNotFoundError."""
    return statement_view(_row(actor, statement_id))


def list_lines(
    *, actor: Actor, statement_id: UUID, cursor: str | None = None, limit: int = 50
) -> Page[LineView]:
    """Return a page of a statement's lines in its order.

    Raises: NotAllowedError, StatementNotFoundError.
    """
    found = Line.objects.filter(statement=_row(actor, statement_id)).select_related("statement")
    rows, following = _IN_ORDER.page(found, cursor, limit)
    return Page(tuple(line_view(row) for row in rows), following)


def list_rejects(*, actor: Actor, statement_id: UUID, limit: int = 200) -> Sequence[RejectedRow]:
    """Return the first rows that were not taken.

    Raises: NotAllowedError, StatementNotFoundError.
    """
    row = _row(actor, statement_id)
    return [_reject(one) for one in Reject.objects.filter(statement=row).order_by("key")[:limit]]


def iterate_rejects(*, actor: Actor, statement_id: UUID) -> Iterator[RejectedRow]:
    """Yield every row that was not taken, for a file of them.

    Raises: NotAllowedError, StatementNotFoundError, before the first is asked for.
    """
    found = Reject.objects.filter(statement=_row(actor, statement_id)).order_by("key")
    return (_reject(one) for one in found.iterator(chunk_size=2000))


def get_terms(*, actor: Actor, account_id: UUID) -> TermsView:
    """Return what is agreed with a provider. Raises: NotAllowedError, AccountNotFoundError."""
    found = [one for one in list_terms(actor=actor) if one.account_id == account_id]
    if not found:
        raise AccountNotFoundError(ref=encode("pac", account_id))
    return found[0]


def list_terms(*, actor: Actor) -> list[TermsView]:
    """Return what is agreed for every account in scope, by company and code.

    Raises: NotAllowedError.
    """
    companies = companies_seen(actor)
    accounts = Account.objects.order_by("company_key", "code")
    if companies is not None:
        accounts = accounts.filter(company_key__in=companies)
    rows = list(accounts)
    agreed = {one.account_id: one for one in Terms.objects.filter(account__in=rows)}
    return [terms_view(row, agreed.get(row.key)) for row in rows]


def terms_view(account: Account, row: Terms | None) -> TermsView:
    """Return what is agreed as a contract; nothing yet: what is usual."""
    if row is None:
        return TermsView(account.id, account.key)
    agreed = TermsDraft(
        row.wait_days, row.payout_days, row.fee_rate, row.fee_fixed_minor, row.returns_fee
    )
    return TermsView(account.id, account.key, agreed, row.since_on, row.reconciled_at)


def statement_view(row: Statement, *, is_repeat: bool = False) -> StatementView:
    """Return a statement's row as a contract."""
    return StatementView(
        id=row.id,
        key=row.key,
        company_key=row.company_key,
        account_key=row.account_key,
        form=StatementFormat(row.form),
        file_name=row.file_name,
        lines=row.lines,
        known=row.known,
        rejected=row.rejected,
        skipped=row.skipped,
        problem=row.problem,
        first_on=row.first_on,
        last_on=row.last_on,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        is_repeat=is_repeat,
    )


def line_view(row: Line) -> LineView:
    """Return a line's row, with its statement, as a contract."""
    return LineView(
        key=row.key,
        statement_id=row.statement.id,
        account_key=row.account_key,
        book=Book(row.book),
        kind=LineKind(row.kind),
        row=row.row,
        ref=row.ref,
        at=row.at,
        amount_minor=row.amount_minor,
        currency=row.currency,
        fee_minor=row.fee_minor,
        paid_minor=row.paid_minor,
        paid_currency=row.paid_currency,
        provider_id=row.provider_id,
        payment_ref=row.payment_ref,
        own_ref=row.own_ref,
        text=row.text,
        is_matched=not row.is_extra and (row.entry_key or row.payout_key) is not None,
    )


def _reject(row: Reject) -> RejectedRow:
    return RejectedRow(row.row, StatementReason(row.reason), row.detail, row.text)


def _seen(actor: Actor) -> "QuerySet[Statement]":
    companies = companies_seen(actor)
    rows = Statement.objects.all()
    return rows if companies is None else rows.filter(company_key__in=companies)


def _row(actor: Actor, statement_id: UUID) -> Statement:
    row = _seen(actor).filter(id=statement_id).first()
    if row is None:
        raise StatementNotFoundError(ref=encode("stm", statement_id))
    return row
