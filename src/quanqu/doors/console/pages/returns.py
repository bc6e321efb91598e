"""Returns: what comes back, where it stands, and what waits for somebody."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

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
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.return_words import STATES, reason_titles, state_chip
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.returns.contracts import Policy, ReturnFilters, ReturnRow, ReturnState
from quanqu.sell.returns.facade import count_returns, list_returns

__all__ = ["ReturnsPage"]

_OPEN = "yes"


def _place(key: int, frame: Frame) -> Cell:
    place = frame.places.get(key)
    return text_cell(place.name if place else "")


def _marks(row: ReturnRow, frame: Frame) -> Cell:
    if row.credit_left_minor:
        return chip(str(gettext_lazy("Credit left")), "warn", "credit-card")
    if row.exchange_order_id:
        return chip(str(gettext_lazy("Exchanged")), "good", "shuffle")
    if row.keeps_goods:
        return chip(str(gettext_lazy("Buyer keeps the goods")), "", "")
    if row.is_exception:
        return chip(str(gettext_lazy("Exception")), "warn", "")
    return text_cell("")


def _opened(row: ReturnRow, frame: Frame) -> Cell:
    return moment_cell(row.opened_at, now=frame.now, zone=frame.zone, language=frame.language)


def _reasons(frame: Frame) -> list[Option]:
    return [Option(code, title) for code, title in reason_titles(Policy()).items()]


class ReturnsPage(ListView):
    """The returns to places in scope, the newest first."""

    page_code = "returns"
    permission = "returns.view"
    export_permission = "returns.view"
    title = gettext_lazy("Returns")
    lede = gettext_lazy("What comes back from buyers of every channel, and what goes back to them.")
    search_label = gettext_lazy("Number of a return or of its order")
    head_template = "console/returns/head.html"
    empty = Empty(
        "rotate-ccw",
        gettext_lazy("No returns yet"),
        gettext_lazy(
            "Find the order by its number or receipt, choose what comes back and why, and the "
            "policy says what may be refunded. Goods of any channel come back to any place of the "
            "company that sold them."
        ),
        gettext_lazy("Take goods back"),
        "console:return_new",
        "returns.manage",
    )
    filters = (
        Filter("from", gettext_lazy("Opened"), kind="days"),
        Filter(
            "open",
            gettext_lazy("Open"),
            options=lambda frame: [Option(_OPEN, str(gettext_lazy("Open only")))],
            is_single=True,
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in STATES.items()
            ],
        ),
        Filter("reason", gettext_lazy("Reason"), options=_reasons, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Return"),
            lambda row, frame: text_cell(row.number, sub=row.note),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: state_chip(row.state)),
        Column("order", gettext_lazy("Order"), lambda row, frame: text_cell(row.order_number)),
        Column(
            "place", gettext_lazy("Comes back to"), lambda row, frame: _place(row.place_key, frame)
        ),
        Column(
            "sold",
            gettext_lazy("Sold at"),
            lambda row, frame: _place(row.sale_place_key, frame),
            by_default=False,
        ),
        Column(
            "units",
            gettext_lazy("Units"),
            lambda row, frame: count_cell(row.units),
            is_number=True,
        ),
        Column(
            "refund",
            gettext_lazy("Refund"),
            lambda row, frame: money_cell(Money(row.refund_minor, row.currency), with_code=True),
            is_number=True,
        ),
        Column("marks", gettext_lazy("Noteworthy"), _marks),
        Column("opened", gettext_lazy("Opened"), _opened),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of returns."""
        return list_returns(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many returns match."""
        return Total(count_returns(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: ReturnRow) -> str:
        """Return the return's outside id."""
        return encode("ret", row.id)

    def href(self, row: ReturnRow) -> str:
        """Return the address of a return."""
        return reverse("console:return", args=[self.identify(row)])

    def _filters(self, asked: Asked) -> ReturnFilters:
        places = place_keys(self.frame, asked.many("place"))
        known = set(ReturnState)
        return ReturnFilters(
            place_keys=None if places is None else frozenset(places),
            states=frozenset(ReturnState(one) for one in asked.many("state") if one in known),
            reason=asked.one("reason") or "",
            first=asked.first,
            last=asked.last,
            text=asked.text,
            is_open=True if asked.one("open") == _OPEN else None,
        )
