"""One count: what differs, and approving it, sending it back or giving it up."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.counts import count_title, state_chip
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import CountLine, CountState, CountView

__all__ = ["CountAct", "CountPage", "may_at"]

MOST_SHOWN: Final = 300
DONE: Final[dict[str, Promise]] = {
    "approve": _("The count is approved; what differed is posted."),
    "recount": _("What differs is to be counted again."),
    "cancel": _("The count is cancelled; nothing was posted."),
}
_OPEN: Final = frozenset({CountState.COUNTING, CountState.RECOUNTING})


def may_at(view: ConsoleView, permission: str, place_key: int) -> bool:
    """Tell whether the person has a right at a place."""
    scope = view.frame.person.scope(permission)
    return scope.everything or place_key in scope.places


class CountPage(ConsoleView):
    """A count with its lines, those that differ most first."""

    page_code = "counts"
    permission = "stock.view"
    is_detail = True

    def get(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Show it."""
        frame = self.frame
        found = facade.get_count(actor=frame.person, count_id=decode("cnt", count_id))
        lines = sorted(found.lines, key=_weight)
        labels = variant_labels(variant_keys={line.variant_key for line in lines[:MOST_SHOWN]})
        differing = [line for line in found.lines if line.difference]
        approves = may_at(self, "stock.approve", found.place_key)
        counts = may_at(self, "stock.count", found.place_key)
        is_review = found.state is CountState.REVIEW
        context = {
            "count": found,
            "count_id": count_id,
            "title": count_title(found),
            "place": frame.places[found.place_key],
            "state": state_chip(found),
            "lines": [(line, labels.get(line.variant_key)) for line in lines[:MOST_SHOWN]],
            "hidden": max(len(lines) - MOST_SHOWN, 0),
            "is_seen": any(line.book is not None for line in found.lines),
            "is_open": found.state in _OPEN,
            "differing": len(differing),
            "more": sum(max(line.difference or 0, 0) for line in differing),
            "fewer": sum(max(-(line.difference or 0), 0) for line in differing),
            "may_count": counts and found.state in _OPEN,
            "may_cancel": counts and (found.state in _OPEN or is_review),
            "may_approve": approves and is_review,
            "waits": is_review and not approves,
        }
        return self.page("console/stock/count.html", context)


class CountAct(ConsoleView):
    """Approve a count, send it back, or give it up."""

    page_code = "counts"
    permission = "stock.view"

    def post(self, request: HttpRequest, count_id: str) -> HttpResponse:
        """Do what the button says; a refusal is told on the count's page."""
        act = request.POST.get("act", "")
        actor, key, now = self.frame.person, decode("cnt", count_id), self.frame.now
        acts: dict[str, Callable[[], CountView]] = {
            "approve": lambda: facade.approve_count(actor=actor, count_id=key, now=now),
            "recount": lambda: facade.recount(actor=actor, count_id=key),
            "cancel": lambda: facade.cancel_count(actor=actor, count_id=key, now=now),
        }
        try:
            if act in acts:
                acts[act]()
                messages.success(request, str(DONE[act]))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:count", args=[count_id])))


def _weight(line: CountLine) -> tuple[Any, ...]:
    return (-abs(line.difference or 0), line.counted is not None, line.line_no)
