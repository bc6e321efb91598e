"""The rules by which a visit's channel is told, and when a visit ends: changed as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.visit_words import channel_title
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import ChannelRule, ChannelTable, VisitSettings
from quanqu.know.timeline.facade import (
    get_channel_table,
    list_channel_tables,
    put_channel_table,
    restore_shipped_channels,
)

__all__ = ["VisitRulesPage", "VisitRulesRestore"]

_LISTS: Final = ("mediums", "sources", "click_ids", "hosts")
_SPARE: Final = 3
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One rule as its fields hold it."""

    at: int
    channel: str
    title: str
    mediums: str
    sources: str
    click_ids: str
    hosts: str


class VisitRulesPage(ConsoleView):
    """The table in force, with a few empty rows to add to it."""

    page_code = "visits"
    permission = "timeline.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the rules in their order."""
        table = get_channel_table(actor=self.frame.person)
        return self._draw(table, _rows(table), _settings(table.visits))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put the table in force as a new version; what was typed is kept when it is refused."""
        table = get_channel_table(actor=self.frame.person)
        typed = {name: str(value) for name, value in request.POST.items()}
        rows = list(_typed(typed))
        fields = {name: typed.get(name, "") for name in ("idle_min", "midnight_offset_min")}
        fields["ends_on_campaign"] = "on" if typed.get("ends_on_campaign") else ""
        try:
            put_channel_table(
                actor=self.frame.person,
                rules=tuple(_rule(row) for row in rows if row.channel),
                settings=VisitSettings(
                    idle_min=int(fields["idle_min"]),
                    ends_on_campaign=bool(fields["ends_on_campaign"]),
                    midnight_offset_min=_optional(fields["midnight_offset_min"]),
                ),
                version=int(typed.get("version", "")),
                now=self.frame.now,
            )
        except QuanquError as error:
            return self._draw(table, rows, fields, fault=said(error), status=422)
        except ValueError:
            fault = _("The minutes are whole numbers.")
            return self._draw(table, rows, fields, fault=fault, status=422)
        messages.success(
            request, _("The rules are in force. Figures of the past follow them, too.")
        )
        return redirect("console:visit_rules")

    def _draw(
        self,
        table: ChannelTable,
        rows: list[Row],
        fields: Mapping[str, str],
        *,
        fault: str = "",
        status: int = 200,
    ) -> HttpResponse:
        spare = [Row(len(rows) + number, *[""] * 6) for number in range(_SPARE)]
        person = self.frame.person
        context = {
            "table": table,
            "rows": [*rows, *spare],
            "fields": fields,
            "fault": fault,
            "versions": list_channel_tables(actor=person),
            "may_manage": person.scope("timeline.manage").everything,
        }
        return self.page("console/visits/rules.html", context, status=status)


class VisitRulesRestore(ConsoleView):
    """Go back to the rules that are shipped."""

    page_code = "visits"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put them in force as a new version."""
        person = self.frame.person
        version = get_channel_table(actor=person).version
        restore_shipped_channels(actor=person, version=version, now=self.frame.now)
        messages.success(request, _("The shipped rules are in force."))
        return redirect("console:visit_rules")


def _rows(table: ChannelTable) -> list[Row]:
    return [
        Row(
            at,
            rule.channel,
            channel_title(rule.channel),
            *(" ".join(getattr(rule, name)) for name in _LISTS),
        )
        for at, rule in enumerate(table.rules)
    ]


def _settings(visits: VisitSettings) -> dict[str, str]:
    offset = visits.midnight_offset_min
    return {
        "idle_min": str(visits.idle_min),
        "ends_on_campaign": "on" if visits.ends_on_campaign else "",
        "midnight_offset_min": "" if offset is None else str(offset),
    }


def _typed(told: Mapping[str, str]) -> Iterator[Row]:
    for at in range(_MOST + _SPARE):
        if f"channel_{at}" not in told:
            return
        channel = told[f"channel_{at}"].strip()
        lists = (told.get(f"{name}_{at}", "").strip() for name in _LISTS)
        row = Row(at, channel, channel_title(channel), *lists)
        if channel or any(getattr(row, name) for name in _LISTS):
            yield row


def _rule(row: Row) -> ChannelRule:
    return ChannelRule(row.channel, *(tuple(getattr(row, name).split()) for name in _LISTS))


def _optional(text: str) -> int | None:
    return int(text) if text.strip() else None
