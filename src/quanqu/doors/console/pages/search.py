"""One field that finds pages, actions, customers, orders, products and audiences: Ctrl-K in short,
the search page in full."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.sealing import open_text, seal_text
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.search_kinds import KINDS, Hit
from quanqu.doors.console.shell.frame import Frame
from quanqu.doors.console.shell.nav import entries_for

__all__ = ["SearchPage"]

_SHOWN = 5
_SHOWN_IN_FULL = 25
_SHORTEST = 2
# What can be begun from anywhere: title, icon, address, right, further words.
_ACTIONS: tuple[tuple[Promise, str, str, str, str], ...] = (
    (_("Import a file"), "upload", "console:import_new", "imports.run", "new upload 导入 上传"),
    (
        _("Create an audience"),
        "target",
        "console:audience_new",
        "audiences.manage",
        "new segment 新建 人群",
    ),
    (_("Change my language, time zone or theme"), "user", "console:profile", "", "profile 语言"),
)


@dataclass(frozen=True, slots=True)
class Hits:
    """The things of one kind; `more_href` leads to all of them where there are more."""

    title: Promise
    items: Sequence[Hit]
    more_href: str = ""


class SearchPage(ConsoleView):
    """What matches, by kind; pages and actions first."""

    page_code = "search"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the results in full, for a text the address holds sealed."""
        text = open_text(request.GET.get("q", "")).strip()[:120]
        groups = self._found(text, _SHOWN_IN_FULL) if text else []
        kinds = [kind.title for kind in KINDS if self.frame.person.can(kind.permission)]
        return self.page(
            "console/search/page.html", {"groups": groups, "text": text, "kinds": kinds}
        )

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Return the first of each kind as options of the list box, or go to the page: the text
        stays out of the address, as a person's must."""
        text = request.POST.get("q", "").strip()[:120]
        address = self.frame.link(reverse("console:search"), q=seal_text(text))
        if not getattr(request, "htmx", False):
            return redirect(address)
        groups = self._found(text, _SHOWN)
        full = address if len(text) >= _SHORTEST else ""
        return self.page(
            "console/shell/search.html", {"groups": groups, "text": text, "full_href": full}
        )

    def _found(self, text: str, limit: int) -> list[Hits]:
        frame = self.frame
        groups = [Hits(_("Pages"), _pages(frame, text)), Hits(_("Actions"), _actions(frame, text))]
        for kind in KINDS if len(text) >= _SHORTEST else ():
            if frame.person.can(kind.permission):
                hits = kind.find(frame, text, limit + 1)
                more = kind.all_href(frame, text) if len(hits) > limit else ""
                groups.append(Hits(kind.title, hits[:limit], more))
        return [group for group in groups if group.items]


def _pages(frame: Frame, text: str) -> list[Hit]:
    wanted = text.casefold()
    return [
        Hit(str(entry.title), str(wing.title), entry.icon, frame.link(reverse(entry.url_name)))
        for wing in entries_for(frame.person)
        for entry in wing.entries
        if wanted in f"{entry.title} {entry.words} {entry.code}".casefold()
    ]


def _actions(frame: Frame, text: str) -> list[Hit]:
    wanted = text.casefold()
    return [
        Hit(str(title), "", icon, frame.link(reverse(url_name)))
        for title, icon, url_name, permission, words in _ACTIONS
        if (not permission or frame.person.can(permission))
        and wanted in f"{title} {words}".casefold()
    ]
