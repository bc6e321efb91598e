"""The REST API of settlement: statements, what differs, what is agreed."""

from datetime import date
from typing import Any, BinaryIO, cast

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router
from ninja.files import UploadedFile

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import get_unit
from quanqu.sell.payments import facade
from quanqu.sell.payments.api import settlement_render as render
from quanqu.sell.payments.api.schemas.payments import Id
from quanqu.sell.payments.api.schemas.settlement import (
    DaysQuery,
    DifferenceDetailOut,
    DifferenceOut,
    DifferenceQuery,
    LineOut,
    NoteIn,
    SettledDayOut,
    StatementDetailOut,
    StatementIn,
    StatementOut,
    TermsIn,
    TermsOut,
)
from quanqu.sell.payments.contracts import (
    AccountNotFoundError,
    BankColumns,
    DifferenceFilters,
    StatementDraft,
    StatementFieldError,
    StatementFormat,
    TermsDraft,
)

router = Router(tags=["settlement"])


@router.get("/settlement/statements", response=PageOut[StatementOut], summary="List statements")
def list_statements(request: HttpRequest, page: Query[PageParams]) -> dict[str, Any]:
    """The statements of companies whose whole the caller may see, newest first."""
    actor = actor_of(request)
    found = facade.list_statements(actor=actor, cursor=page.cursor, limit=page.limit)
    names = render.names_for(actor)
    return cursor_page(request, found, lambda row: render.statement(row, names))


@router.post("/settlement/statements", response=StatementDetailOut, summary="Import a statement")
def import_statement(
    request: HttpRequest, payload: Form[StatementIn], file: File[UploadedFile]
) -> dict[str, Any]:
    """Read a provider's or a bank's file and match it; the same file again changes nothing."""
    actor = actor_of(request)
    draft = _draft(actor, payload, file.name or "statement")
    found = facade.import_statement(
        actor=actor, draft=draft, file=cast(BinaryIO, file.file), now=utc_now()
    )
    return _statement(actor, found.id) | {"is_repeat": found.is_repeat}


@router.get(
    "/settlement/statements/{statement_id}", response=StatementDetailOut, summary="Get a statement"
)
def get_statement(request: HttpRequest, statement_id: Path[Id]) -> dict[str, Any]:
    """A statement with the first rows that were not taken."""
    return _statement(actor_of(request), decode("stm", statement_id))


@router.get(
    "/settlement/statements/{statement_id}/lines",
    response=PageOut[LineOut],
    summary="List the lines of a statement",
)
def list_lines(
    request: HttpRequest, statement_id: Path[Id], page: Query[PageParams]
) -> dict[str, Any]:
    """What the file says, row by row."""
    found = facade.list_lines(
        actor=actor_of(request),
        statement_id=decode("stm", statement_id),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, render.line)


@router.get("/settlement/differences", response=PageOut[DifferenceOut], summary="List differences")
def list_differences(
    request: HttpRequest, query: Query[DifferenceQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What ledger, providers and banks tell differently, newest first."""
    actor = actor_of(request)
    found = facade.list_differences(
        actor=actor, filters=_filters(actor, query), cursor=page.cursor, limit=page.limit
    )
    names = render.names_for(actor)
    return cursor_page(request, found, lambda row: render.difference(row, names))


@router.get(
    "/settlement/differences/{difference_id}",
    response=DifferenceDetailOut,
    summary="Get a difference",
)
def get_difference(request: HttpRequest, difference_id: Path[Id]) -> dict[str, Any]:
    """A difference with both sides and its history."""
    return _difference(actor_of(request), difference_id)


@router.post(
    "/settlement/differences/{difference_id}/notes",
    response=DifferenceDetailOut,
    summary="Note what was found out",
)
@idempotent
def note_difference(request: HttpRequest, difference_id: Path[Id], body: NoteIn) -> dict[str, Any]:
    """Add a note to a difference."""
    actor, wanted = actor_of(request), decode("dif", difference_id)
    facade.note_difference(actor=actor, difference_id=wanted, note=body.note, now=utc_now())
    return _difference(actor, difference_id)


@router.post(
    "/settlement/differences/{difference_id}/closing",
    response=DifferenceDetailOut,
    summary="Close a difference",
)
@idempotent
def close_difference(request: HttpRequest, difference_id: Path[Id], body: NoteIn) -> dict[str, Any]:
    """Close an open difference with its explanation."""
    actor, wanted = actor_of(request), decode("dif", difference_id)
    facade.close_difference(actor=actor, difference_id=wanted, note=body.note, now=utc_now())
    return _difference(actor, difference_id)


@router.post(
    "/settlement/differences/{difference_id}/reopening",
    response=DifferenceDetailOut,
    summary="Reopen a difference",
)
@idempotent
def reopen_difference(
    request: HttpRequest, difference_id: Path[Id], body: NoteIn
) -> dict[str, Any]:
    """Take up a closed difference again."""
    actor, wanted = actor_of(request), decode("dif", difference_id)
    facade.reopen_difference(actor=actor, difference_id=wanted, note=body.note, now=utc_now())
    return _difference(actor, difference_id)


@router.get("/settlement/days", response=list[SettledDayOut], summary="List settled days")
def list_days(request: HttpRequest, query: Query[DaysQuery]) -> list[dict[str, Any]]:
    """How captures and refunds stand by day (UTC) and account: matched, waiting, different."""
    actor = actor_of(request)
    names = render.names_for(actor)
    company = get_unit(actor=actor, unit_id=query.company).key if query.company else None
    rows = facade.list_settled_days(
        actor=actor,
        first=_day(query.first),
        last=_day(query.last),
        company_keys=None if company is None else frozenset({company}),
    )
    return [render.settled_day(row, names) for row in rows]


@router.get("/payment-accounts/{account_id}/terms", response=TermsOut, summary="Get agreed terms")
def get_terms(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """What is agreed with a provider on fees and days."""
    wanted = decode("pac", account_id)
    return render.terms(facade.get_terms(actor=actor_of(request), account_id=wanted))


@router.put("/payment-accounts/{account_id}/terms", response=TermsOut, summary="Save agreed terms")
@idempotent
def save_terms(request: HttpRequest, account_id: Path[Id], body: TermsIn) -> dict[str, Any]:
    """Write down what is agreed with a provider, and compare anew with it."""
    draft = TermsDraft(
        body.wait_days, body.payout_days, body.fee_rate, body.fee_fixed_minor, body.returns_fee
    )
    found = facade.save_terms(
        actor=actor_of(request), account_id=decode("pac", account_id), draft=draft, now=utc_now()
    )
    return render.terms(found)


def _draft(actor: Actor, payload: StatementIn, file_name: str) -> StatementDraft:
    """Return what a form says of a file. Raises: as decode, get_unit; StatementFieldError."""
    account = decode("pac", payload.account) if payload.account else None
    if payload.company:
        company = get_unit(actor=actor, unit_id=payload.company).key
    elif account is not None:
        known = [one for one in facade.list_accounts(actor=actor) if one.id == account]
        if not known:
            raise AccountNotFoundError(ref=payload.account)
        company = known[0].company_key
    else:
        raise StatementFieldError(field="company", problem="say of which company the file is")
    columns = None
    if payload.form is StatementFormat.BANK_CSV:
        columns = BankColumns(
            day=payload.day, reference=payload.reference, amount=payload.amount,
            credit=payload.credit, debit=payload.debit, currency=payload.currency,
            currency_column=payload.currency_column, identity=payload.identity,
            day_form=payload.day_form, decimal=payload.decimal,
        )  # fmt: skip
    return StatementDraft(company, payload.form, file_name, account, payload.bank_account, columns)


def _statement(actor: Actor, statement_id: Any) -> dict[str, Any]:
    found = facade.get_statement(actor=actor, statement_id=statement_id)
    rejects = facade.list_rejects(actor=actor, statement_id=statement_id)
    return render.statement(found, render.names_for(actor)) | {"rejects": rejects}


def _difference(actor: Actor, difference_id: str) -> dict[str, Any]:
    found = facade.get_difference(actor=actor, difference_id=decode("dif", difference_id))
    return render.detail(found, render.names_for(actor))


def _filters(actor: Actor, query: DifferenceQuery) -> DifferenceFilters:
    company = get_unit(actor=actor, unit_id=query.company).key if query.company else None
    return DifferenceFilters(
        company_keys=None if company is None else frozenset({company}),
        account_ids=frozenset({decode("pac", query.account)} if query.account else ()),
        kinds=frozenset({query.kind} if query.kind else ()),
        states=frozenset({query.state} if query.state else ()),
        first=_day(query.first) if query.first else None,
        last=_day(query.last) if query.last else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StatementFieldError(field="day", problem=f"{text!r} is none") from None
