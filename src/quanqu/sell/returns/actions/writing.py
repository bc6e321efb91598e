"""Lock a return and its order, take steps, write the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.returns.contracts import (
    ReturnNotFoundError,
    ReturnState,
    ReturnStep,
    Sale,
)
from quanqu.sell.returns.models import Return, SaleLine, StepTaken
from quanqu.sell.returns.models import Sale as SaleRow
from quanqu.sell.returns.queries.rights import MANAGE, may_at
from quanqu.sell.returns.queries.sales import read_sale
from quanqu.sell.returns.rules.states import follow

__all__ = ["Mark", "claim", "lock_return", "lock_sale", "save_step", "step_to", "was_last"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who does something to a return, when, and what is told of it."""

    actor_id: str
    now: datetime
    detail: str = ""


def lock_sale(order_id: UUID) -> tuple[SaleRow, Sale]:
    """Lock an order's row, made where it lacks, and read the order as it stands under the lock.

    Raises: OrderNotFoundError.
    """
    sale = read_sale(order_id)
    SaleRow.objects.bulk_create(
        [
            SaleRow(
                order_id=order_id,
                place_key=sale.place_key,
                company_key=sale.company_key,
                currency=sale.currency,
                paid_minor=sale.paid_minor,
                shipping_minor=sale.shipping_minor,
            )
        ],
        ignore_conflicts=True,
    )
    row = SaleRow.objects.select_for_update().get(order_id=order_id)
    SaleLine.objects.bulk_create(
        [SaleLine(sale_key=row.key, line_no=one.line_no, bought=one.bought) for one in sale.lines],
        ignore_conflicts=True,
    )
    sale = read_sale(order_id)
    row.paid_minor = max(sale.paid_minor, row.refunded_minor)
    row.shipping_minor = max(sale.shipping_minor, row.shipping_refunded_minor)
    row.save(update_fields=["paid_minor", "shipping_minor"])
    _follow_the_order(row, sale)
    return row, sale


def claim(sale_key: int, units: Mapping[int, int], *, settled: Mapping[int, int] | None = None
) -> None:  # fmt: skip
    """Add to what is claimed of an order's lines, or give it free (below nothing), and settle."""
    told = settled or {}
    for line_no in sorted({*units, *told}):
        SaleLine.objects.filter(sale_key=sale_key, line_no=line_no).update(
            claimed=F("claimed") + units.get(line_no, 0),
            settled=F("settled") + told.get(line_no, 0),
        )


def lock_return(return_id: UUID, *, actor: Actor | None, permission: str = MANAGE) -> Return:
    """Lock a return, as far as the permission holds at its place (None: this room).

    Raises: NotAllowedError, ReturnNotFoundError.
    """
    if actor is not None:
        actor.require(permission)
    row = Return.objects.select_for_update().filter(id=return_id).first()
    if row is None or (actor is not None and not may_at(actor, permission, row.place_key)):
        raise ReturnNotFoundError(ref=encode("ret", return_id))
    return row


def step_to(row: Return, step: ReturnStep) -> ReturnState:
    """Return where a step leads a locked return. Raises: ReturnStepError."""
    return follow(
        ReturnState(row.state), step, keeps_goods=row.keeps_goods, ref=encode("ret", row.id)
    )


def save_step(
    row: Return, step: ReturnStep, state: ReturnState, mark: Mark, *, fields: Iterable[str] = ()
) -> None:
    """Write where a locked return stands now, and how it came there."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a step was taken outside a transaction")
    row.state, row.changed_at = state.value, mark.now
    row.save(update_fields=["state", "changed_at", *fields])
    StepTaken.objects.create(
        return_key=row.key,
        at=mark.now,
        actor=mark.actor_id,
        step=step.value,
        state=state.value,
        detail=mark.detail[:500],
    )


def was_last(row: Return, step: ReturnStep) -> bool:
    """Tell whether a return's last step was this one."""
    last = StepTaken.objects.filter(return_key=row.key).order_by("-key").first()
    return last is not None and last.step == step.value


def _follow_the_order(row: SaleRow, sale: Sale) -> None:
    """Let lines be what their channel tells now, as far as no more is claimed."""
    lines = {one.line_no: one for one in SaleLine.objects.filter(sale_key=row.key)}
    for line in sale.lines:
        known = lines[line.line_no]
        if known.bought != line.bought and line.bought >= known.claimed:
            SaleLine.objects.filter(sale_key=row.key, line_no=line.line_no).update(
                bought=line.bought
            )
