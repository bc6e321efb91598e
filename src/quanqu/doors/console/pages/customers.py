"""Customers: one row per person, whatever channels they were met on."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import (
    Cell,
    moment_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import BulkAction, Empty, ListView, Total
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.customer_figures import Bought
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.options import channel_options, place_keys, place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.paging import Page
from quanqu.know.customers.contracts import (
    CustomerFilters,
    CustomerRow,
    CustomerSort,
    Standing,
)
from quanqu.know.customers.facade import (
    count_customers,
    list_customers,
    list_customers_by_standing,
    list_tags,
    places_of_customers,
)
from quanqu.sell.orders.contracts import BuyerFigure
from quanqu.sell.orders.facade import buyer_figures

__all__ = ["CustomersPage", "title_of"]

_SHOWN_IDENTIFIERS = 2


def title_of(row: CustomerRow) -> str:
    """Return what to call a customer: the masked name, else the strongest identifier's hint."""
    if row.name:
        return row.name
    return row.identifiers[0].hint if row.identifiers else ids.encode("cus", row.id)


def _identifiers(row: CustomerRow, frame: Frame) -> Cell:
    strong = [found for found in row.identifiers if found.is_strong] or list(row.identifiers)
    said = [
        f"{IDENTIFIER_TITLES[found.type]} {found.hint}" for found in strong[:_SHOWN_IDENTIFIERS]
    ]
    more = len(row.identifiers) - len(said)
    sub = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more > 0 else ""
    return text_cell(" · ".join(said), sub=sub)


def known_by(row: CustomerRow) -> str:
    """Return the kind of a customer's first identifier, and how many more are known."""
    if not row.identifiers:
        return ""
    first = str(IDENTIFIER_TITLES[row.identifiers[0].type])
    more = len(row.identifiers) - 1
    if not more:
        return first
    said = ngettext("%(first)s and %(n)s more", "%(first)s and %(n)s more", more)
    return said % {"first": first, "n": more}


def _where(row: CustomerRow, frame: Frame) -> Cell:
    country = country_name(row.country, frame.language) if row.country else ""
    return text_cell(", ".join(part for part in (row.city, row.region, country) if part))


def _since(row: CustomerRow, frame: Frame) -> Cell:
    return moment_cell(row.first_seen_at, now=frame.now, zone=frame.zone, language=frame.language)


def _tags(row: CustomerRow, frame: Frame) -> Cell:
    return text_cell(", ".join(row.tags))


def _ranked(
    figure: BuyerFigure, title: Promise, cell: Callable[[CustomerRow, Frame], Cell]
) -> Column:
    sorts = (f"most_{figure.value}", f"least_{figure.value}")
    return Column(figure.value, title, cell, is_number=True, sorts=sorts)


def _tag_options(frame: Frame) -> list[Option]:
    return [Option(tag.name, tag.name, str(tag.customers)) for tag in list_tags(actor=frame.actor)]


_FIGURES: Final[dict[str, tuple[BuyerFigure, bool]]] = {
    f"{'most' if is_down else 'least'}_{figure.value}": (figure, is_down)
    for figure in BuyerFigure
    for is_down in (True, False)
}


class CustomersPage(ListView):
    """Every customer met at a place in scope, with what they bought there."""

    page_code = "customers"
    permission = "customers.view"
    export_permission = "customers.export"
    title = gettext_lazy("Customers")
    lede = gettext_lazy(
        "One person is one row, across web shop, stores, app and messages. Personal data is masked."
    )
    search_label = gettext_lazy("Whole e-mail, phone, last four digits, member number or id")
    is_search_personal = True
    bulk_permission = "customers.manage"
    bulk = (
        BulkAction("tag", gettext_lazy("Add tag"), "tag", gettext_lazy("Tag")),
        BulkAction("untag", gettext_lazy("Remove tag"), "x", gettext_lazy("Tag to remove")),
    )
    empty = Empty(
        "users",
        gettext_lazy("No customers yet"),
        gettext_lazy(
            "Customers appear with the first orders or events that carry an identifier: a member "
            "number, an e-mail address, a phone number. The same identifier on two channels is "
            "the same person."
        ),
        gettext_lazy("Import customers or orders"),
        "console:import_new",
        "imports.run",
    )
    default_sort = CustomerSort.NEWEST.value
    filters = (
        Filter("tag", gettext_lazy("Tag"), options=_tag_options, is_single=True),
        Filter("channel", gettext_lazy("Channel"), options=channel_options, is_single=True),
        Filter("place", gettext_lazy("Seen at"), options=place_options),
        Filter(
            "country",
            gettext_lazy("Country"),
            kind="text",
            hint=gettext_lazy("Two letters, for example GB"),
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The columns; what was bought is for those who may see orders."""
        bought = (
            _ranked(BuyerFigure.ORDERS, gettext_lazy("Orders"), self._cell_of("orders")),
            _ranked(BuyerFigure.SALES, gettext_lazy("Net sales"), self._cell_of("sales")),
            _ranked(BuyerFigure.LAST_ORDER, gettext_lazy("Last order"), self._cell_of("last")),
        )
        return (
            Column("name", gettext_lazy("Customer"), self._name, is_title=True),
            Column(
                "identifiers",
                gettext_lazy("Known by"),
                _identifiers,
                is_wide=True,
                by_default=False,
            ),
            Column("channels", gettext_lazy("Seen on"), self._channels),
            *(bought if self.frame.person.can("orders.view") else ()),
            Column("where", gettext_lazy("Lives in"), _where),
            Column("tags", gettext_lazy("Tags"), _tags),
            Column(
                "since",
                gettext_lazy("First seen"),
                _since,
                sorts=(CustomerSort.NEWEST, CustomerSort.OLDEST),
            ),
        )

    def sorts_of(self, column: Column, asked: Asked) -> tuple[str, str]:
        """Return the orders a heading offers: sales of several currencies have none."""
        return ("", "") if column.code == "sales" and not self._currency else column.sorts

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read where the customers of a page were seen and what they bought, at once."""
        actor = self.frame.actor
        keys = [row.key for row in rows]
        self._places = places_of_customers(actor=actor, customer_keys=keys)
        self._bought = Bought(self.frame, rows)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of customers."""
        actor, filters = self.frame.actor, self._filters(asked)
        if asked.sort in self._offered(asked):
            return list_customers_by_standing(
                actor=actor,
                filters=filters,
                standing=self._standing(asked.sort),
                cursor=cursor,
                limit=limit,
            )
        sort = CustomerSort(asked.sort) if asked.sort in set(CustomerSort) else CustomerSort.NEWEST
        return list_customers(actor=actor, filters=filters, cursor=cursor, limit=limit, sort=sort)

    def _offered(self, asked: Asked) -> set[str]:
        return {
            code for column in self.columns for code in self.sorts_of(column, asked)
        } & _FIGURES.keys()

    def _standing(self, code: str) -> Standing:
        figure, is_down = _FIGURES[code]
        currency = self._currency if figure is BuyerFigure.SALES else ""
        found = self._figures.get(code)
        if found is None:
            actor = self.frame.actor
            found = buyer_figures(actor=actor, figure=figure, currency=currency)
            self._figures[code] = found
        return Standing(figure.value, found, figure is BuyerFigure.LAST_ORDER, is_down)

    @cached_property
    def _figures(self) -> dict[str, dict[int, int]]:
        return {}

    @property
    def _currency(self) -> str:
        """The one currency of the places in scope; empty when there are several."""
        traded = {place.currency for place in self.frame.visible_places}
        return traded.pop() if len(traded) == 1 else ""

    def _cell_of(self, name: str) -> Callable[[CustomerRow, Frame], Cell]:
        return lambda row, frame: getattr(self._bought, name)(row)

    def _name(self, row: CustomerRow, frame: Frame) -> Cell:
        seen = [frame.places[key] for key in self._places.get(row.key, ()) if key in frame.places]
        is_simulated = bool(seen) and all(place.details.is_simulated for place in seen)
        return Cell(title_of(row), sub=known_by(row), is_simulated=is_simulated)

    def _channels(self, row: CustomerRow, frame: Frame) -> Cell:
        seen = {
            frame.places[key].channel
            for key in self._places.get(row.key, ())
            if key in frame.places
        }
        titles = channel_titles()
        return text_cell(", ".join(title for code, title in titles.items() if code in seen))

    def count(self, asked: Asked) -> Total:
        """Return how many customers match."""
        return Total(count_customers(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Any) -> str:
        """Return the outside id of a customer."""
        return ids.encode("cus", row.id)

    def href(self, row: Any) -> str:
        """Return the address of a customer's 360° page."""
        return reverse("console:customer", args=[self.identify(row)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say where bulk actions go, and add the parts of customers."""
        return {
            "bulk_href": reverse("console:customer_tags"),
            "above_template": "console/customers/tabs.html",
            "tab": "customers",
        }

    def _filters(self, asked: Asked) -> CustomerFilters:
        return CustomerFilters(
            search=asked.text or None,
            tag=asked.one("tag"),
            country=(asked.one("country") or "").upper() or None,
            channel=asked.one("channel"),
            places=place_keys(self.frame, asked.many("place")),
        )
