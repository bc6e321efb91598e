"""Charge a supplier back for what came back broken: the goods go to it from damaged stock."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.returns.actions.writing import lock_return
from quanqu.sell.returns.contracts import (
    ChargeBackError,
    Grade,
    ReturnRow,
    ReturnState,
    ReturnStepError,
)
from quanqu.sell.returns.queries.returns import lines_of, return_number, row_of
from quanqu.sell.supply.contracts import ReturnDraft as SupplierDraft
from quanqu.sell.supply.contracts import ReturnDraftLine, ReturnFrom
from quanqu.sell.supply.facade import get_supplier, return_goods

__all__ = ["charge_supplier"]


def charge_supplier(*, actor: Actor, return_id: UUID, supplier_id: str, now: datetime) -> ReturnRow:
    """Give the damaged units of a settled return back to their supplier, for an expected credit.

    Once for a return: again, it changes nothing.
    Locks: the return, the supplier, levels.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, ChargeBackError where nothing
    damaged came back or another supplier was charged, what `return_goods` raises.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        get_supplier(actor=actor, supplier_id=supplier_id)
        ref = encode("ret", row.id)
        if row.state != ReturnState.SETTLED:
            raise ReturnStepError(ref=ref, state=row.state, step="charge_back")
        lines = lines_of(row.key)
        units = sum(line.quantity for line in lines)
        if row.supplier_return_id:
            return row_of(row, units)
        damaged: dict[int, int] = {}
        for line in lines:
            count = line.grades.get(Grade.B.value, 0)
            if count and line.variant_key is not None:
                damaged[line.variant_key] = damaged.get(line.variant_key, 0) + count
        if not damaged:
            raise ChargeBackError(ref=ref)
        made = return_goods(
            actor=actor,
            supplier_id=supplier_id,
            place_key=row.place_key,
            draft=SupplierDraft(
                return_number(row),
                f"came back damaged: {row.order_number}",
                ReturnFrom.DAMAGED,
                tuple(ReturnDraftLine(key, count) for key, count in sorted(damaged.items())),
            ),
            now=now,
        )
        row.supplier_return_id, row.changed_at = made.id, now
        row.save(update_fields=["supplier_return_id", "changed_at"])
        return row_of(row, units)
