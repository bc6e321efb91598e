"""Orders: every order as its channel recorded it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import (
    Cell,
    channel_cell,
    chip,
    count_cell,
    moment_cell,
    money_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import (
    channel_options,
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.order_words import ORDER_GAPS, ORDER_STATES
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.money import exponent
from quanqu.kernel.paging import Page
from quanqu.know.customers.contracts import CustomerRow
from quanqu.know.customers.facade import customers_by_subject, get_customer
from quanqu.sell.orders.contracts import OrderFilters, OrderGap, OrderRow, OrderSort, OrderStatus
from quanqu.sell.orders.facade import count_orders, list_orders

__all__ = ["OrdersPage"]


def _number(row: OrderRow, frame: Frame) -> Cell:
    sub = row.external_id if row.number and row.external_id != row.number else ""
    return text_cell(row.number or row.external_id, sub=sub)


def _placed(row: OrderRow, frame: Frame) -> Cell:
    return moment_cell(row.placed_at, now=frame.now, zone=frame.zone, language=frame.language)


def _place(row: OrderRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    if place is None:
        return text_cell("")
    slot = channel_slot(place.channel) if place.channel else None
    hint = channel_titles().get(place.channel or "", "")
    return Cell(place.name, slot=slot, hint=hint, is_simulated=place.details.is_simulated)


def _channel(row: OrderRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return channel_cell(place.channel or "") if place else text_cell("")


def _state(row: OrderRow, frame: Frame) -> Cell:
    title, tone, icon = ORDER_STATES[row.status]
    return chip(str(title), tone, icon)


def _refunded(row: OrderRow, frame: Frame) -> Cell:
    return money_cell(row.refunded) if row.refunded.minor else Cell("–", plain=0)


def _where(row: OrderRow, frame: Frame) -> Cell:
    country = country_name(row.country, frame.language) if row.country else ""
    return text_cell(", ".join(part for part in (row.city, country) if part))


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in ORDER_STATES.items()]


def _gaps(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in ORDER_GAPS.items()]


def _currencies(frame: Frame) -> list[Option]:
    return [
        Option(code, code) for code in sorted({place.currency for place in frame.visible_places})
    ]


class OrdersPage(ListView):
    """Every order of the places in scope, newest first."""

    page_code = "orders"
    permission = "orders.view"
    export_permission = "orders.export"
    title = gettext_lazy("Orders")
    lede = gettext_lazy("As each channel recorded them, in one list.")
    search_label = gettext_lazy("Order number, or its beginning")
    empty = Empty(
        "receipt-text",
        gettext_lazy("No orders yet"),
        gettext_lazy(
            "Orders come with an import or from a connected shop. A file with an order number, "
            "a date, a quantity and a price is enough to start."
        ),
        gettext_lazy("Import orders"),
        "console:import_new",
        "imports.run",
    )
    default_sort = OrderSort.NEWEST.value
    filters = (
        Filter("from", gettext_lazy("Business day"), kind="days"),
        Filter("channel", gettext_lazy("Channel"), options=channel_options, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("missing", gettext_lazy("Missing"), options=_gaps, is_single=True),
        Filter("currency", gettext_lazy("Currency"), options=_currencies, is_single=True),
        Filter(
            "at_least",
            gettext_lazy("Total at least"),
            kind="text",
            hint=gettext_lazy("Needs a currency filter, for example 100.00"),
        ),
        Filter(
            "customer",
            gettext_lazy("Customer"),
            kind="text",
            hint=gettext_lazy("An id such as cus_…"),
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The columns, with the customer of each row."""
        return (
            Column("number", gettext_lazy("Order"), _number, is_title=True),
            Column(
                "placed",
                gettext_lazy("Placed at"),
                _placed,
                sorts=(OrderSort.NEWEST, OrderSort.OLDEST),
            ),
            Column("customer", gettext_lazy("Customer"), self._customer),
            Column("channel", gettext_lazy("Channel"), _channel, by_default=False),
            Column("place", gettext_lazy("Place"), _place),
            Column("state", gettext_lazy("State"), _state),
            Column(
                "items",
                gettext_lazy("Items"),
                lambda row, frame: count_cell(row.item_count),
                is_number=True,
            ),
            Column(
                "total",
                gettext_lazy("Total"),
                self._total,
                is_number=True,
                sorts=(OrderSort.HIGHEST, OrderSort.LOWEST),
            ),
            Column("refunded", gettext_lazy("Refunded"), _refunded, is_number=True),
            Column("where", gettext_lazy("Ships to"), _where, by_default=False),
            Column(
                "said",
                gettext_lazy("State on the channel"),
                lambda row, frame: text_cell(row.channel_status),
                by_default=False,
            ),
            Column(
                "company",
                gettext_lazy("Company"),
                lambda row, frame: text_cell(frame.company_name(row.company_key)),
                by_default=False,
            ),
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the customers of a page at once."""
        subjects = {row.subject_key for row in rows if row.subject_key is not None}
        self._customers: dict[int, CustomerRow] = {}
        if subjects and self.frame.person.can("customers.view"):
            self._customers = customers_by_subject(actor=self.frame.actor, subject_keys=subjects)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of orders."""
        return list_orders(
            actor=self.frame.actor,
            filters=self._filters(asked),
            cursor=cursor,
            limit=limit,
            sort=OrderSort(asked.sort) if asked.sort in set(OrderSort) else OrderSort.NEWEST,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many orders match, an estimate when they are very many."""
        found = count_orders(actor=self.frame.actor, filters=self._filters(asked))
        return Total(found.value, not found.is_exact)

    def sorts_of(self, column: Column, asked: Asked) -> tuple[str, str]:
        """Return the orders a heading offers: totals of several currencies have none."""
        return ("", "") if column.code == "total" and not self._currency(asked) else column.sorts

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the way to orders under way."""
        return {"above_template": "console/orders/tabs.html", "tab": "all"}

    def href(self, row: Any) -> str:
        """Return the address of an order."""
        return reverse("console:order", args=[row.id])

    def _customer(self, row: OrderRow, frame: Frame) -> Cell:
        if row.subject_key is None:
            return Cell(_("Guest"), plain="")
        found = self._customers.get(row.subject_key)
        if found is None:
            return text_cell("")
        identity = ids.encode("cus", found.id)
        href = frame.link(reverse("console:customer", args=[identity]))
        hint = found.identifiers[0].hint if found.identifiers else ""
        return Cell(found.name or hint or identity, href=href, plain=identity)

    def _total(self, row: OrderRow, frame: Frame) -> Cell:
        mixed = len({place.currency for place in frame.visible_places}) > 1
        return money_cell(row.total, with_code=mixed)

    def _filters(self, asked: Asked) -> OrderFilters:
        places = place_keys(self.frame, asked.many("place"))
        states = {OrderStatus(code) for code in asked.many("state") if code in set(OrderStatus)}
        currency = asked.one("currency") or ""
        if asked.sort in {OrderSort.HIGHEST, OrderSort.LOWEST}:
            currency = self._currency(asked)
        return OrderFilters(
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            channel=asked.one("channel") or "",
            statuses=frozenset(states),
            first=asked.first,
            last=asked.last,
            subject_keys=self._subjects(asked.one("customer")),
            text=asked.text,
            missing=OrderGap(gap) if (gap := asked.one("missing")) in set(OrderGap) else None,
            currency=self._currency(asked) if asked.one("at_least") else currency,
            min_total_minor=_minor(asked.one("at_least"), self._currency(asked)),
        )

    def _currency(self, asked: Asked) -> str:
        """Return the one currency of the list; empty when there are several."""
        traded = {place.currency for place in self.frame.visible_places}
        return asked.one("currency") or (traded.pop() if len(traded) == 1 else "")

    def _subjects(self, customer: str | None) -> frozenset[int] | None:
        if not customer:
            return None
        found = get_customer(actor=self.frame.actor, customer_id=ids.decode("cus", customer))
        return frozenset(found.subject_keys)


def _minor(text: str | None, currency: str) -> int | None:
    if not text or not currency:
        return None
    try:
        return int(Decimal(text.replace(",", "")).scaleb(exponent(currency)))
    except (InvalidOperation, ValueError, OverflowError):
        return None
