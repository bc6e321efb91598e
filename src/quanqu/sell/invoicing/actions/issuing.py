"""Write blue invoices: of an order or a part, once, with the next number of its series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Sum

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts import PartState
from quanqu.sell.checkout.facade import find_live_order
from quanqu.sell.invoicing.actions.numbering import lock_sale, next_number
from quanqu.sell.invoicing.actions.reversing import follow_returns
from quanqu.sell.invoicing.contracts import (
    InvoiceDraft,
    InvoiceKind,
    InvoiceOrderError,
    InvoiceReusedError,
    InvoiceRow,
    InvoiceStateError,
    LineKind,
    Seller,
    Taxable,
    TaxedTotal,
    TaxRule,
)
from quanqu.sell.invoicing.models import Invoice, Line
from quanqu.sell.invoicing.queries.invoices import row_of, seal_buyer
from quanqu.sell.invoicing.queries.rights import MANAGE, may_at
from quanqu.sell.invoicing.queries.taxes import (
    item_taxes,
    needed_rule,
    needed_seller,
    rules_of,
    seller_json,
)
from quanqu.sell.invoicing.rules.checking import check_buyer
from quanqu.sell.invoicing.rules.covering import (
    DELIVERY,
    Charge,
    Part,
    charges,
    fingerprint,
    paid_of,
)
from quanqu.sell.invoicing.rules.taxing import tax
from quanqu.sell.returns.contracts import Sale, SaleNotFoundError, SettledReturn
from quanqu.sell.returns.facade import settled_returns, sold_order

__all__ = ["issue_invoice"]

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class _Written:
    """The lines an invoice will have, and how each is taxed and called."""

    charges: list[Charge]
    rules: list[TaxRule]
    total: TaxedTotal
    names: list[tuple[str, str, str]]


def issue_invoice(*, actor: Actor, draft: InvoiceDraft, now: datetime) -> InvoiceRow:
    """Write an invoice of an order whose goods the buyer has, or of one of its parts.

    It charges what no invoice charges yet, after what came back.  Asked again under the same id,
    the first answer counts.  Locks: the order's row, then the series.
    Raises: NotAllowedError, InvoiceOrderError, InvoiceStateError, InvoiceReusedError, BuyerError,
    NoSellerError, NoTaxRuleError.
    """
    actor.require(MANAGE)
    sale = _sale(actor, draft.order_id)
    place = places_by_key(keys=[sale.place_key])[sale.place_key]
    print_ = fingerprint(draft)
    seller = needed_seller(sale.company_key, place.company_name)
    buyer = check_buyer(draft.buyer, seller.regime, seller.country)
    with transaction.atomic():
        lock_sale(draft.order_id)
        if (known := _known(draft, print_)) is not None:
            return known
        follow_returns(draft.order_id, now=now)
        on = _today(place, now)
        written = _written(draft, _sale(actor, draft.order_id), seller, on)
        gross = written.total.gross_minor
        row = Invoice.objects.create(
            id=draft.id,
            kind=InvoiceKind.BLUE.value,
            regime=seller.regime.value,
            company_key=sale.company_key,
            place_key=sale.place_key,
            series=seller.series,
            order_id=draft.order_id,
            order_number=sale.number,
            part_no=draft.part_no,
            subject_key=sale.subject_key,
            seller=seller_json(seller),
            buyer_kind=buyer.kind.value,
            buyer_sealed=seal_buyer(buyer),
            currency=sale.currency,
            net_minor=written.total.net_minor,
            tax_minor=written.total.tax_minor,
            rounding_minor=written.total.rounding_minor,
            gross_minor=gross,
            prepaid_minor=paid_of(
                gross, paid_minor=sale.left_minor, told_minor=_told_paid(draft.order_id)
            ),
            note=draft.note.strip()[:_LONGEST],
            fingerprint=print_,
            issued_at=now,
            issued_on=on,
            issued_by=actor.id,
            number=next_number(sale.company_key, seller.series),
        )
        Line.objects.bulk_create(_lines(row, written))
        record(
            actor=actor, action="invoicing.issue", subject=encode("inv", row.id), now=now,
            after={"number": row.number, "gross_minor": gross},
        )  # fmt: skip
        return row_of(row)


def _sale(actor: Actor, order_id: UUID) -> Sale:
    """Return an order the actor may invoice. Raises: InvoiceOrderError, SaleStateError."""
    ref = encode("ord", order_id)
    try:
        sale = sold_order(order_id=order_id)
    except SaleNotFoundError:
        raise InvoiceOrderError(ref=ref) from None
    if not may_at(actor, MANAGE, sale.place_key):
        raise InvoiceOrderError(ref=ref)
    return sale


def _known(draft: InvoiceDraft, print_: bytes) -> InvoiceRow | None:
    row = Invoice.objects.filter(id=draft.id).first()
    if row is None:
        return None
    if bytes(row.fingerprint) != print_:
        raise InvoiceReusedError(ref=encode("inv", draft.id))
    return row_of(row)


def _today(place: PlaceInfo, now: datetime) -> date:
    return now.astimezone(ZoneInfo(place.time_zone or "UTC")).date()


def _written(draft: InvoiceDraft, sale: Sale, seller: Seller, on: date) -> _Written:
    invoiced = set(
        Line.objects.filter(order_id=draft.order_id, is_live=True)
        .values_list("order_line_no", flat=True)
    )  # fmt: skip
    parts = _parts(sale, settled_returns(order_id=draft.order_id))
    if draft.part_no is not None:
        within = _lines_of_part(draft)
        parts = [one for one in parts if one.line_no in within]
    found = charges(parts, invoiced=invoiced)
    if not found:
        ref = sale.number or encode("ord", sale.order_id)
        raise InvoiceStateError(ref=ref, problem="nothing is left to be invoiced")
    items = item_taxes(sale.company_key, {one.sku for one in found}, seller)
    told = [
        (seller.shipping_category, seller.shipping_class_code)
        if one.kind is LineKind.SHIPPING
        else (items[one.sku].category, items[one.sku].class_code)
        for one in found
    ]
    rules = rules_of(sale.company_key, seller.region, {category for category, _ in told})
    chosen = [needed_rule(rules, seller.region, category, on) for category, _ in told]
    names = [
        (items[one.sku].name or one.name or one.sku, code, items[one.sku].unit or seller.unit)
        if one.kind is not LineKind.SHIPPING
        else ("", code, "")
        for one, (_, code) in zip(found, told, strict=True)
    ]
    taxables = [
        Taxable(one.amount_minor, _included(rule), one.kind)
        for one, rule in zip(found, chosen, strict=True)
    ]
    return _Written(found, chosen, tax(taxables, rounding=seller.rounding), names)


def _included(rule: TaxRule) -> TaxRule:
    """Return the rule for what a buyer paid: the amounts of an order hold their tax."""
    return TaxRule(
        rule.region, rule.category, rule.treatment, rule.rate, rule.valid_from, rule.source, True,
        rule.reason_code, rule.reason,
    )  # fmt: skip


def _parts(sale: Sale, returns: Sequence[SettledReturn]) -> list[Part]:
    """Return the lines of a sale and its delivery, and what came back of each."""
    units: dict[int, int] = {}
    amounts: dict[int, int] = {DELIVERY: sum(one.shipping_minor for one in returns)}
    for one in returns:
        for share in one.lines:
            units[share.line_no] = units.get(share.line_no, 0) + share.quantity
            amounts[share.line_no] = amounts.get(share.line_no, 0) + share.amount_minor
    parts = [
        Part(
            line.line_no,
            line.sku,
            line.name,
            line.bought,
            line.worth_minor,
            units.get(line.line_no, 0) + line.elsewhere,
            amounts.get(line.line_no, 0) + line.worth_minor * line.elsewhere // line.bought,
        )
        for line in sale.lines
    ]
    return [*parts, Part(DELIVERY, "", "", 1, sale.shipping_minor, 0, amounts[DELIVERY])]


def _lines_of_part(draft: InvoiceDraft) -> set[int]:
    """Return the lines of a part; the delivery goes with the first part that was not cancelled.

    Raises: InvoiceStateError.
    """
    ref = encode("ord", draft.order_id)
    found = find_live_order(actor=SYSTEM, order_id=draft.order_id)
    parts = [] if found is None else [
        one.no for one in found.parts if one.state is not PartState.CANCELLED
    ]  # fmt: skip
    if found is None or draft.part_no not in parts:
        raise InvoiceStateError(ref=ref, problem=f"it has no part {draft.part_no}")
    state = next(one.state for one in found.parts if one.no == draft.part_no)
    if state is not PartState.GONE:
        raise InvoiceStateError(ref=ref, problem=f"its part {draft.part_no} is {state}")
    lines = {line.line_no for line in found.lines if line.part_no == draft.part_no}
    return lines | ({DELIVERY} if draft.part_no == min(parts) else set())


def _told_paid(order_id: UUID) -> int:
    """Return how much of an order's money its invoices tell, after what red ones took back."""
    found = Invoice.objects.filter(order_id=order_id, kind=InvoiceKind.BLUE.value)
    told = found.filter(is_replaced=False).aggregate(
        paid=Sum(F("prepaid_minor")), back=Sum(F("reversed_minor"))
    )
    return max((told["paid"] or 0) - (told["back"] or 0), 0)


def _lines(row: Invoice, written: _Written) -> list[Line]:
    return [
        Line(
            invoice=row,
            line_no=number,
            order_id=row.order_id,
            order_line_no=charge.line_no,
            is_live=True,
            kind=charge.kind.value,
            sku=charge.sku,
            name=name,
            class_code=code,
            unit=unit,
            quantity=charge.quantity,
            treatment=rule.treatment.value,
            rate=rule.rate,
            reason_code=rule.reason_code,
            reason=rule.reason,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            rounding_minor=line.rounding_minor,
            gross_minor=line.gross_minor,
        )
        for number, (charge, rule, line, (name, code, unit)) in enumerate(
            zip(written.charges, written.rules, written.total.lines, written.names, strict=True), 1
        )
    ]
