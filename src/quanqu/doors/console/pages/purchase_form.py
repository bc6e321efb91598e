"""Draft a purchase order, or change one: supplier, place, and lines as text, one a line."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.money import Money
from quanqu.know.org.facade import get_place
from quanqu.sell.catalog.facade import variant_keys, variant_labels
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    OPEN_STATES,
    PurchaseDetail,
    PurchaseDraft,
    PurchaseLineDraft,
    PurchaseLineError,
    SupplierFieldError,
    SupplierFilters,
)

__all__ = ["PurchaseChange", "PurchaseNew"]

_APART: Final = re.compile(r"\s*[\t;,]\s*|\s{2,}")
_EMPTY: Final = {"supplier": "", "place": "", "expected_on": "", "lines": "", "note": ""}
_MOST_SUPPLIERS: Final = 200


class _PurchaseForm(ConsoleView):
    page_code = "purchases"
    permission = "supply.manage"
    is_detail = True

    def _typed(self) -> dict[str, str]:
        return {name: self.request.POST.get(name, "") for name in _EMPTY}

    def _draft(self, typed: Mapping[str, str], supplier_id: str, company_key: int) -> PurchaseDraft:
        """Return what was typed. Raises: InvalidError by the line it is in."""
        supplier = facade.get_supplier(actor=self.frame.person, supplier_id=supplier_id)
        rows = [_APART.split(line.strip()) for line in typed["lines"].splitlines() if line.strip()]
        found = variant_keys(company_key=company_key, skus=[row[0] for row in rows])
        known = dict(zip(found["sku"].to_pylist(), found["variant_key"].to_pylist(), strict=True))
        lines = tuple(
            _line(number, row, known, supplier.currency) for number, row in enumerate(rows, 1)
        )
        return PurchaseDraft(lines, _day(typed["expected_on"]), typed["note"].strip())

    def _draw(
        self, typed: Mapping[str, str], more: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        return self.page("console/supply/purchase_form.html", {"typed": typed, **more}, status)


class PurchaseNew(_PurchaseForm):
    """A new draft."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, with the supplier one comes from chosen."""
        typed = {**_EMPTY, "supplier": request.GET.get("supplier", "")}
        return self._draw(typed, self._choices())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it and open it, or say what is wrong and keep what was typed."""
        typed = self._typed()
        try:
            place = get_place(actor=self.frame.person, place_id=typed["place"])
            order_id = facade.create_order(
                actor=self.frame.person,
                supplier_id=typed["supplier"],
                place_key=place.key,
                draft=self._draft(typed, typed["supplier"], place.company_key),
                now=self.frame.now,
            )
        except (InvalidError, RefusedError, NotFoundError) as error:
            return self._draw(typed, {**self._choices(), "mistake": said(error)}, status=422)
        messages.success(request, _("The order is drafted."))
        return redirect(self.frame.link(reverse("console:purchase", args=[order_id])))

    def _choices(self) -> dict[str, Any]:
        suppliers = facade.list_suppliers(
            actor=self.frame.actor, filters=SupplierFilters(is_active=True), limit=_MOST_SUPPLIERS
        ).items
        return {
            "suppliers": [
                (one.id, one.name, self.frame.company_name(one.company_key)) for one in suppliers
            ],
            "places": [
                (place.id, place.name, place.company_name) for place in self.frame.visible_places
            ],
        }


class PurchaseChange(_PurchaseForm):
    """Other lines, days or words of an order."""

    def get(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Show what is ordered now."""
        found = facade.get_order(actor=self.frame.person, order_id=purchase_id)
        return self._draw(_told(found), self._of(found))

    def post(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Keep it, or say what is wrong and keep what was typed."""
        found = facade.get_order(actor=self.frame.person, order_id=purchase_id)
        typed = self._typed()
        try:
            draft = self._draft(typed, found.order.supplier_id, found.order.company_key)
            facade.change_order(
                actor=self.frame.person, order_id=purchase_id, draft=draft, now=self.frame.now
            )
        except (InvalidError, RefusedError) as error:
            return self._draw(typed, {**self._of(found), "mistake": said(error)}, status=422)
        messages.success(request, _("The order is changed."))
        return redirect(self.frame.link(reverse("console:purchase", args=[purchase_id])))

    def _of(self, found: PurchaseDetail) -> dict[str, Any]:
        labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
        return {
            "row": found.order,
            "is_sent": found.order.state in OPEN_STATES,
            "names": [item_title(labels.get(line.variant_key)) for line in found.lines],
        }


def _told(found: PurchaseDetail) -> dict[str, str]:
    labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
    lines = [
        f"{labels[line.variant_key].sku}, {line.ordered}, {line.unit_cost.amount}"
        for line in found.lines
        if line.variant_key in labels
    ]
    due = found.order.expected_on
    return {
        **_EMPTY,
        "expected_on": due.isoformat() if due else "",
        "lines": "\n".join(lines),
        "note": found.note,
    }


def _line(
    number: int, row: list[str], known: Mapping[str, int | None], currency: str
) -> PurchaseLineDraft:
    sku, quantity, cost, *_rest = [*row, "", ""]
    variant = known.get(sku)
    if variant is None:
        raise PurchaseLineError(line=number, reason=f"the company sells no item {sku!r}")
    units = int(quantity) if quantity.isascii() and quantity.isdigit() else 0
    unit = Money.parse(cost, currency).minor if cost else None
    return PurchaseLineDraft(variant, min(units, 10**12), unit)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        reason = f"{text!r} is no day written as 2026-11-22"
        raise SupplierFieldError(field=str(_("Expected")), reason=reason) from None
