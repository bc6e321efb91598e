"""Receipts with their lines and shared costs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.supply.contracts import (
    Charge,
    ChargeKind,
    Receipt,
    ReceiptFilters,
    ReceiptLine,
    ShareBasis,
)
from quanqu.sell.supply.models import Charge as ChargeRow
from quanqu.sell.supply.models import ChargeShare
from quanqu.sell.supply.models import Receipt as ReceiptRow
from quanqu.sell.supply.models import ReceiptLine as LineRow
from quanqu.sell.supply.queries.scoping import order_row, receipt_row, receipts_in_scope

__all__ = ["get_receipt", "list_receipts", "receipt_infos"]

_NEWEST: Final = Sorting("newest", "received_at", read=read_moment)


def list_receipts(
    *, actor: Actor, filters: ReceiptFilters, cursor: str | None = None, limit: int = 50
) -> Page[Receipt]:
    """Return a page of receipts, newest first. Raises: NotAllowedError."""
    found = receipts_in_scope(actor)
    if filters.order_id:
        found = found.filter(order=order_row(actor, filters.order_id))
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.since is not None:
        found = found.filter(received_at__gte=filters.since)
    if filters.until is not None:
        found = found.filter(received_at__lt=filters.until)
    rows, following = _NEWEST.page(found, cursor, limit)
    return Page(receipt_infos(rows), following)


def get_receipt(*, actor: Actor, receipt_id: str) -> Receipt:
    """Return a receipt. Raises: ReceiptNotFoundError."""
    (found,) = receipt_infos([receipt_row(actor, receipt_id)])
    return found


def receipt_infos(rows: Sequence[ReceiptRow]) -> tuple[Receipt, ...]:
    """Return receipts with their lines and costs, read together."""
    keys = [row.key for row in rows]
    landed = dict(
        ChargeShare.objects.filter(line__receipt_id__in=keys)
        .values_list("line_id")
        .annotate(total=Sum("share_minor"))
    )
    lines: dict[int, list[LineRow]] = defaultdict(list)
    found = LineRow.objects.filter(receipt_id__in=keys).select_related("line")
    for line in found.order_by("line__line_no"):
        lines[line.receipt_id].append(line)
    charges: dict[int, list[ChargeRow]] = defaultdict(list)
    told = ChargeRow.objects.filter(receipt_id__in=keys).prefetch_related("shares__line__line")
    for charge in told.order_by("key"):
        charges[charge.receipt_id].append(charge)
    return tuple(_receipt(row, lines[row.key], landed, charges[row.key]) for row in rows)


def _receipt(
    row: ReceiptRow,
    lines: Sequence[LineRow],
    landed: dict[int, int],
    charges: Sequence[ChargeRow],
) -> Receipt:
    currency = row.order.currency
    return Receipt(
        key=row.key,
        id=encode("rcp", row.id),
        order_id=encode("pur", row.order.id),
        order_number=row.order.number,
        supplier_name=row.order.supplier.name,
        company_key=row.company_key,
        place_key=row.place_key,
        reference=row.reference,
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        actor_name=row.actor_name,
        note=row.note,
        lines=tuple(
            ReceiptLine(
                line_no=one.line.line_no,
                variant_key=one.line.variant_key,
                good=one.good,
                damaged=one.damaged,
                unit_cost=Money(one.unit_cost_minor, currency),
                landed=Money(int(landed.get(one.key, 0)), currency),
            )
            for one in lines
        ),
        charges=tuple(_charge(one, currency) for one in charges),
    )


def _charge(row: ChargeRow, currency: str) -> Charge:
    return Charge(
        kind=ChargeKind(row.kind),
        amount=Money(row.amount_minor, currency),
        basis=ShareBasis(row.basis),
        reference=row.reference,
        recorded_at=row.recorded_at,
        shares={
            one.line.line.line_no: Money(one.share_minor, currency) for one in row.shares.all()
        },
    )
