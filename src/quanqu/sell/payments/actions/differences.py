"""What people do about differences, and what they agree with providers."""

from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.allowed import MANAGE, require_company
from quanqu.sell.payments.actions.reconciling import lock_company, reconcile_locked
from quanqu.sell.payments.contracts import (
    AccountNotFoundError,
    Difference,
    DifferenceAct,
    DifferenceNotFoundError,
    DifferenceState,
    DifferenceStateError,
    StatementFieldError,
    TermsDraft,
    TermsView,
)
from quanqu.sell.payments.contracts.words import LARGEST_MINOR
from quanqu.sell.payments.models import Account, DifferenceNoteRow, DifferenceRow, Terms
from quanqu.sell.payments.queries.companies import companies_seen
from quanqu.sell.payments.queries.differences import difference_view
from quanqu.sell.payments.queries.statements import terms_view

__all__ = ["close_difference", "note_difference", "reopen_difference", "save_terms"]

_LONGEST_NOTE: Final = 2000
_MOST_DAYS: Final = 90
_FINEST: Final = Decimal("0.00000001")


def note_difference(*, actor: Actor, difference_id: UUID, note: str, now: datetime) -> Difference:
    """Add what was found out about a difference, whatever its state.

    Raises: NotAllowedError, DifferenceNotFoundError, StatementFieldError.
    """
    return _act(actor, difference_id, DifferenceAct.NOTED, note, now)


def close_difference(*, actor: Actor, difference_id: UUID, note: str, now: datetime) -> Difference:
    """Close an open difference with its explanation.

    Raises: NotAllowedError, DifferenceNotFoundError, DifferenceStateError, StatementFieldError.
    """
    return _act(actor, difference_id, DifferenceAct.CLOSED, note, now)


def reopen_difference(*, actor: Actor, difference_id: UUID, note: str, now: datetime) -> Difference:
    """Take up a closed difference again, and say why.

    Raises: NotAllowedError, DifferenceNotFoundError, DifferenceStateError, StatementFieldError.
    """
    return _act(actor, difference_id, DifferenceAct.REOPENED, note, now)


@transaction.atomic
def save_terms(*, actor: Actor, account_id: UUID, draft: TermsDraft, now: datetime) -> TermsView:
    """Write down what is agreed with a provider, and compare anew with it.

    Raises: NotAllowedError, AccountNotFoundError, StatementFieldError.
    """
    account = Account.objects.filter(id=account_id).first()
    if account is None:
        actor.require(MANAGE)
        raise AccountNotFoundError(ref=encode("pac", account_id))
    require_company(actor, account.company_key, encode("pac", account_id))
    _check_terms(draft)
    lock_company(account.company_key)
    row, _ = Terms.objects.get_or_create(account=account)
    before = terms_view(account, row).terms
    row.wait_days, row.payout_days = draft.wait_days, draft.payout_days
    row.fee_rate, row.fee_fixed_minor = draft.fee_rate, draft.fee_fixed_minor
    row.returns_fee = draft.returns_fee
    row.save()
    reconcile_locked(account.company_key, now=now)
    record(
        actor=actor,
        action="payments.terms_saved",
        subject=encode("pac", account.id),
        now=now,
        before=_told(before),
        after=_told(draft),
    )
    row.refresh_from_db()
    return terms_view(account, row)


@transaction.atomic
def _act(
    actor: Actor, difference_id: UUID, act: DifferenceAct, note: str, now: datetime
) -> Difference:
    """Lock a difference of a company the actor manages, and do it."""
    companies = companies_seen(actor, MANAGE)
    found = DifferenceRow.objects.select_for_update()
    if companies is not None:
        found = found.filter(company_key__in=companies)
    row = found.filter(id=difference_id).first()
    name = encode("dif", difference_id)
    if row is None:
        raise DifferenceNotFoundError(ref=name)
    told = note.strip()
    if not told or len(told) > _LONGEST_NOTE or "\x00" in told:
        raise StatementFieldError(field="note", problem=f"is from 1 to {_LONGEST_NOTE} characters")
    before = row.state
    needed = {
        DifferenceAct.CLOSED: (DifferenceState.OPEN, DifferenceState.CLOSED),
        DifferenceAct.REOPENED: (DifferenceState.CLOSED, DifferenceState.OPEN),
    }
    if act in needed:
        from_state, to_state = needed[act]
        if row.state != from_state.value:
            raise DifferenceStateError(ref=name, state=row.state, wanted=act.value)
        row.state = to_state.value
        row.closed_by = actor.id if act is DifferenceAct.CLOSED else ""
    row.changed_at = now
    row.save(update_fields=["state", "closed_by", "changed_at"])
    DifferenceNoteRow.objects.create(
        difference=row, act=act.value, note=told, actor=actor.id, actor_name=actor.name, at=now
    )
    record(
        actor=actor,
        action=f"payments.difference_{act.value}",
        subject=name,
        now=now,
        before={"state": before},
        after={"state": row.state, "note": told},
    )
    return difference_view(row)


def _check_terms(draft: TermsDraft) -> None:
    days = {"wait_days": draft.wait_days, "payout_days": draft.payout_days}
    for name, value in days.items():
        if not 0 <= value <= _MOST_DAYS:
            raise StatementFieldError(field=name, problem=f"is from 0 to {_MOST_DAYS}")
    rate = draft.fee_rate
    if rate is not None and (not rate.is_finite() or not 0 <= rate <= 1 or _too_fine(rate)):
        raise StatementFieldError(field="fee_rate", problem="is from 0 to 1, of 8 decimals at most")
    if not 0 <= draft.fee_fixed_minor <= LARGEST_MINOR:
        raise StatementFieldError(field="fee_fixed_minor", problem="is an amount")


def _told(terms: TermsDraft) -> dict[str, str | int | bool | None]:
    return {
        "wait_days": terms.wait_days,
        "payout_days": terms.payout_days,
        "fee_rate": None if terms.fee_rate is None else str(terms.fee_rate.normalize()),
        "fee_fixed_minor": terms.fee_fixed_minor,
        "returns_fee": terms.returns_fee,
    }


def _too_fine(rate: Decimal) -> bool:
    return rate != rate.quantize(_FINEST)
