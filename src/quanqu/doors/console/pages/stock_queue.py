"""Waiting lines: who waits for which product where, and when they were served."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import (
    Cell,
    Tone,
    channel_cell,
    chip,
    count_cell,
    moment_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import BulkAction, Empty, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.paging import Page
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import Ticket, TicketFilters, TicketState

__all__ = ["QueueEnding", "QueuePage"]

TICKET_STATES: Final[dict[TicketState, tuple[Promise, Tone, str]]] = {
    TicketState.WAITING: (gettext_lazy("Waiting"), "info", "clock"),
    TicketState.SERVED: (gettext_lazy("Served"), "good", "check"),
    TicketState.LEFT: (gettext_lazy("Left the line"), "hollow", "x"),
    TicketState.EXPIRED: (gettext_lazy("Waited too long"), "warn", ""),
    TicketState.REFUSED: (gettext_lazy("Over the buyer's limit"), "bad", ""),
}


def _state(row: Ticket) -> Cell:
    title, tone, icon = TICKET_STATES[row.state]
    return chip(str(title), tone, icon)


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in TICKET_STATES.items()]


def _position(row: Ticket) -> Cell:
    if row.position is None:
        return text_cell("")
    return text_cell(_("%(n)s of %(line)s") % {"n": row.position, "line": row.line})


def _moment(name: str) -> Any:
    return lambda row, frame: moment_cell(
        getattr(row, name), now=frame.now, zone=frame.zone, language=frame.language
    )


class QueuePage(StockRulesList):
    """The places in line at places in scope."""

    page_code = "stock_queue"
    tab = "queue"
    head_template = ""
    title = gettext_lazy("Waiting lines")
    lede = gettext_lazy(
        "Who waits for what is sold out. What comes free goes to them in the order in which they "
        "came, before anybody new can buy it."
    )
    bulk_permission = "stock.manage"
    bulk = (BulkAction("end", gettext_lazy("Take out of the line"), "x"),)
    empty = Empty(
        "clock",
        gettext_lazy("Nobody waits"),
        gettext_lazy(
            "When a product is sold out, a shop can let its customers take a place in line through "
            "the API (POST /api/v1/stock/tickets). They see their position, and get what comes "
            "free."
        ),
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """What is waited for where, by whom, as which of how many."""
        return (
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.variant_key),
                is_title=True,
            ),
            Column(
                "place",
                gettext_lazy("Place"),
                lambda row, frame: text_cell(frame.places[row.place_key].name),
            ),
            Column("state", gettext_lazy("State"), lambda row, frame: _state(row)),
            Column("position", gettext_lazy("Place in line"), lambda row, frame: _position(row)),
            Column(
                "units",
                gettext_lazy("Units"),
                lambda row, frame: count_cell(row.quantity),
                is_number=True,
            ),
            Column("owner", gettext_lazy("Held for"), lambda row, frame: text_cell(row.owner)),
            Column(
                "channel",
                gettext_lazy("Channel"),
                lambda row, frame: channel_cell(row.channel) if row.channel else text_cell(""),
            ),
            Column("joined", gettext_lazy("Since"), _moment("joined_at")),
            Column("until", gettext_lazy("Waits until"), _moment("waits_until")),
            Column("ended", gettext_lazy("Ended"), _moment("settled_at")),
        )

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say which places are simulated, and where ticked rows go."""
        return {
            "above_template": "console/stock/note.html",
            "bulk_href": reverse("console:stock_queue_ending"),
        }

    def identify(self, row: Ticket) -> str:
        """Return the outside id of a place in line."""
        return encode("tkt", row.id)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of places in line."""
        told = self._filters(asked)
        return facade.list_tickets(actor=self.frame.actor, filters=told, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(facade.count_tickets(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> TicketFilters:
        frame, known = self.frame, set(TicketState)
        places = place_keys(frame, asked.many("place"))
        return TicketFilters(
            place_keys=None if places is None else frozenset(places),
            variant_keys=self.called(asked.text),
            states=frozenset(TicketState(one) for one in asked.many("state") if one in known),
        )


class QueueEnding(ConsoleView):
    """Take places out of their lines."""

    page_code = "stock_queue"
    permission = "stock.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take out those that are ticked, or say why not."""
        try:
            count = facade.end_waiting(
                actor=self.frame.person,
                ticket_ids=[decode("tkt", one) for one in request.POST.getlist("id")],
                now=self.frame.now,
            )
        except QuanquError as error:
            messages.error(request, said(error))
        else:
            told = ngettext(
                "%(n)s place in line was ended.", "%(n)s places in line were ended.", count
            )
            messages.success(request, told % {"n": count})
        return redirect(next_address(request, "console:stock_queue"))
