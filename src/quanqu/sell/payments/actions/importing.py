"""Take a statement in: its rows as sets, in one transaction, the same file once."""

import hashlib
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, Final

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import QuerySet

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.payments.actions.allowed import require_company
from quanqu.sell.payments.actions.reconciling import lock_company, reconcile_locked
from quanqu.sell.payments.contracts import (
    BANK_FORMATS,
    FORMATS_OF,
    AccountNotFoundError,
    RejectedRow,
    StatementDraft,
    StatementFieldError,
    StatementUnreadableError,
    StatementView,
)
from quanqu.sell.payments.models import Account, Reject, Statement, Terms
from quanqu.sell.payments.queries.statements import statement_view
from quanqu.sell.payments.rules.statements import (
    LARGEST_BYTES,
    StatementLine,
    Tally,
    read_statement,
)
from quanqu.sell.payments.rules.statements.lines import own_id
from quanqu.sell.payments.rules.statements.reading import check_draft

__all__ = ["count_kept_rejects", "drop_reject_texts", "import_statement"]

_PIECE: Final = 20_000
_MOST_REJECTS: Final = 100_000
_TAKEN: Final = "payments_lines_taken"
_COLUMNS: Final = {
    "book": "text", "ref": "text", "row": "integer", "kind": "text", "at": "timestamptz",
    "on": "date", "amount_minor": "bigint", "currency": "text", "fee_minor": "bigint",
    "paid_minor": "bigint", "paid_currency": "text", "provider_id": "text", "payment_ref": "text",
    "own_ref": "text", "own_id": "text", "text": "text",
}  # fmt: skip
_STORE: Final = (
    'INSERT INTO payments_line (statement_key, company_key, account_key, book, ref, "row", kind, '
    'at, "on", amount_minor, currency, fee_minor, paid_minor, paid_currency, provider_id, '
    "payment_ref, own_ref, own_id, text) "
    'SELECT %(statement)s, %(company)s, %(account)s, book, ref, "row", kind, at, "on", '
    "amount_minor, currency, fee_minor, paid_minor, paid_currency, provider_id, payment_ref, "
    "own_ref, own_id::uuid, text FROM payments_lines_taken "
    'ORDER BY "row" '
    "ON CONFLICT (company_key, account_key, book, ref) DO NOTHING"
)


def import_statement(
    *, actor: Actor, draft: StatementDraft, file: BinaryIO, now: datetime
) -> StatementView:
    """Read a statement, store its lines and match them; the same file again changes nothing.

    Rows that cannot be taken are kept with their reasons beside the others.
    Raises: NotAllowedError, AccountNotFoundError, StatementFieldError, StatementUnreadableError.
    """
    require_company(actor, draft.company_key, f"company {draft.company_key}")
    if draft.company_key not in companies_by_key(keys=[draft.company_key]):
        raise AccountNotFoundError(ref=f"company {draft.company_key}")
    account = _account(draft)
    check_draft(draft)
    digest = _digest(file)
    with transaction.atomic():
        lock_company(draft.company_key)
        known = Statement.objects.filter(
            company_key=draft.company_key,
            account_key=account.key if account else 0,
            form=draft.form.value,
            sha256=digest,
        ).first()
        if known is not None:
            return statement_view(known, is_repeat=True)
        row = Statement.objects.create(
            company_key=draft.company_key,
            account_key=account.key if account else 0,
            form=draft.form.value,
            file_name=draft.file_name[:200].replace("\x00", ""),
            sha256=digest,
            imported_at=now,
            imported_by=actor.id,
        )
        _take(row, draft, file)
        if account is not None and row.first_on is not None:
            _begin(account, row.first_on)
        reconcile_locked(draft.company_key, now=now)
        record(
            actor=actor,
            action="payments.statement_imported",
            subject=encode("stm", row.id),
            now=now,
            before=None,
            after={"form": row.form, "lines": row.lines, "rejected": row.rejected},
        )
        return statement_view(row)


def count_kept_rejects(before: datetime) -> int:
    """Return how many rejected rows came before a moment and still have their text."""
    return _old_rejects(before).count()


def drop_reject_texts(before: datetime) -> int:
    """Drop the texts of rows rejected before a moment; that they were, and why, stays known."""
    return _old_rejects(before).update(text="", detail="")


def _old_rejects(before: datetime) -> "QuerySet[Reject]":
    return Reject.objects.filter(statement__imported_at__lt=before).exclude(text="", detail="")


def _account(draft: StatementDraft) -> Account | None:
    """Return the account a statement is of, None for a bank's."""
    if draft.form in BANK_FORMATS:
        if draft.account_id is not None:
            raise StatementFieldError(field="form", problem="a bank's statement is of no account")
        return None
    if draft.account_id is None:
        raise StatementFieldError(field="account", problem="say which one the statement is of")
    found = Account.objects.filter(id=draft.account_id, company_key=draft.company_key).first()
    if found is None:
        raise AccountNotFoundError(ref=encode("pac", draft.account_id))
    if draft.form not in FORMATS_OF.get(found.provider, ()):
        raise StatementFieldError(field="form", problem=f"{found.provider} has no such statements")
    return found


def _digest(file: BinaryIO) -> str:
    found, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(1 << 20):
        size += len(block)
        if size > LARGEST_BYTES:
            raise StatementUnreadableError(problem=f"it is larger than {LARGEST_BYTES} bytes")
        found.update(block)
    return found.hexdigest()


def _take(row: Statement, draft: StatementDraft, file: BinaryIO) -> None:
    """Store the lines and rejected rows of a file, a piece at a time."""
    tally = Tally()
    items = read_statement(draft, file, tally)
    stored = 0
    days: list[date] = []
    while piece := list(islice(items, _PIECE)):
        rejects = [one for one in piece if isinstance(one, RejectedRow)]
        lines = [one for one in piece if isinstance(one, StatementLine)]
        if tally.rejected > _MOST_REJECTS:
            raise StatementUnreadableError(problem=f"more than {_MOST_REJECTS} rows cannot be read")
        Reject.objects.bulk_create(
            Reject(
                statement=row, row=one.row, reason=one.reason.value, detail=one.detail,
                text=one.text,
            )
            for one in rejects
        )  # fmt: skip
        if lines:
            stored += _store(row, lines)
            days += [min(one.on for one in lines), max(one.on for one in lines)]
    row.lines, row.known, row.rejected = stored, tally.lines - stored, tally.rejected
    row.skipped, row.problem = tally.skipped, tally.problem
    row.first_on, row.last_on = (min(days), max(days)) if days else (None, None)
    row.save()


def _store(row: Statement, lines: list[StatementLine]) -> int:
    """Store lines that no earlier statement held; return how many they were."""
    temp_table(name=_TAKEN, columns=_COLUMNS)
    texts = ("ref", "currency", "paid_currency", "provider_id", "payment_ref", "own_ref", "text")
    numbers = ("amount_minor", "fee_minor", "paid_minor")
    data: dict[str, pa.Array] = {
        name: pa.array([getattr(one, name) for one in lines], pa.string()) for name in texts
    }
    data |= {name: pa.array([getattr(one, name) for one in lines], pa.int64()) for name in numbers}
    ids = [own_id(one.own_ref) for one in lines]
    data |= {
        "book": pa.array([one.book.value for one in lines], pa.string()),
        "kind": pa.array([one.kind.value for one in lines], pa.string()),
        "row": pa.array([one.row for one in lines], pa.int32()),
        "at": pa.array([one.at for one in lines], pa.timestamp("us", "UTC")),
        "on": pa.array([one.on for one in lines], pa.date32()),
        "own_id": pa.array([str(one) if one else None for one in ids], pa.string()),
    }
    copy_in(table=_TAKEN, columns=list(_COLUMNS), data=pa.table(data))
    told = {"statement": row.key, "company": row.company_key, "account": row.account_key}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, told)
        return int(cursor.rowcount)


def _begin(account: Account, first: date) -> None:
    """Reconcile an account from the first day of its first statement on."""
    terms, _ = Terms.objects.get_or_create(account=account)
    if terms.since_on is None or first < terms.since_on:
        terms.since_on = first
        terms.save(update_fields=["since_on"])
