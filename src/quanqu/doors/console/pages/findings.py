"""The consistency audit: differences between channels as a list to act on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, rate_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import BulkAction, Empty, ListView, Total
from quanqu.doors.console.pages.options import company_keys, company_options
from quanqu.doors.console.pages.product_words import (
    FINDING_KINDS,
    FINDING_STATES,
    SEVERITIES,
    price_gap,
    product_title,
    shown_values,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import (
    FindingFilters,
    FindingKind,
    FindingRow,
    FindingSort,
    FindingState,
    Severity,
)
from quanqu.sell.catalog.facade import (
    count_findings,
    list_findings,
    tally_findings,
)

__all__ = ["FindingsPage"]

_ANY = "any"


def _product(row: FindingRow, frame: Frame) -> Cell:
    return text_cell(product_title(row.product_name, row.sku), sub=row.sku)


def _kind(row: FindingRow, frame: Frame) -> Cell:
    return text_cell(str(FINDING_KINDS[row.kind]))


def _values(row: FindingRow, frame: Frame) -> Cell:
    said = [f"{place}: {shown}" if place else shown for place, shown in shown_values(row, frame)]
    return text_cell(" · ".join(said))


def _gap(row: FindingRow, frame: Frame) -> Cell:
    return rate_cell(price_gap([value.price for value in row.values if value.price]))


def _severity(row: FindingRow, frame: Frame) -> Cell:
    title, tone, icon = SEVERITIES[row.severity]
    return chip(str(title), tone, icon)


def _state(row: FindingRow, frame: Frame) -> Cell:
    title, tone = FINDING_STATES[row.state]
    return chip(str(title), tone)


def _seen(row: FindingRow, frame: Frame) -> Cell:
    return moment_cell(row.first_seen_at, now=frame.now, zone=frame.zone, language=frame.language)


def _kinds(frame: Frame) -> list[Option]:
    return [Option(kind.value, str(title)) for kind, title in FINDING_KINDS.items()]


def _severities(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in SEVERITIES.items()]


def _states(frame: Frame) -> list[Option]:
    named = [Option(code.value, str(words[0])) for code, words in FINDING_STATES.items()]
    return [*named, Option(_ANY, _("Any state"))]


class FindingsPage(ListView):
    """Open differences first; other states by filter."""

    page_code = "findings"
    permission = "catalog.view"
    title = gettext_lazy("Consistency audit")
    lede = gettext_lazy(
        "Where channels show one product differently. Mend it there, or accept the difference; "
        "what is mended closes by itself at the next import."
    )
    search_label = gettext_lazy("Product name or whole SKU")
    default_sort = FindingSort.GRAVEST.value
    bulk_permission = "catalog.manage"
    bulk = (
        BulkAction("accept", gettext_lazy("Accept"), "check"),
        BulkAction("resolve", gettext_lazy("Mark resolved"), "circle-check"),
        BulkAction("reopen", gettext_lazy("Open again"), "undo-2"),
    )
    empty = Empty(
        "scale",
        gettext_lazy("No open differences"),
        gettext_lazy(
            "The audit compares name, price, description and state of each product on every "
            "channel where it is listed, whenever listings are imported."
        ),
    )
    head_template = "console/products/audit_run.html"
    columns = (
        Column("product", gettext_lazy("Product"), _product, is_title=True),
        Column("kind", gettext_lazy("Finding"), _kind),
        Column("values", gettext_lazy("What the channels show"), _values, is_wide=True),
        Column("gap", gettext_lazy("Price gap"), _gap, is_number=True),
        Column("severity", gettext_lazy("Severity"), _severity, sorts=(FindingSort.GRAVEST, "")),
        Column("state", gettext_lazy("State"), _state),
        Column(
            "company",
            gettext_lazy("Company"),
            lambda row, frame: text_cell(frame.company_name(row.company_key)),
            by_default=False,
        ),
        Column("seen", gettext_lazy("First seen"), _seen, sorts=(FindingSort.NEWEST, "")),
        Column(
            "note", gettext_lazy("Note"), lambda row, frame: text_cell(row.note), by_default=False
        ),
    )
    filters = (
        Filter("kind", gettext_lazy("Kind"), options=_kinds, is_single=True),
        Filter("severity", gettext_lazy("Severity"), options=_severities, is_single=True),
        Filter("state", gettext_lazy("State"), options=_states, is_single=True),
        Filter("company", gettext_lazy("Company"), options=company_options),
        Filter(
            "product",
            gettext_lazy("Product"),
            kind="text",
            hint=gettext_lazy("An id such as prd_…"),
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of findings."""
        return list_findings(
            actor=self.frame.actor,
            filters=self._filters(asked),
            cursor=cursor,
            limit=limit,
            sort=FindingSort(asked.sort) if asked.sort in set(FindingSort) else FindingSort.GRAVEST,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many findings match."""
        return Total(count_findings(actor=self.frame.actor, filters=self._filters(asked)))

    def href(self, row: Any) -> str:
        """Return the address of the product a finding is about."""
        return reverse("console:product", args=[row.product_id]) if row.product_id else ""

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the tally of open findings and where decisions go."""
        tally = [
            row for row in tally_findings(actor=self.frame.actor) if row.state == FindingState.OPEN
        ]
        tiles = [
            {
                "title": title,
                "count": sum(row.count for row in tally if row.kind == kind),
                "href": self.frame.link(self.frame.path, kind=kind.value),
            }
            for kind, title in FINDING_KINDS.items()
        ]
        return {
            "bulk_href": reverse("console:finding_decisions"),
            "tally": [tile for tile in tiles if tile["count"]],
            "above_template": "console/products/tally.html",
            "may_audit": self.frame.person.can("catalog.manage"),
        }

    def _filters(self, asked: Asked) -> FindingFilters:
        kind, severity, state = asked.one("kind"), asked.one("severity"), asked.one("state")
        wanted_state: FindingState | None = FindingState.OPEN
        if state == _ANY:
            wanted_state = None
        elif state in set(FindingState):
            wanted_state = FindingState(state)
        return FindingFilters(
            kind=FindingKind(kind) if kind in set(FindingKind) else None,
            severity=Severity(severity) if severity in set(Severity) else None,
            state=wanted_state,
            company_keys=company_keys(self.frame, asked.many("company")),
            product_id=asked.one("product") or "",
            text=asked.text,
        )
