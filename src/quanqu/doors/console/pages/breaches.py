"""Refused links: identifiers that the identity rules keep from joining customers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.identity_words import BREACH_KINDS
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.paging import Page
from quanqu.know.customers.contracts import BreachKind, BreachRow
from quanqu.know.customers.facade import list_breaches

__all__ = ["BreachesPage"]


def _demoted(row: BreachRow, frame: Frame) -> Cell:
    return text_cell(row.hint, sub=str(IDENTIFIER_TITLES[row.identifier_type]))


def _kind(row: BreachRow, frame: Frame) -> Cell:
    title, tone = BREACH_KINDS[row.kind]
    return chip(str(title), tone)


def _limit(row: BreachRow, frame: Frame) -> Cell:
    return text_cell(str(IDENTIFIER_TITLES[row.type]) if row.kind is BreachKind.LIMIT else "")


def _other(row: BreachRow, frame: Frame) -> Cell:
    if row.other_customer_id is None or row.other_type is None:
        return text_cell("")
    address = reverse("console:customer", args=[ids.encode("cus", row.other_customer_id)])
    return text_cell(
        row.other_hint or "",
        sub=str(IDENTIFIER_TITLES[row.other_type]),
        href=frame.link(address),
    )


def _since(row: BreachRow, frame: Frame) -> Cell:
    return moment_cell(row.since, now=frame.now, zone=frame.zone, language=frame.language)


def _kinds(frame: Frame) -> list[Option]:
    return [Option(kind.value, str(words[0])) for kind, words in BREACH_KINDS.items()]


def _types(frame: Frame) -> list[Option]:
    return [Option(code, str(title)) for code, title in IDENTIFIER_TITLES.items()]


class BreachesPage(ListView):
    """What the identity rules refuse, newest first."""

    page_code = "customers"
    views_code = "breaches"
    permission = "customers.view"
    title = gettext_lazy("Customers")
    lede = gettext_lazy(
        "Identifiers the identity rules keep from joining people: over a limit, shared by many, "
        "blocked, or held apart by a verdict."
    )
    empty = Empty(
        "shield-check",
        gettext_lazy("Nothing is refused"),
        gettext_lazy("Every link that the evidence suggests is within the identity rules."),
    )
    columns = (
        Column("demoted", gettext_lazy("Demoted identifier"), _demoted, is_title=True),
        Column("kind", gettext_lazy("Why"), _kind),
        Column("limit", gettext_lazy("Limit of"), _limit),
        Column("other", gettext_lazy("Would have joined"), _other),
        Column("since", gettext_lazy("Since"), _since),
    )
    filters = (
        Filter("kind", gettext_lazy("Why"), options=_kinds, is_single=True),
        Filter("type", gettext_lazy("Identifier"), options=_types, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of refused links."""
        kind, type_ = asked.one("kind"), asked.one("type")
        return list_breaches(
            actor=self.frame.actor,
            kind=BreachKind(kind) if kind in list(BreachKind) else None,
            type_=type_ or None,
            cursor=cursor,
            limit=limit,
        )

    def identify(self, row: BreachRow) -> str:
        """Name a row for an export."""
        return row.ref

    def href(self, row: BreachRow) -> str:
        """Lead to the customer the demoted identifier stays with."""
        return reverse("console:customer", args=[ids.encode("cus", row.customer_id)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of customers."""
        return {"above_template": "console/customers/tabs.html", "tab": "breaches"}
