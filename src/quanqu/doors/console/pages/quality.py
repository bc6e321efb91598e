"""Data quality: how complete, unique and connected the data is, and what to do about it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.quality_words import (
    ADVICE,
    FIELD_TITLES,
    ROWS_WITHOUT,
    TABLE_PAGES,
    TABLE_TITLES,
    TARGETS,
)
from quanqu.doors.console.rules.numbers import grouped, rate_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.learn.metrics.contracts import FieldCoverage, TableQuality
from quanqu.learn.metrics.facade import get_quality

__all__ = ["QualityPage"]

_LOW = 0.8
_NEED_NOT_BE_FULL = "customers_by_identifier"  # nobody has an identifier of every type


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to mend: `href` leads to the rows, empty where no list can show them."""

    icon: str
    tone: str
    title: str
    advice: str
    href: str


class QualityPage(ConsoleView):
    """The report over the tables the metrics rest on."""

    page_code = "quality"
    permission = "metrics.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what to mend first, then every table."""
        report = get_quality(actor=self.frame.actor, now=self.frame.now)
        filled = [table for table in report.tables if table.rows]
        faults = [one for table in filled for one in _faults(table)]
        context = {
            "faults": faults,
            "gaps": [one for table in filled for one in _gaps(self.frame, table)],
            "tables": [_view(self.frame, table) for table in report.tables],
            "has_rows": bool(filled),
            "may_import": self.frame.person.can("imports.run"),
            "as_of": report.provenance.as_of,
        }
        return self.page("console/learn/quality.html", context)


def _faults(table: TableQuality) -> list[Matter]:
    title = TABLE_TITLES.get(table.table, table.table)
    found = []
    if table.duplicates:
        said = ngettext(
            "%(table)s: %(n)s row is there twice",
            "%(table)s: %(n)s rows are there twice",
            table.duplicates,
        )
        advice = _("Figures count them twice. An engineer finds them with `quanqu laws`.")
        words = {"table": title, "n": grouped(table.duplicates)}
        found.append(Matter("copy", "bad", said % words, advice, ""))
    for column, count in sorted(table.orphans.items()):
        if not count:
            continue
        said = ngettext(
            "%(table)s: %(n)s row points to a %(target)s that is not there",
            "%(table)s: %(n)s rows point to a %(target)s that is not there",
            count,
        )
        words = {"table": title, "n": grouped(count), "target": TARGETS.get(column, column)}
        advice = _("Import the file that holds it, or this file again; nothing is doubled.")
        found.append(Matter("link", "bad", said % words, advice, ""))
    return found


def _gaps(frame: Frame, table: TableQuality) -> list[Matter]:
    return [
        Matter(
            "triangle-alert",
            "warn",
            _gap_title(table, field),
            str(advice),
            _rows_without(frame, table.table, field.column),
        )
        for field in table.fields
        if _is_low(table, field) and (advice := ADVICE.get((table.table, field.column)))
    ]


def _gap_title(table: TableQuality, field: FieldCoverage) -> str:
    empty = table.rows - field.filled
    said = ngettext(
        "%(table)s: %(n)s row has no %(field)s (%(rate)s)",
        "%(table)s: %(n)s rows have no %(field)s (%(rate)s)",
        empty,
    )
    return said % {
        "table": TABLE_TITLES.get(table.table, table.table),
        "n": grouped(empty),
        "field": _inside(str(FIELD_TITLES.get(field.column, field.column))),
        "rate": rate_text(empty / table.rows),
    }


def _inside(title: str) -> str:
    """Write a title as it stands inside a sentence; an abbreviation keeps its capitals."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def _rows_without(frame: Frame, table: str, column: str) -> str:
    gap = ROWS_WITHOUT.get((table, column))
    return frame.link(reverse(TABLE_PAGES[table]), missing=gap) if gap else ""


def _is_low(table: TableQuality, field: FieldCoverage) -> bool:
    if table.table == _NEED_NOT_BE_FULL:
        return False
    return field.coverage_rate is not None and field.coverage_rate < _LOW


def _view(frame: Frame, table: TableQuality) -> dict[str, Any]:
    page = TABLE_PAGES.get(table.table)
    titles = IDENTIFIER_TITLES if table.table == _NEED_NOT_BE_FULL else FIELD_TITLES
    return {
        "code": table.table,
        "title": TABLE_TITLES.get(table.table, table.table),
        "href": frame.link(reverse(page)) if page else "",
        "rows": table.rows,
        "is_sound": not table.duplicates and not any(table.orphans.values()),
        "fields": [
            {
                "name": field.column,
                "title": titles.get(field.column, field.column),
                "rate": field.coverage_rate,
                "width": round(100 * (field.coverage_rate or 0), 1),
                "filled": field.filled,
                "is_low": _is_low(table, field),
                "href": _rows_without(frame, table.table, field.column)
                if _is_low(table, field)
                else "",
            }
            for field in table.fields
        ],
    }
