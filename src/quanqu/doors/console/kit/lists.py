"""The list page: filters in the address, saved views, columns, bulk, export, cursor paging."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import Cell
from quanqu.doors.console.kit.columns import Column, shown_columns
from quanqu.doors.console.kit.exports import as_csv, as_xlsx
from quanqu.doors.console.kit.filters import Asked, Filter, FilterLine, read_asked
from quanqu.doors.console.kit.sealing import seal_text
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.queries import list_views
from quanqu.doors.console.rules.times import span_text
from quanqu.infra.audit.facade import record
from quanqu.kernel.paging import Page

__all__ = ["BulkAction", "Empty", "ListView", "Row", "Total"]

PAGE_SIZE = 50
EXPORT_LIMIT = 100_000
_EXPORT_STEP = 1000


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are; an estimate says so."""

    count: int
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the table draws it."""

    id: str
    href: str
    cells: Sequence[tuple[Column, Cell]]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something to do with the rows that are ticked."""

    code: str
    title: str | Promise
    icon: str
    needs_text: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list teaches: what it is for, one example, one button."""

    icon: str
    title: str | Promise
    text: str | Promise
    action: str | Promise = ""
    url_name: str = ""
    action_permission: str = ""


class ListView(ConsoleView):
    """A list of one room's things; subclasses say where rows come from and how they look."""

    title: str | Promise = ""
    lede: str | Promise = ""
    views_code = ""
    search_label: str | Promise = ""
    is_search_personal = False
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    bulk: Sequence[BulkAction] = ()
    bulk_permission = ""
    export_permission = ""
    empty: Empty = Empty("search", "", "")
    head_template = ""
    default_sort = ""

    @property
    def export_subject(self) -> str:
        """What the audit trail says was exported."""
        return self.page_code

    @property
    def views_page(self) -> str:
        """The page that saved views belong to."""
        return self.views_code or self.page_code

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of rows from a facade."""
        raise NotImplementedError

    def count(self, asked: Asked) -> Total | None:
        """Return how many rows match, None when nobody can tell cheaply."""
        return None

    def identify(self, row: Any) -> str:
        """Return the outside id of a row."""
        return str(row.id)

    def href(self, row: Any) -> str:
        """Return the address of a row's own page; empty when it has none."""
        return ""

    def sorts_of(self, column: Column, asked: Asked) -> tuple[str, str]:
        """Return the orders a heading offers; a list takes away what cannot be told here."""
        return column.sorts

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what several rows need together, once per page."""

    def head(self, asked: Asked) -> dict[str, Any]:
        """Return further context for the head of the page."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show the list, or send it as a file."""
        asked = read_asked(request.GET, self.filters)
        columns = shown_columns(self.columns, request.GET.getlist("cols"))
        if request.GET.get("export") in {"csv", "xlsx"}:
            return self._export(asked, columns, request.GET["export"])
        found = self.fetch(asked, request.GET.get("cursor") or None, PAGE_SIZE)
        self.prepare(found.items)
        rows = [self._row(item, columns) for item in found.items]
        context = {
            "list": self,
            "asked": asked,
            "columns": columns,
            "headings": [self._heading(column, asked) for column in columns],
            "sort_lines": self._sort_lines(columns, asked),
            "rows": rows,
            "total": self.count(asked),
            "next_href": self._page_href(found.next_cursor),
            "first_href": self.frame.with_query() if request.GET.get("cursor") else "",
            "filter_lines": [self._filter_line(one, asked) for one in self.filters],
            "views": list_views(actor=self.frame.person, page=self.views_page),
            "view_query": self._view_query(),
            "hidden": self._hidden({"q", "cursor", "export"}),
            "columns_hidden": self._hidden({"cols", "cursor", "export"}),
            "may_bulk": bool(self.bulk) and self._may(self.bulk_permission),
            "may_export": self._may(self.export_permission),
            "may_start": self._may(self.empty.action_permission),
            **self.head(asked),
        }
        return self.page("console/kit/list.html", context)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Go to the list of what was searched for, which may be a person's: sealed."""
        text = request.POST.get("q", "").strip()
        return redirect(self.frame.with_query(q=seal_text(text)))

    def _row(self, item: Any, columns: Sequence[Column]) -> Row:
        cells = [(column, column.cell(item, self.frame)) for column in columns]
        href = self.href(item)
        return Row(self.identify(item), self.frame.link(href) if href else "", cells)

    def _heading(self, column: Column, asked: Asked) -> dict[str, Any]:
        down, up = self.sorts_of(column, asked)
        now = asked.sort or self.default_sort
        state = {down: "descending", up: "ascending"}.get(now, "") if now else ""
        target = (up or down) if now == down else (down or up)
        href = self.frame.with_query(sort=target) if target and target != now else ""
        return {"column": column, "state": state, "href": href}

    def _sort_lines(self, columns: Sequence[Column], asked: Asked) -> list[dict[str, Any]]:
        now = asked.sort or self.default_sort
        return [
            {
                "title": column.title,
                "is_down": is_down,
                "is_on": code == now,
                "href": self.frame.with_query(sort=code),
            }
            for column in columns
            for code, is_down in zip(self.sorts_of(column, asked), (True, False), strict=True)
            if code
        ]

    def _filter_line(self, one: Filter, asked: Asked) -> FilterLine:
        options = one.options(self.frame) if one.options else ()
        chosen = asked.many(one.code)
        own = {"from", "to"} if one.kind == "days" else {one.code}
        return FilterLine(
            one,
            options,
            chosen,
            self._said(one, asked, {option.value: option.title for option in options}),
            self.frame.with_query(**dict.fromkeys(own)),
            self._hidden({*own, "cursor", "export"}),
        )

    def _said(self, one: Filter, asked: Asked, titles: dict[str, str]) -> str:
        if one.kind != "days":
            return ", ".join(titles.get(value, value) for value in asked.many(one.code))
        if asked.first and asked.last and asked.first <= asked.last:
            return span_text(asked.first, asked.last, self.frame.language)
        return ""

    def _page_href(self, cursor: str | None) -> str:
        if cursor is None:
            return ""
        joint = "&" if "?" in self.frame.with_query() else "?"
        return f"{self.frame.with_query()}{joint}{urlencode({'cursor': cursor})}"

    def _hidden(self, left_out: set[str]) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            for value in values
            if name not in left_out
        ]

    def _view_query(self) -> str:
        return urlencode(self._hidden({"cursor", "export", "scope", "from", "to", "compare"}))

    def _recorded_query(self) -> str:
        """Return the address without the text searched for, which may be a person's."""
        left_out = {"q", "cursor", "export"}
        return urlencode(self._hidden(left_out) + [("q", "…")] * ("q" in self.request.GET))

    def _may(self, permission: str) -> bool:
        return not permission or self.frame.person.can(permission)

    def _export(self, asked: Asked, columns: Sequence[Column], kind: str) -> HttpResponseBase:
        if self.export_permission:
            self.frame.person.require(self.export_permission)
        record(
            actor=self.frame.person,
            action=f"{self.page_code}.export",
            subject=self.export_subject,
            after={"query": self._recorded_query(), "format": kind},
            now=self.frame.now,
        )
        header = [_("ID"), *(str(column.title) for column in columns)]
        rows = self._all_rows(asked, columns)
        name = f"{self.views_page}-{self.frame.now:%Y-%m-%d}.{kind}"
        answer: HttpResponseBase
        if kind == "csv":
            answer = StreamingHttpResponse(as_csv(header, rows), content_type="text/csv")
        else:
            book = as_xlsx(str(self.title), header, rows)
            answer = HttpResponse(book, content_type=_XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _all_rows(self, asked: Asked, columns: Sequence[Column]) -> Iterator[list[Any]]:
        cursor, written = None, 0
        while written < EXPORT_LIMIT:
            found = self.fetch(asked, cursor, _EXPORT_STEP)
            self.prepare(found.items)
            for item in found.items:
                cells = [column.cell(item, self.frame).exported for column in columns]
                yield [self.identify(item), *cells]
            written += len(found.items)
            cursor = found.next_cursor
            if cursor is None:
                return


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
