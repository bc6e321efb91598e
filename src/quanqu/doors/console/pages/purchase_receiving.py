"""Receive goods of an order, by hand or with a barcode reader, and share costs out over them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.supply_words import CHARGES, SHARES, differing_chip, item_title
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.money import Money, exponent
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    ChargeDraft,
    ChargeKind,
    DiscrepancyKind,
    PurchaseDetail,
    Receipt,
    ReceiptDraft,
    ReceivedLine,
    ShareBasis,
)

__all__ = [
    "PurchaseReceive",
    "PurchaseScan",
    "ReceiptCharge",
    "receipts_shown",
    "receive_lines",
]

_MOST: Final = 10_000_000
Labels = Mapping[int, VariantLabel]


class PurchaseReceive(ConsoleView):
    """Take a delivery in."""

    page_code = "purchases"
    permission = "supply.view"

    def post(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Do it, or say why not and keep what was typed."""
        found = facade.get_order(actor=self.frame.person, order_id=purchase_id)
        typed = _typed(request.POST)
        try:
            draft = ReceiptDraft(
                reference=request.POST.get("reference", "").strip(),
                lines=tuple(_counted(line.line_no, typed) for line in found.lines),
                received_at=self.frame.now,
                note=request.POST.get("note", ""),
            )
            made = facade.receive_goods(
                actor=self.frame.person, order_id=purchase_id, draft=draft, now=self.frame.now
            )
        except (InvalidError, RefusedError) as error:
            labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
            context = _form(found, labels, typed, request.POST) | {"mistake": said(error)}
            return self.page("console/supply/receive_again.html", context, status=422)
        units = sum(line.units for line in made.lines)
        messages.success(request, _("%(units)s units are received.") % {"units": units})
        return redirect(self.frame.link(reverse("console:purchase", args=[purchase_id])))


class PurchaseScan(ConsoleView):
    """Count one more of what a barcode, a SKU or the supplier's code names."""

    page_code = "purchases"
    permission = "supply.view"

    def post(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Return the form with the line counted up, or say that nothing has this code."""
        found = facade.get_order(actor=self.frame.person, order_id=purchase_id)
        labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
        typed, code = _typed(request.POST), request.POST.get("code", "").strip()
        numbers = [
            line.line_no
            for line in found.lines
            if code and code in _codes(line.supplier_code, labels.get(line.variant_key))
        ]
        context = _form(found, labels, typed, request.POST) | {"is_scan": True}
        if len(numbers) != 1:
            context |= {"is_missed": True, "missed": code}
        else:
            name = f"good{numbers[0]}"
            typed[name] = str(_number(typed.get(name, "")) + 1)
            context["receive_lines"] = receive_lines(found, labels, typed, hit=numbers[0])
        return self.page("console/supply/receive_form.html", context)


class ReceiptCharge(ConsoleView):
    """Share a cost out over a receipt."""

    page_code = "purchases"
    permission = "supply.manage"

    def post(self, request: HttpRequest, receipt_id: str) -> HttpResponse:
        """Do it, or say why not."""
        receipt = facade.get_receipt(actor=self.frame.person, receipt_id=receipt_id)
        currency = receipt.lines[0].unit_cost.currency
        kind, basis = request.POST.get("kind", ""), request.POST.get("basis", "")
        try:
            draft = ChargeDraft(
                kind=ChargeKind(kind) if kind in set(ChargeKind) else ChargeKind.OTHER,
                amount_minor=Money.parse(request.POST.get("amount", "").strip(), currency).minor,
                basis=ShareBasis(basis) if basis in set(ShareBasis) else ShareBasis.VALUE,
                reference=request.POST.get("reference", "").strip(),
            )
            facade.record_charge(
                actor=self.frame.person, receipt_id=receipt_id, draft=draft, now=self.frame.now
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("The cost is shared out."))
        return redirect(self.frame.link(reverse("console:purchase", args=[receipt.order_id])))


def receive_lines(
    found: PurchaseDetail, labels: Labels, typed: Mapping[str, str], *, hit: int = 0
) -> list[dict[str, Any]]:
    """Return the lines of the form, with what was typed; `hit` was counted last."""
    return [
        {
            "line": line,
            "name": item_title(labels.get(line.variant_key)),
            "sku": label.sku if (label := labels.get(line.variant_key)) else "",
            "good": typed.get(f"good{line.line_no}", ""),
            "damaged": typed.get(f"damaged{line.line_no}", ""),
            "is_hit": line.line_no == hit,
        }
        for line in found.lines
    ]


def receipts_shown(receipts: Sequence[Receipt], labels: Labels) -> list[dict[str, Any]]:
    """Return receipts as the page draws them."""
    return [
        {
            "receipt": one,
            "lines": [
                {
                    "name": item_title(labels.get(line.variant_key)),
                    "line": line,
                    "damaged": differing_chip(DiscrepancyKind.DAMAGED, line.damaged),
                    "unit_landed": _unit(line.unit_landed_minor, line.unit_cost.currency),
                }
                for line in one.lines
            ],
            "charges": [
                (charge, CHARGES[charge.kind], SHARES[charge.basis]) for charge in one.charges
            ],
        }
        for one in receipts
    ]


def _form(
    found: PurchaseDetail, labels: Labels, typed: Mapping[str, str], post: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "row": found.order,
        "receive_lines": receive_lines(found, labels, typed),
        "reference": post.get("reference", ""),
        "note": post.get("note", ""),
    }


def _typed(post: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: text.strip()[:12]
        for name, text in post.items()
        if name.startswith(("good", "damaged")) and isinstance(text, str)
    }


def _counted(line_no: int, typed: Mapping[str, str]) -> ReceivedLine:
    good, damaged = (_number(typed.get(f"{name}{line_no}", "")) for name in ("good", "damaged"))
    return ReceivedLine(line_no, good, damaged)


def _number(text: str) -> int:
    """Read a number of units; what is none is below zero, which the room refuses."""
    if not text:
        return 0
    return min(int(text), _MOST * 10) if text.isascii() and text.isdigit() else -1


def _codes(supplier_code: str, label: VariantLabel | None) -> set[str]:
    codes = {supplier_code} | ({label.sku, label.gtin} if label else set())
    return {code for code in codes if code}


def _unit(minor: Any, currency: str) -> str:
    digits = exponent(currency)
    return f"{minor.scaleb(-digits):.{digits + 2}f}"
