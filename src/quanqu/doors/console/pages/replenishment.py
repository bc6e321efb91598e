"""What to order again: the list, looking now, and deciding about those that are ticked."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

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
from quanqu.doors.console.kit.lists import BulkAction, Empty, ListView, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.replenishment_words import KINDS, STATES, proposal_chip
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import (
    Proposal,
    ProposalFilters,
    ProposalKind,
    ProposalSort,
    ProposalState,
)
from quanqu.sell.supply.contracts import SupplierFilters
from quanqu.sell.supply.facade import list_suppliers

__all__ = ["ProposalDecisions", "ReplenishmentLook", "ReplenishmentPage", "source_of"]

_MOST_SUPPLIERS: Final = 200


def _place(row: Proposal, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def source_of(row: Proposal, frame: Frame) -> Cell:
    """Return where the goods would come from."""
    if row.kind is ProposalKind.UNSOURCED:
        return chip(str(KINDS[row.kind]), "warn", "circle-alert")
    if row.from_place_key is not None:
        place = frame.places.get(row.from_place_key)
        return text_cell(place.name if place else "–", sub=str(KINDS[row.kind]))
    return text_cell(row.figures.supplier_name, sub=str(KINDS[row.kind]))


def _units(row: Proposal, frame: Frame) -> Cell:
    cell = count_cell(row.units)
    return Cell(cell.text, sub=_("changed"), plain=row.units) if row.asked is not None else cell


def _kinds(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in KINDS.items()]


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in STATES.items()]


def _suppliers(frame: Frame) -> list[Option]:
    found = list_suppliers(actor=frame.actor, filters=SupplierFilters(), limit=_MOST_SUPPLIERS)
    return [Option(one.id, one.name, one.code) for one in found.items]


class ReplenishmentPage(ListView):
    """What to order again for the places in scope, the deepest below its reorder point first."""

    page_code = "replenishment"
    views_code = "proposals"
    permission = "supply.view"
    export_permission = "supply.view"
    bulk_permission = "supply.manage"
    title = gettext_lazy("Replenishment")
    lede = gettext_lazy("What to order again, how much, and from where. Open one to see why.")
    bulk = (
        BulkAction("accept", gettext_lazy("Make drafts"), "check"),
        BulkAction("dismiss", gettext_lazy("Dismiss"), "x", gettext_lazy("Why not")),
    )
    empty = Empty(
        "package",
        gettext_lazy("Nothing to order"),
        gettext_lazy(
            "Say how an item is kept in stock at a place: by minimum and maximum, or by the "
            "forecast of its demand. Every hour the stock of all places is compared with it."
        ),
        gettext_lazy("Set a rule"),
        "console:replenishment_policy_new",
        "supply.manage",
    )
    default_sort = ProposalSort.URGENT.value
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("kind", gettext_lazy("Source"), options=_kinds),
        Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override] # names are read once a page
        """The columns; the names of items are read once per page."""
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            Column("place", gettext_lazy("Place"), _place),
            Column("state", gettext_lazy("State"), lambda row, frame: proposal_chip(row.state)),
            Column("source", gettext_lazy("Source"), source_of),
            Column("net", gettext_lazy("Position"), _figure("net"), is_number=True),
            Column("reorder", gettext_lazy("Reorder at"), _figure("reorder_point"), is_number=True),
            Column("target", gettext_lazy("Target"), _figure("target"), is_number=True),
            Column(
                "units",
                pgettext_lazy("replenishment", "To order"),
                _units,
                is_number=True,
                sorts=(ProposalSort.URGENT, ""),
            ),
            Column(
                "amount",
                gettext_lazy("Total"),
                lambda row, frame: money_cell(row.amount, with_code=True),
                is_number=True,
            ),
            Column(
                "made",
                gettext_lazy("Proposed"),
                lambda row, frame: moment_cell(
                    row.made_at, now=frame.now, zone=frame.zone, language=frame.language
                ),
                sorts=(ProposalSort.NEWEST, ""),
            ),
            *(
                Column(code, title, _figure(code), is_number=True, by_default=False)
                for code, title in _FURTHER.items()
            ),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of proposals."""
        known = asked.sort in set(ProposalSort)
        return facade.list_proposals(
            actor=self.frame.actor,
            filters=self._filters(asked),
            sort=ProposalSort(asked.sort) if known else ProposalSort.URGENT,
            cursor=cursor,
            limit=limit,
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.variant_key for row in rows}
        )

    def count(self, asked: Asked) -> Total:
        """Return how many proposals match."""
        return Total(facade.count_proposals(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Proposal) -> str:
        """Return the outside id of a proposal."""
        return encode("rpl", row.id)

    def href(self, row: Proposal) -> str:
        """Return the address of a proposal."""
        return reverse("console:proposal", args=[self.identify(row)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the tabs, the last look and where decisions go."""
        frame = self.frame
        runs = facade.list_runs(
            actor=frame.actor, company_keys={place.company_key for place in frame.visible_places}
        )
        return {
            "above_template": "console/replenishment/above.html",
            "tab": "proposals",
            "bulk_href": reverse("console:proposal_decisions"),
            "may_manage": frame.person.can("supply.manage"),
            "companies": company_options(frame),
            "runs": [(frame.company_name(run.company_key), run) for run in runs],
        }

    def _item(self, row: Proposal, frame: Frame) -> Cell:
        label = self._labels.get(row.variant_key)
        return text_cell(item_title(label), sub=label.sku if label else "")

    def _filters(self, asked: Asked) -> ProposalFilters:
        places = place_keys(self.frame, asked.many("place"))
        states = {ProposalState(one) for one in asked.many("state") if one in set(ProposalState)}
        kinds = {ProposalKind(one) for one in asked.many("kind") if one in set(ProposalKind)}
        return ProposalFilters(
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            states=frozenset(states or {ProposalState.OPEN}),
            kinds=frozenset(kinds),
            supplier_id=asked.one("supplier") or "",
        )


class ReplenishmentLook(ConsoleView):
    """Look at what the stock of a company needs now."""

    page_code = "replenishment"
    permission = "supply.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Look, and say what was found."""
        wanted = request.POST.getlist("company")
        places = self.frame.visible_places
        keys = sorted({place.company_key for place in places if place.company_id in wanted})
        proposed = 0
        for key in keys:
            run = facade.look_at_stock(actor=self.frame.person, company_key=key, now=self.frame.now)
            proposed += run.proposed
        text = ngettext("%(n)s item is to be ordered.", "%(n)s items are to be ordered.", proposed)
        messages.success(request, text % {"n": proposed})
        return redirect(next_address(request, "console:replenishment"))


class ProposalDecisions(ConsoleView):
    """Accept or dismiss the proposals that are ticked."""

    page_code = "replenishment"
    permission = "supply.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide, and say what was made, or why nothing was."""
        told: dict[str, Any] = {"actor": self.frame.person, "now": self.frame.now}
        back = redirect(next_address(request, "console:replenishment"))
        try:
            ids = [decode("rpl", one) for one in request.POST.getlist("id")]
            if request.POST.get("action") == "dismiss":
                reason = request.POST.get("dismiss_text", "")
                count = facade.dismiss_proposals(**told, proposal_ids=ids, reason=reason)
                text = ngettext(
                    "%(n)s proposal is dismissed.", "%(n)s proposals are dismissed.", count
                )
                messages.success(request, text % {"n": count})
                return back
            made = facade.accept_proposals(**told, proposal_ids=ids)
        except QuanquError as error:
            messages.error(request, said(error))
            return back
        text = ngettext("%(n)s draft is made of them.", "%(n)s drafts are made of them.", len(made))
        messages.success(request, text % {"n": len(made)})
        if len(made) == 1:
            page = "transfer" if made[0].kind is ProposalKind.TRANSFER else "purchase"
            address = reverse(f"console:{page}", args=[made[0].document_id])
            return redirect(self.frame.link(address))
        return back


def _figure(name: str) -> Any:
    return lambda row, frame: count_cell(getattr(row.figures, name))


_FURTHER: Final = {
    "on_hand": gettext_lazy("On hand"),
    "incoming": gettext_lazy("Incoming"),
    "in_transit": gettext_lazy("In transit"),
    "planned": gettext_lazy("Planned"),
    "held": gettext_lazy("Held"),
    "allocated": gettext_lazy("Allocated"),
    "safety_stock": gettext_lazy("Safety stock"),
    "lead_days": gettext_lazy("Lead time in days"),
}
