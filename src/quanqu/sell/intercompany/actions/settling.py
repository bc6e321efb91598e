"""Write down money that one company of the group paid another for what it owes."""

from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.intercompany.actions.booking import book, movement
from quanqu.sell.intercompany.contracts import (
    MovementKind,
    MovementView,
    SettlementDraft,
    SettlementReusedError,
    TransferRuleError,
)
from quanqu.sell.intercompany.models import Movement
from quanqu.sell.intercompany.queries.books import movement_view
from quanqu.sell.intercompany.queries.rights import MANAGE, require_companies

__all__ = ["record_settlement"]

_LARGEST = 10**15
_LONGEST = 200


def record_settlement(*, actor: Actor, draft: SettlementDraft, now: datetime) -> MovementView:
    """Write a payment between two companies down; the same id again, once.

    Locks: the two companies' books.
    Raises: NotAllowedError, TransferCompanyError, TransferRuleError, SettlementReusedError.
    """
    if draft.payer_key == draft.payee_key:
        raise TransferRuleError(field="company", problem="two different companies")
    if not 0 < draft.amount_minor <= _LARGEST:
        raise TransferRuleError(field="amount", problem="above zero")
    require_companies(actor, MANAGE, draft.payer_key, draft.payee_key)
    row = movement(
        MovementKind.SETTLEMENT, now, actor.id,
        id=draft.id, source_id=draft.id, line_no=0, from_company_key=draft.payer_key,
        to_company_key=draft.payee_key, amount_minor=draft.amount_minor,
        currency=draft.currency, note=draft.note.strip()[:_LONGEST], on=draft.on,
    )  # fmt: skip
    with transaction.atomic():
        if book([row]):
            record(
                actor=actor, action="intercompany.settle", subject=encode("ict", row.id), now=now,
                after={"amount_minor": row.amount_minor, "currency": row.currency},
            )  # fmt: skip
            return movement_view(row)
        known = Movement.objects.get(kind=row.kind, source_id=draft.id)
        told = ("from_company_key", "to_company_key", "amount_minor", "currency", "on", "note")
        if any(getattr(known, name) != getattr(row, name) for name in told):
            raise SettlementReusedError(ref=encode("ict", draft.id))
        return movement_view(known)
