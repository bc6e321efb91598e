"""Alerts of stock: what is out, runs out before more comes, or is too much."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, Tone, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.replenishment.contracts import Alert, AlertFilters, AlertKind
from quanqu.sell.replenishment.facade import count_alerts, list_alerts

__all__ = ["StockAlertsPage"]

_KINDS: Final[dict[AlertKind, tuple[Promise, Tone, str]]] = {
    AlertKind.OUT: (gettext_lazy("Out of stock"), "bad", "circle-x"),
    AlertKind.RUNNING_OUT: (gettext_lazy("Runs out"), "warn", "hourglass"),
    AlertKind.OVERSTOCK: (gettext_lazy("Overstock"), "info", "layers"),
}
_CLOSED: Final = "closed"


def _kind(row: Alert, frame: Frame) -> Cell:
    title, tone, icon = _KINDS[row.kind]
    return chip(str(title), tone, icon)


def _place(row: Alert, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _cover(row: Alert, frame: Frame) -> Cell:
    if row.cover_days is None:
        return text_cell(_("no demand"))
    return Cell(f"{row.cover_days:,.1f}", plain=row.cover_days)


def _limit(row: Alert, frame: Frame) -> Cell:
    if row.kind is AlertKind.OVERSTOCK:
        text = ngettext("at most %(n)s day", "at most %(n)s days", row.limit_days)
    else:
        text = ngettext("more in %(n)s day", "more in %(n)s days", row.limit_days)
    return Cell(text % {"n": grouped(row.limit_days)}, plain=row.limit_days)


def _since(row: Alert, frame: Frame) -> Cell:
    return moment_cell(row.opened_at, now=frame.now, zone=frame.zone, language=frame.language)


def _until(row: Alert, frame: Frame) -> Cell:
    return moment_cell(row.closed_at, now=frame.now, zone=frame.zone, language=frame.language)


class StockAlertsPage(ListView):
    """The alerts at the places in scope, the newest first; open ones unless asked otherwise."""

    page_code = "replenishment"
    views_code = "stock_alerts"
    permission = "supply.view"
    export_permission = "supply.view"
    title = gettext_lazy("Replenishment")
    lede = gettext_lazy("Items that are out, run out before more comes, or are too much.")
    empty = Empty(
        "circle-check",
        gettext_lazy("No alerts"),
        gettext_lazy(
            "Every item that has a rule is there, lasts until more comes, and is not too much."
        ),
        gettext_lazy("Set a rule"),
        "console:replenishment_policy_new",
        "supply.manage",
    )
    filters = (
        Filter(
            "kind",
            gettext_lazy("Alert"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in _KINDS.items()
            ],
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [Option(_CLOSED, _("Over"))],
            is_single=True,
        ),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override] # names are read once a page
        """The columns; the names of items are read once per page."""
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            Column("place", gettext_lazy("Place"), _place),
            Column("kind", gettext_lazy("Alert"), _kind),
            Column(
                "free",
                gettext_lazy("Free"),
                lambda row, frame: count_cell(row.free),
                is_number=True,
            ),
            Column(
                "daily",
                gettext_lazy("Demand a day"),
                lambda row, frame: Cell(f"{row.daily:,.1f}", plain=row.daily),
                is_number=True,
            ),
            Column("cover", gettext_lazy("Lasts (days)"), _cover, is_number=True),
            Column("limit", gettext_lazy("Against"), _limit),
            Column("since", gettext_lazy("Since"), _since),
            Column("until", gettext_lazy("Over since"), _until, by_default=False),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of alerts."""
        return list_alerts(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.variant_key for row in rows}
        )

    def count(self, asked: Asked) -> Total:
        """Return how many alerts match."""
        return Total(count_alerts(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Alert) -> str:
        """Return the outside id of an alert."""
        return encode("sal", row.id)

    def href(self, row: Alert) -> str:
        """Return the address of what there is of the item at the place."""
        label = self._labels.get(row.variant_key)
        place = self.frame.places.get(row.place_key)
        if label is None or place is None or not self.frame.person.can("stock.view"):
            return ""
        return reverse("console:stock_ledger", args=[place.id, label.variant_id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the tabs."""
        return {"above_template": "console/replenishment/above.html", "tab": "alerts"}

    def _item(self, row: Alert, frame: Frame) -> Cell:
        label = self._labels.get(row.variant_key)
        return text_cell(item_title(label), sub=label.sku if label else "")

    def _filters(self, asked: Asked) -> AlertFilters:
        places = place_keys(self.frame, asked.many("place"))
        return AlertFilters(
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            kinds=frozenset(AlertKind(one) for one in asked.many("kind") if one in set(AlertKind)),
            is_open=asked.one("state") != _CLOSED,
        )
