"""Lots and serials: what ends soon, what is blocked, and whom a recall has to reach."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip, count_cell, day_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.stock_rule_base import item_name
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import LotFilters, LotSale, LotState, LotView

__all__ = ["LotPage", "LotStep", "LotsPage"]

LOT_STATES: Final[dict[LotState, tuple[Promise, Tone, str]]] = {
    LotState.OPEN: (gettext_lazy("For sale"), "good", "check"),
    LotState.BLOCKED: (gettext_lazy("Blocked"), "warn", "lock"),
    LotState.RECALLED: (gettext_lazy("Recalled"), "bad", "circle-alert"),
}
_SPANS: Final = (7, 30, 90)


def _state(row: LotView) -> Cell:
    title, tone, icon = LOT_STATES[row.state]
    return chip(str(title), tone, icon)


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in LOT_STATES.items()]


def _spans(frame: Frame) -> list[Option]:
    return [Option(str(days), _("%(n)s days") % {"n": days}) for days in _SPANS]


class LotsPage(StockRulesList):
    """The lots and serials of the companies in scope."""

    page_code = "lots"
    tab = "lots"
    head_template = ""
    title = gettext_lazy("Lots and serials")
    lede = gettext_lazy("What is there of each lot, until when it is good, and what is blocked.")
    empty = Empty(
        "layers",
        gettext_lazy("No lots yet"),
        gettext_lazy(
            "Track a product by lot or serial under Stock rules, then receive it with its lot: "
            "what ends first is sold first, and a recall knows which orders it went to."
        ),
        gettext_lazy("Track a product"),
        "console:tracked_new",
        "stock.manage",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("ends", gettext_lazy("Ends within"), options=_spans, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """Which lot of what, until when, how much."""
        return (
            Column(
                "lot",
                gettext_lazy("Lot"),
                lambda row, frame: text_cell(row.code, sub=_("Serial") if row.is_serial else ""),
                is_title=True,
            ),
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.variant_key),
            ),
            Column(
                "ends",
                gettext_lazy("Best before"),
                lambda row, frame: day_cell(row.best_before, frame.language),
            ),
            Column("state", gettext_lazy("State"), lambda row, frame: _state(row)),
            Column(
                "hand",
                gettext_lazy("On hand"),
                lambda row, frame: count_cell(row.on_hand),
                is_number=True,
            ),
            Column(
                "quality",
                gettext_lazy("Quality hold"),
                lambda row, frame: count_cell(row.quality_hold),
                is_number=True,
            ),
        )

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say which places are simulated."""
        return {"above_template": "console/stock/note.html"}

    def identify(self, row: LotView) -> str:
        """Return the lot's outside id."""
        return encode("lot", row.id)

    def href(self, row: LotView) -> str:
        """Return the address of a lot."""
        return reverse("console:lot", args=[self.identify(row)])

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of lots."""
        told = self._filters(asked)
        return facade.list_lots(actor=self.frame.actor, filters=told, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many lots match."""
        return Total(facade.count_lots(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> LotFilters:
        frame, known = self.frame, set(LotState)
        places, span = place_keys(frame, asked.many("place")), asked.one("ends")
        days = int(span) if span in {str(one) for one in _SPANS} else None
        today = local_date(frame.now, frame.zone)
        return LotFilters(
            place_keys=None if places is None else frozenset(places),
            variant_keys=self.called(asked.text),
            states=frozenset(LotState(one) for one in asked.many("state") if one in known),
            ends_by=None if days is None else today + timedelta(days=days),
        )


class LotPage(ConsoleView):
    """A lot: where it is, what it was sold for, who waits for goods where it is."""

    page_code = "lots"
    permission = "stock.view"
    is_detail = True

    def get(self, request: HttpRequest, lot_id: str) -> HttpResponse:
        """Show it."""
        frame, key = self.frame, decode("lot", lot_id)
        row = facade.get_lot(actor=frame.actor, lot_id=key)
        title, tone, icon = LOT_STATES[row.state]
        context = {
            "lot": row,
            "lot_id": lot_id,
            "product": item_name(row.variant_key),
            "state": {"title": title, "tone": tone, "icon": icon},
            "balances": [(frame.places[one.place_key].name, one) for one in row.balances],
            "sold": self._uses(facade.lot_sales(actor=frame.actor, lot_id=key)),
            "promised": self._uses(facade.lot_promises(actor=frame.actor, lot_id=key)),
            "may_manage": frame.person.can("stock.manage"),
        }
        return self.page("console/stock/lot.html", context)

    def _uses(self, rows: Sequence[LotSale]) -> list[dict[str, Any]]:
        """Return what units went to; a live order leads to its page."""
        frame, found = self.frame, []
        for one in rows:
            href = ""
            if one.ref.startswith("ord_") and frame.person.can("orders.view"):
                href = frame.link(reverse("console:order", args=[one.ref]))
            place = frame.places[one.place_key].name
            found.append({"use": one, "place": place, "href": href})
        return found


class LotStep(ConsoleView):
    """Block, recall or free a lot."""

    page_code = "lots"
    permission = "stock.manage"

    def post(self, request: HttpRequest, lot_id: str) -> HttpResponseBase:
        """Do it, or say why not."""
        wanted = request.POST.get("state", "")
        try:
            if wanted in set(LotState):
                facade.set_lot_state(
                    actor=self.frame.person,
                    lot_id=decode("lot", lot_id),
                    state=LotState(wanted),
                    reason=request.POST.get("reason", "").strip(),
                    now=self.frame.now,
                )
                messages.success(request, _("The lot is now: %(state)s.") % {
                    "state": LOT_STATES[LotState(wanted)][0]
                })  # fmt: skip
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:lot", args=[lot_id])))
