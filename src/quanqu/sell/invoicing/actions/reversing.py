"""Write red invoices: what came back, or a blue one as a whole to be written again."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.know.org.facade import places_by_key
from quanqu.sell.invoicing.actions.numbering import lock_sale, next_number
from quanqu.sell.invoicing.contracts import (
    InvoiceKind,
    InvoiceNotFoundError,
    InvoiceRow,
    InvoiceStateError,
    InvoiceSumError,
    TaxedLine,
)
from quanqu.sell.invoicing.models import FollowedReturn, Invoice, Line
from quanqu.sell.invoicing.queries.invoices import row_of
from quanqu.sell.invoicing.queries.rights import MANAGE, invoices_in_scope
from quanqu.sell.invoicing.queries.taxes import seller_of
from quanqu.sell.invoicing.rules.covering import DELIVERY
from quanqu.sell.invoicing.rules.taxing import Remainder, share_back
from quanqu.sell.returns.contracts import SettledReturn
from quanqu.sell.returns.facade import settled_returns

__all__ = ["correct_invoice", "follow_returns", "take_back_return"]

_LONGEST = 500


def take_back_return(*, order_id: UUID, now: datetime) -> int:
    """Write the red invoices of an order's settled returns, and return how many; again, none.

    Locks: the order's row, then series.
    """
    with transaction.atomic():
        lock_sale(order_id)
        return follow_returns(order_id, now=now)


def follow_returns(order_id: UUID, *, now: datetime) -> int:
    """Take settled returns back of the invoices that charged their lines; the order is locked.

    A line that no invoice charges yet will be charged without what came back.
    """
    known = set(
        FollowedReturn.objects.filter(order_id=order_id).values_list("return_id", flat=True)
    )
    fresh = [one for one in settled_returns(order_id=order_id) if one.return_id not in known]
    count = sum(_take_back(order_id, one, now) for one in fresh)
    FollowedReturn.objects.bulk_create(
        [FollowedReturn(return_id=one.return_id, order_id=order_id) for one in fresh]
    )
    return count


def correct_invoice(*, actor: Actor, invoice_id: UUID, reason: str, now: datetime) -> InvoiceRow:
    """Take a blue invoice back as a whole by a red one, so that its lines can be invoiced again.

    Returns the red one; again, the one that was written.  Locks: the order's row, then the series.
    Raises: NotAllowedError, InvoiceNotFoundError, InvoiceStateError.
    """
    actor.require(MANAGE)
    ref = encode("inv", invoice_id)
    order_id = (
        invoices_in_scope(actor, MANAGE)
        .filter(id=invoice_id).values_list("order_id", flat=True).first()
    )  # fmt: skip
    if order_id is None:
        raise InvoiceNotFoundError(ref=ref)
    why = reason.strip()[:_LONGEST]
    with transaction.atomic():
        lock_sale(order_id)
        blue = Invoice.objects.select_for_update().get(id=invoice_id)
        if blue.kind != InvoiceKind.BLUE:
            raise InvoiceStateError(ref=ref, problem="a red invoice is not taken back")
        if blue.is_replaced:
            return row_of(Invoice.objects.get(id=uuid5(invoice_id, "replaced")))
        if not why:
            raise InvoiceStateError(ref=ref, problem="say why it is taken back")
        follow_returns(order_id, now=now)
        blue.refresh_from_db()
        lines = list(Line.objects.filter(invoice=blue).order_by("line_no"))
        amounts = {one.line_no: one.gross_minor - one.taken_minor for one in lines}
        if not any(amounts.values()):
            raise InvoiceStateError(ref=ref, problem="nothing is left of it to take back")
        red = _write_red(
            blue, lines, amounts, {}, red_id=uuid5(invoice_id, "replaced"), reason=why,
            actor=actor, now=now,
        )  # fmt: skip
        blue.is_replaced = True
        blue.save(update_fields=["is_replaced"])
        Line.objects.filter(invoice=blue).update(is_live=False)
        record(
            actor=actor, action="invoicing.correct", subject=ref, now=now,
            after={"red": encode("inv", red.id), "reason": why},
        )  # fmt: skip
        return row_of(red)


def _take_back(order_id: UUID, back: SettledReturn, now: datetime) -> int:
    """Write the red invoices of one return; one for each blue invoice it touches."""
    amounts = {one.line_no: one.amount_minor for one in back.lines}
    amounts[DELIVERY] = back.shipping_minor
    units = {one.line_no: one.quantity for one in back.lines}
    charged = Line.objects.filter(order_id=order_id, is_live=True).order_by("line_no")
    by_invoice: dict[int, list[Line]] = {}
    for line in charged:
        if amounts.get(line.order_line_no):
            by_invoice.setdefault(line.invoice_id, []).append(line)
    blues = {
        one.key: one
        for one in Invoice.objects.select_for_update().filter(key__in=by_invoice).order_by("key")
    }
    for key, blue in blues.items():
        lines = by_invoice[key]
        _write_red(
            blue,
            lines,
            {one.line_no: amounts[one.order_line_no] for one in lines},
            {one.line_no: units.get(one.order_line_no, 1) for one in lines},
            red_id=uuid5(back.return_id, f"red {blue.id}"),
            reason="return",
            actor=SYSTEM,
            now=now,
            return_id=back.return_id,
        )
    return len(blues)


def _write_red(
    blue: Invoice,
    lines: list[Line],
    amounts: Mapping[int, int],
    units: Mapping[int, int],
    *,
    red_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    return_id: UUID | None = None,
) -> Invoice:
    """Write a red invoice of amounts by line of a locked blue one. Raises: InvoiceSumError."""
    taken = [(one, amounts[one.line_no]) for one in lines if amounts[one.line_no]]
    total = sum(amount for _, amount in taken)
    for line, amount in taken:
        if amount > line.gross_minor - line.taken_minor:
            left = Money(line.gross_minor - line.taken_minor, blue.currency).amount
            raise InvoiceSumError(
                ref=encode("inv", blue.id), left=left, currency=blue.currency,
                asked=Money(amount, blue.currency).amount,
            )  # fmt: skip
    shares = [
        share_back(
            Remainder(TaxedLine(one.net_minor, one.tax_minor, one.rounding_minor), one.taken_minor),
            amount,
        )
        for one, amount in taken
    ]
    red = _red_head(
        blue, shares, red_id=red_id, reason=reason, actor=actor, now=now, return_id=return_id
    )
    Line.objects.bulk_create(
        _red_line(red, number, one, share, units.get(one.line_no, one.quantity))
        for number, ((one, _), share) in enumerate(zip(taken, shares, strict=True), 1)
    )
    for one, amount in taken:
        one.taken_minor += amount
    Line.objects.bulk_update([one for one, _ in taken], ["taken_minor"])
    blue.reversed_minor += total
    blue.save(update_fields=["reversed_minor"])
    return red


def _red_head(
    blue: Invoice,
    shares: Sequence[TaxedLine],
    *,
    red_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    return_id: UUID | None,
) -> Invoice:
    """Write the head of a red invoice, with the next number of its series."""
    total = sum(one.gross_minor for one in shares)
    place = places_by_key(keys=[blue.place_key])[blue.place_key]
    series = seller_of(blue.seller).red_series
    return Invoice.objects.create(
        id=red_id,
        kind=InvoiceKind.RED.value,
        regime=blue.regime,
        company_key=blue.company_key,
        place_key=blue.place_key,
        series=series,
        order_id=blue.order_id,
        order_number=blue.order_number,
        part_no=blue.part_no,
        return_id=return_id,
        original=blue,
        subject_key=blue.subject_key,
        seller=blue.seller,
        buyer_kind=blue.buyer_kind,
        buyer_sealed=blue.buyer_sealed,
        currency=blue.currency,
        net_minor=sum(one.net_minor for one in shares),
        tax_minor=sum(one.tax_minor for one in shares),
        rounding_minor=sum(one.rounding_minor for one in shares),
        gross_minor=total,
        prepaid_minor=total if return_id is not None else min(total, blue.prepaid_minor),
        reason=reason,
        fingerprint=hashlib.sha256(red_id.bytes).digest(),
        issued_at=now,
        issued_on=now.astimezone(ZoneInfo(place.time_zone or "UTC")).date(),
        issued_by=actor.id,
        number=next_number(blue.company_key, series),
    )


def _red_line(red: Invoice, number: int, of: Line, share: TaxedLine, units: int) -> Line:
    return Line(
        invoice=red, line_no=number, order_id=of.order_id, order_line_no=of.order_line_no,
        is_live=False, kind=of.kind, sku=of.sku, name=of.name, class_code=of.class_code,
        unit=of.unit, quantity=max(units, 1), treatment=of.treatment, rate=of.rate,
        reason_code=of.reason_code, reason=of.reason, net_minor=share.net_minor,
        tax_minor=share.tax_minor, rounding_minor=share.rounding_minor,
        gross_minor=share.gross_minor,
    )  # fmt: skip
