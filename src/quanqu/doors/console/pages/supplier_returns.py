"""Returns to suppliers: the list, and one of them with what is credited for it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from quanqu.doors.console.kit.cells import (
    Cell,
    chip,
    count_cell,
    moment_cell,
    money_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    ReturnFilters,
    ReturnFrom,
    SupplierFilters,
    SupplierReturn,
)

__all__ = ["TAKEN_FROM", "SupplierCreditForm", "SupplierReturnPage", "SupplierReturnsPage"]

TAKEN_FROM: Final[dict[ReturnFrom, Promise]] = {
    ReturnFrom.ON_HAND: gettext_lazy("On hand"),
    ReturnFrom.DAMAGED: gettext_lazy("Damaged"),
    ReturnFrom.QUALITY_HOLD: gettext_lazy("Quality hold"),
}
_OPEN: Final = "open"
_WHOLE: Final = "whole"
_MOST_SUPPLIERS: Final = 200


def _place(row: SupplierReturn, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _state(row: SupplierReturn) -> Cell:
    if row.credited.minor >= row.expected.minor:
        return chip(_("Credited"), "good", "check")
    if row.credited.minor:
        return chip(_("Partly credited"), "info")
    return chip(_("Credit expected"), "warn", "hourglass")


def _suppliers(frame: Frame) -> list[Option]:
    found = facade.list_suppliers(
        actor=frame.actor, filters=SupplierFilters(), limit=_MOST_SUPPLIERS
    )
    return [Option(one.id, one.name, one.code) for one in found.items]


class SupplierReturnsPage(ListView):
    """The returns to suppliers from the places in scope, the newest first."""

    page_code = "suppliers"
    views_code = "supplier_returns"
    permission = "supply.view"
    export_permission = "supply.view"
    title = gettext_lazy("Returns to suppliers")
    lede = gettext_lazy("What went back, and what suppliers credited for it.")
    head_template = "console/supply/returns_head.html"
    empty = Empty(
        "rotate-ccw",
        gettext_lazy("Nothing went back yet"),
        gettext_lazy(
            "Give goods back that are broken or not wanted: they leave stock, and what the "
            "supplier owes for them is noted until it is credited."
        ),
        gettext_lazy("Give goods back"),
        "console:supplier_return_new",
        "supply.manage",
    )
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(_OPEN, _("Not credited in full")),
                Option(_WHOLE, _("Credited")),
            ],
            is_single=True,
        ),
        Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )
    columns = (
        Column(
            "reference",
            gettext_lazy("Reference"),
            lambda row, frame: text_cell(row.reference, sub=row.reason),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: _state(row)),
        Column(
            "supplier", gettext_lazy("Supplier"), lambda row, frame: text_cell(row.supplier_name)
        ),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "units",
            gettext_lazy("Units"),
            lambda row, frame: count_cell(sum(line.quantity for line in row.lines)),
            is_number=True,
        ),
        Column(
            "expected",
            pgettext_lazy("credit", "Expected"),
            lambda row, frame: money_cell(row.expected),
            is_number=True,
        ),
        Column(
            "credited",
            gettext_lazy("Credited"),
            lambda row, frame: money_cell(row.credited),
            is_number=True,
        ),
        Column(
            "returned",
            gettext_lazy("Given back"),
            lambda row, frame: moment_cell(
                row.returned_at, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of returns."""
        places, state = place_keys(self.frame, asked.many("place")), asked.one("state")
        filters = ReturnFilters(
            supplier_id=asked.one("supplier") or "",
            place_keys=None if places is None else frozenset(places),
            is_credited={_OPEN: False, _WHOLE: True}.get(state or ""),
        )
        return facade.list_returns(
            actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit
        )

    def href(self, row: SupplierReturn) -> str:
        """Return the address of a return."""
        return reverse("console:supplier_return", args=[row.id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say whether the reader may give goods back."""
        return {"may_return": self.frame.person.can("supply.manage")}


class SupplierReturnPage(ConsoleView):
    """One return: its lines, and the credits for it."""

    page_code = "suppliers"
    permission = "supply.view"
    is_detail = True

    def get(self, request: HttpRequest, return_id: str) -> HttpResponse:
        """Show it."""
        found = facade.get_return(actor=self.frame.actor, return_id=return_id)
        labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
        scope = self.frame.person.scope("supply.manage")
        left = Money(found.expected.minor - found.credited.minor, found.expected.currency)
        context = {
            "row": found,
            "state": _state(found),
            "place": self.frame.places.get(found.place_key),
            "taken_from": TAKEN_FROM[found.taken_from],
            "lines": [
                (line, item_title(labels.get(line.variant_key)), labels.get(line.variant_key))
                for line in found.lines
            ],
            "left": left,
            "may_credit": left.minor > 0
            and self.frame.person.can("supply.manage")
            and (scope.everything or found.place_key in scope.places),
        }
        return self.page("console/supply/return.html", context)


class SupplierCreditForm(ConsoleView):
    """Note what a supplier credited."""

    page_code = "suppliers"
    permission = "supply.manage"

    def post(self, request: HttpRequest, return_id: str) -> HttpResponse:
        """Note it, or say why it cannot be."""
        there = facade.get_return(actor=self.frame.person, return_id=return_id)
        try:
            amount = Money.parse(request.POST.get("amount", "").strip(), there.expected.currency)
            facade.record_credit(
                actor=self.frame.person,
                return_id=return_id,
                amount_minor=amount.minor,
                reference=request.POST.get("reference", ""),
                now=self.frame.now,
            )
        except QuanquError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("The credit is noted."))
        return redirect(self.frame.link(reverse("console:supplier_return", args=[return_id])))
