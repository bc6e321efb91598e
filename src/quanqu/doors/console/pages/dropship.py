"""Drop-shipping: orders to suppliers, their offers, and what is due to them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from quanqu.doors.console.kit.cells import (
    Cell,
    chip,
    count_cell,
    day_cell,
    moment_cell,
    money_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.dropship_words import (
    DUE_KINDS,
    PAUSES,
    dropship_chip,
    state_options,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import PlaceType
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_called
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    DropshipFilters,
    DropshipOffer,
    DropshipRow,
    DropshipState,
    DueRow,
    OfferFilters,
)

__all__ = ["DropshipDuesPage", "DropshipOffersPage", "DropshipPage"]

_LATE = "yes"


def _suppliers(frame: Frame) -> list[Option]:
    return [
        Option(place.id, place.name, place.company_name)
        for place in frame.visible_places
        if place.details.place_type is PlaceType.SUPPLIER
    ]


def _place(row: Any, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _leaves(row: DropshipRow, frame: Frame) -> Cell:
    day = row.promised_on or row.due_on
    is_late = row.state is DropshipState.ACCEPTED and day < local_date(frame.now, frame.zone)
    told = day_cell(day, frame.language)
    return Cell(told.text, tone="bad", icon="clock", is_chip=True, plain=day) if is_late else told


def _sent(row: DropshipRow, frame: Frame) -> Cell:
    if row.sending_fails:
        return chip(_("Not taken: %(why)s") % {"why": row.sending_fails}, "bad", "circle-alert")
    return moment_cell(row.sent_at, now=frame.now, zone=frame.zone, language=frame.language)


class _DropshipList(ListView):
    """A list among the tabs of drop-shipping."""

    page_code = "dropship"
    permission = "dropship.view"
    export_permission = "dropship.view"
    tab = ""

    @property
    def views_page(self) -> str:
        """Each list has views of its own."""
        return f"dropship_{self.tab}"

    def head(self, asked: Asked) -> dict[str, Any]:
        """Stand among the pages of drop-shipping."""
        return {
            "above_template": "console/dropship/tabs.html",
            "tab": self.tab,
            "may_add": self.frame.person.can("dropship.manage"),
        }

    def unit(self, asked: Asked) -> str | None:
        """Return the supplier's place that is asked for, as far as the reader sees it."""
        wanted = asked.one("supplier")
        return wanted if wanted in {one.id for one in self.frame.visible_places} else None


class DropshipPage(_DropshipList):
    """The orders to suppliers in scope, the newest first."""

    tab = "orders"
    title = gettext_lazy("Drop-shipping")
    lede = gettext_lazy("What suppliers ship straight to shoppers, and whether they do.")
    search_label = gettext_lazy("Order number")
    empty = Empty(
        "truck",
        gettext_lazy("No orders to suppliers yet"),
        gettext_lazy(
            "Let a supplier ship items straight to the shopper: it states its stock, sourcing asks "
            "it like any place, and its orders, answers and parcels show here."
        ),
        gettext_lazy("Let a supplier ship"),
        "console:dropship_supplier_new",
        "dropship.manage",
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Order"),
            lambda row, frame: text_cell(row.number, sub=encode("dso", row.id)),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: dropship_chip(row.state)),
        Column("supplier", gettext_lazy("Supplier"), _place),
        Column(
            "units",
            gettext_lazy("Units"),
            lambda row, frame: count_cell(row.units),
            is_number=True,
        ),
        Column(
            "cost",
            gettext_lazy("Cost"),
            lambda row, frame: money_cell(Money(row.cost_minor, row.currency)),
            is_number=True,
        ),
        Column(
            "answer_by",
            gettext_lazy("Answer by"),
            lambda row, frame: moment_cell(
                row.answer_by, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
        Column("leaves", gettext_lazy("Leaves by"), _leaves),
        Column("sent", gettext_lazy("Sent to its system"), _sent, by_default=False),
        Column(
            "company",
            gettext_lazy("Company"),
            lambda row, frame: text_cell(frame.company_name(row.company_key)),
            by_default=False,
        ),
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=state_options),
        Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),
        Filter(
            "late",
            gettext_lazy("Late"),
            options=lambda frame: [Option(_LATE, _("Not answered or not shipped in time"))],
            is_single=True,
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of orders to suppliers."""
        return facade.list_orders(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(facade.count_orders(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: DropshipRow) -> str:
        """Return the outside id."""
        return encode("dso", row.id)

    def href(self, row: DropshipRow) -> str:
        """Return the address of an order."""
        return reverse("console:dropship_order", args=[self.identify(row)])

    def _filters(self, asked: Asked) -> DropshipFilters:
        known = set(DropshipState)
        return DropshipFilters(
            unit_id=self.unit(asked),
            states=tuple(DropshipState(one) for one in asked.many("state") if one in known),
            late_at=self.frame.now if asked.one("late") == _LATE else None,
            search=asked.text,
        )


def _offered(row: DropshipOffer, frame: Frame) -> Cell:
    if row.paused is not None:
        return chip(str(PAUSES[row.paused]), "warn", "hourglass")
    return chip(_("On"), "good", "check") if row.draft.is_on else chip(_("Off"), "hollow", "")


class DropshipOffersPage(_DropshipList):
    """What suppliers offer, and what they last stated of it."""

    tab = "offers"
    title = gettext_lazy("Drop-ship offers")
    lede = gettext_lazy("Items suppliers ship, at which cost, and how many they say they have.")
    search_label: str | Promise = gettext_lazy("SKU, or part of a name")
    head_template = "console/dropship/offers_head.html"
    empty = Empty(
        "package",
        gettext_lazy("No offers yet"),
        gettext_lazy(
            "An offer says what a supplier takes for shipping an item. It sells once the supplier "
            "states its stock, by its program or here."
        ),
        gettext_lazy("Add an offer"),
        "console:dropship_offer_new",
        "dropship.manage",
    )
    filters = (
        Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),
        Filter(
            "on",
            gettext_lazy("Offered"),
            options=lambda frame: [Option("on", _("On")), Option("off", _("Off"))],
            is_single=True,
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The columns, with the names of items."""
        return (
            Column("item", pgettext_lazy("goods", "Item"), self._item, is_title=True),
            Column("supplier", gettext_lazy("Supplier"), _place),
            Column("state", gettext_lazy("State"), _offered),
            Column(
                "cost",
                gettext_lazy("Cost"),
                lambda row, frame: money_cell(Money(row.draft.cost_minor, row.currency)),
                is_number=True,
            ),
            Column(
                "stated",
                gettext_lazy("Stated"),
                lambda row, frame: count_cell(row.stated),
                is_number=True,
            ),
            Column(
                "stated_at",
                gettext_lazy("Stated at"),
                lambda row, frame: moment_cell(
                    row.stated_at, now=frame.now, zone=frame.zone, language=frame.language
                ),
            ),
            Column(
                "buffer",
                gettext_lazy("Not sold"),
                lambda row, frame: count_cell(row.draft.buffer),
                is_number=True,
                by_default=False,
            ),
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        keys = {row.draft.variant_key for row in rows}
        self._labels: dict[int, VariantLabel] = variant_labels(variant_keys=keys) if keys else {}

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of offers."""
        return facade.list_offers(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(facade.count_offers(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Any) -> str:
        """Return what tells a row apart."""
        return str(row.key)

    def href(self, row: DropshipOffer) -> str:
        """Return the address of an offer."""
        return reverse("console:dropship_offer", args=[row.key])

    def _item(self, row: DropshipOffer, frame: Frame) -> Cell:
        label = self._labels.get(row.draft.variant_key)
        return text_cell(label.name or label.sku, sub=label.sku) if label else text_cell("")

    def _filters(self, asked: Asked) -> OfferFilters:
        text = asked.text.strip()
        wanted = {"on": True, "off": False}
        return OfferFilters(
            unit_id=self.unit(asked),
            variant_keys=frozenset(variants_called(text=text)) if text else None,
            is_on=wanted.get(asked.one("on") or ""),
        )


def _due_kind(row: DueRow, frame: Frame) -> Cell:
    title, tone = DUE_KINDS[row.kind]
    return chip(str(title), tone)


class DropshipDuesPage(_DropshipList):
    """What is due to suppliers, and what was paid."""

    tab = "dues"
    title = gettext_lazy("Due to suppliers")
    lede = gettext_lazy("The cost of what suppliers shipped, and what was paid for it.")
    search_label = ""
    above = "console/dropship/balances.html"
    empty = Empty(
        "receipt-text",
        gettext_lazy("Nothing is due yet"),
        gettext_lazy("With the last parcel of an order, its agreed cost is due to the supplier."),
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Document"),
            lambda row, frame: text_cell(row.number or row.reference or "–"),
            is_title=True,
        ),
        Column("kind", gettext_lazy("Kind"), _due_kind),
        Column("supplier", gettext_lazy("Supplier"), _place),
        Column(
            "amount",
            gettext_lazy("Amount"),
            lambda row, frame: money_cell(Money(row.amount_minor, row.currency)),
            is_number=True,
        ),
        Column(
            "at",
            gettext_lazy("When"),
            lambda row, frame: moment_cell(
                row.at, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
    )
    filters = (Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),)

    def head(self, asked: Asked) -> dict[str, Any]:
        """Show what is due to each supplier above the list."""
        found = facade.list_balances(actor=self.frame.actor, unit_id=self.unit(asked))
        return super().head(asked) | {
            "above_template": self.above,
            "balances": [
                (
                    place.name,
                    place.id,
                    Money(one.due_minor, one.currency),
                    Money(one.goods_minor, one.currency),
                    Money(one.paid_minor, one.currency),
                )
                for one in found
                if (place := self.frame.places.get(one.place_key))
            ],
        }

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of amounts."""
        return facade.list_dues(
            actor=self.frame.actor, unit_id=self.unit(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> None:
        """Count nothing: the page says whether there is more."""
        return

    def identify(self, row: Any) -> str:
        """Return what tells a row apart."""
        return str(row.key)

    def href(self, row: DueRow) -> str:
        """Return the address of the order that is due."""
        if row.dropship_id is None:
            return ""
        return reverse("console:dropship_order", args=[encode("dso", row.dropship_id)])
