"""Enter what is counted, made for a phone: scan with a reader or the camera, or type."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.counts import count_title, state_chip
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import CountEntry, CountState, CountView

__all__ = ["CountEntryPage", "CountHandIn", "CountScan"]

MOST_SHOWN: Final = 20
MOST_LAST: Final = 5
_LONGEST: Final = 10


class CountEntryPage(ConsoleView):
    """What is still to be counted, with a field for each, and what was counted last."""

    page_code = "counts"
    permission = "stock.count"
    is_detail = True

    def get(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Show it; a count that is handed in has its own page."""
        found = facade.get_count(actor=self.frame.person, count_id=decode("cnt", count_id))
        if found.state not in {CountState.COUNTING, CountState.RECOUNTING}:
            return redirect(self.frame.link(reverse("console:count", args=[count_id])))
        context = _form(self, found, count_id) | {
            "title": count_title(found),
            "place": self.frame.places[found.place_key],
            "state": state_chip(found),
        }
        return self.page("console/stock/count_entry.html", context)

    def post(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Save the numbers that were typed."""
        key = decode("cnt", count_id)
        found = facade.get_count(actor=self.frame.person, count_id=key)
        typed = {
            line.variant_key: text
            for line in found.lines
            if (text := request.POST.get(f"n{line.line_no}", "").strip())
        }
        entries = [CountEntry(item, _number(text)) for item, text in typed.items()]
        try:
            if entries:
                facade.enter_count(
                    actor=self.frame.person, count_id=key, entries=entries, now=self.frame.now
                )
                messages.success(request, _("The numbers are saved."))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:count_entry", args=[count_id])))


class CountScan(ConsoleView):
    """Count more of what a barcode or SKU names."""

    page_code = "counts"
    permission = "stock.count"

    def post(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Return the form with the item counted up, or say why not."""
        actor, key = self.frame.person, decode("cnt", count_id)
        found = facade.get_count(actor=actor, count_id=key)
        code = request.POST.get("code", "").strip()[:80]
        units = _number(request.POST.get("units", "").strip() or "1")
        told: dict[str, Any] = {}
        item = _item_of(self, found, code)
        if item is None:
            told |= {"is_missed": True, "missed": code}
        else:
            entry = CountEntry(item, units, is_more=True)
            try:
                found = facade.enter_count(
                    actor=actor,
                    count_id=key,
                    entries=[entry],
                    once=request.POST.get("once", "")[:100],
                    now=self.frame.now,
                )
                told |= {"hit": item}
            except QuanquError as error:
                told |= {"mistake": said(error)}
        return self.page("console/stock/count_form.html", _form(self, found, count_id, **told))


class CountHandIn(ConsoleView):
    """Hand a count in."""

    page_code = "counts"
    permission = "stock.count"

    def post(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Do it; what differs too much is shown to be counted again."""
        try:
            found = facade.submit_count(
                actor=self.frame.person,
                count_id=decode("cnt", count_id),
                now=self.frame.now,
                is_rest_zero=bool(request.POST.get("rest")),
            )
        except QuanquError as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:count_entry", args=[count_id])))
        if found.state is CountState.RECOUNTING:
            messages.info(request, _("Some products have to be counted a second time."))
            return redirect(self.frame.link(reverse("console:count_entry", args=[count_id])))
        messages.success(request, _("The count is handed in."))
        return redirect(self.frame.link(reverse("console:count", args=[count_id])))


def _form(view: ConsoleView, found: CountView, count_id: str, **told: Any) -> dict[str, Any]:
    is_again = found.state is CountState.RECOUNTING
    mine = [line for line in found.lines if line.is_recount or not is_again]
    left = [line for line in mine if line.counted is None]
    last = sorted(
        (line for line in mine if line.counted is not None),
        key=lambda line: (
            (line.variant_key != told.get("hit"), -line.counted_at.timestamp())
            if line.counted_at
            else (True, 0.0)
        ),
    )
    shown = [*last[:MOST_LAST], *left[:MOST_SHOWN]]
    labels = variant_labels(variant_keys={line.variant_key for line in shown})
    return {
        "count": found,
        "count_id": count_id,
        "is_again": is_again,
        "total": len(mine),
        "done": len(mine) - len(left),
        "left": [(line, labels.get(line.variant_key)) for line in left[:MOST_SHOWN]],
        "last": [(line, labels.get(line.variant_key)) for line in last[:MOST_LAST]],
        "hidden": max(len(left) - MOST_SHOWN, 0),
        **told,
    }


def _item_of(view: ConsoleView, found: CountView, code: str) -> int | None:
    """Return the item that a SKU of the company or a barcode of the list names."""
    if not code:
        return None
    company = view.frame.places[found.place_key].company_key
    ref = variants_by_sku(skus=[(company, code)]).get((company, code))
    if ref is not None:
        return ref.key
    labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
    return next((key for key, label in labels.items() if code in _codes(label)), None)


def _codes(label: VariantLabel) -> set[str]:
    """Return what a reader may say of an item; a scanner may leave out a leading zero."""
    return {label.gtin, label.gtin.lstrip("0")} - {""}


def _number(text: str) -> int:
    """Read a number of units; what is none is below zero, which the room refuses."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return int(text) if is_number else -1
