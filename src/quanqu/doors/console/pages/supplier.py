"""One supplier: whom to talk to, what its items cost, how it delivers."""

from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.kit.reason_words import said_reason
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.suppliers import days_text
from quanqu.doors.console.pages.supply_words import item_title, state_chip
from quanqu.doors.console.rules.numbers import grouped, rate_text
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.time import local_date
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import ItemCost, LeadTime, PurchaseFilters

__all__ = ["SupplierCatalogue", "SupplierPage", "SupplierReveal"]

_COSTS_SHOWN: Final = 200
_ORDERS_SHOWN: Final = 10
_REJECTS_SHOWN: Final = 50


class SupplierPage(ConsoleView):
    """Everything known of a supplier."""

    page_code = "suppliers"
    permission = "supply.view"
    is_detail = True

    def get(self, request: HttpRequest, supplier_id: str) -> HttpResponse:
        """Show the supplier."""
        return self.page("console/supply/supplier.html", _shown(self, supplier_id))


class SupplierReveal(ConsoleView):
    """Show whom to talk to in clear, once, with a trail."""

    page_code = "suppliers"
    permission = "supply.manage"

    def post(self, request: HttpRequest, supplier_id: str) -> HttpResponse:
        """Return the contact as a fragment."""
        contact = facade.reveal_contact(
            actor=self.frame.person, supplier_id=supplier_id, now=self.frame.now
        )
        return self.page("console/supply/contact.html", {"contact": contact, "is_clear": True})


class SupplierCatalogue(ConsoleView):
    """Take a supplier's catalogue in; what cannot be taken is shown, or comes as a file."""

    page_code = "suppliers"
    permission = "supply.manage"

    def post(self, request: HttpRequest, supplier_id: str) -> HttpResponse:
        """Record the costs of the file."""
        facade.get_supplier(actor=self.frame.person, supplier_id=supplier_id)
        file = request.FILES.get("file")
        content = file.read() if isinstance(file, UploadedFile) else b""
        address = self.frame.link(reverse("console:supplier", args=[supplier_id]))
        try:
            found = facade.import_catalogue(
                actor=self.frame.person,
                supplier_id=supplier_id,
                content=content,
                now=self.frame.now,
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
            return redirect(address)
        figures = {
            "taken": grouped(found.taken),
            "same": grouped(found.unchanged),
            "rejected": grouped(len(found.rejected)),
        }
        told = _("%(taken)s costs are recorded, %(same)s were known, %(rejected)s were rejected.")
        if not found.rejected:
            messages.success(request, told % figures)
            return redirect(address)
        rejects = [
            (one.row, capfirst(said_reason(one.reason)), ", ".join(filter(None, one.cells)))
            for one in found.rejected
        ]
        rows: list[list[str | int]] = [
            [one.row, said_reason(one.reason), *one.cells] for one in found.rejected
        ]
        file_text = "".join(as_csv([_("Row"), _("Reason"), *found.head], rows))
        context = _shown(self, supplier_id) | {
            "told": told % figures,
            "rejects": rejects[:_REJECTS_SHOWN],
            "more": max(len(rejects) - _REJECTS_SHOWN, 0),
            "rejects_file": file_text,
        }
        return self.page("console/supply/supplier.html", context)


def _shown(view: ConsoleView, supplier_id: str) -> dict[str, Any]:
    actor, frame = view.frame.actor, view.frame
    supplier = facade.get_supplier(actor=actor, supplier_id=supplier_id)
    today = local_date(frame.now, frame.zone)
    costs = facade.list_costs(actor=actor, supplier_id=supplier_id, today=today)
    times = facade.supplier_lead_times(actor=actor, supplier_id=supplier_id)
    filters = PurchaseFilters(supplier_id=supplier_id)
    orders = facade.list_orders(actor=actor, filters=filters, limit=_ORDERS_SHOWN).items
    keys = {one.variant_key for one in costs[:_COSTS_SHOWN]}
    keys |= {one.variant_key for one in times if one.variant_key is not None}
    labels = variant_labels(variant_keys=keys)
    whole = next((one for one in times if one.variant_key is None), None)
    return {
        "supplier": supplier,
        "contact": supplier.contact,
        "has_contact": any(
            (
                supplier.contact.name,
                supplier.contact.email,
                supplier.contact.phone,
                supplier.contact.address,
            )
        ),
        "company": frame.company_name(supplier.company_key),
        "costs": [_cost(one, labels) for one in costs[:_COSTS_SHOWN]],
        "costs_more": max(len(costs) - _COSTS_SHOWN, 0),
        "whole": _time(whole, labels) if whole else None,
        "items": [_time(one, labels) for one in times if one.variant_key is not None],
        "orders": [(one, state_chip(one.state)) for one in orders],
        "may_manage": frame.person.can("supply.manage"),
    }


def _cost(one: ItemCost, labels: dict[int, VariantLabel]) -> dict[str, Any]:
    label = labels.get(one.variant_key)
    return {"cost": one, "name": item_title(label), "sku": label.sku if label else ""}


def _time(one: LeadTime, labels: dict[int, VariantLabel]) -> dict[str, str]:
    label = labels.get(one.variant_key) if one.variant_key is not None else None
    return {
        "name": item_title(label),
        "count": grouped(one.count),
        "mean": days_text(one.mean_days),
        "median": days_text(one.median_days),
        "p90": days_text(one.p90_days),
        "punctual": rate_text(one.on_time_rate) if one.on_time_rate is not None else "–",
        "fill": rate_text(one.fill_rate) if one.fill_rate is not None else "–",
    }
