"""One pick list: claim it, scan item after item, say what is missing."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import list_state_chip, may_at, pick_chip
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import encode
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import ListState, PickListView, PickState

__all__ = ["PickListAct", "PickListPage"]

_LIVE: Final = (ListState.OPEN, ListState.CLAIMED)
_LARGEST: Final = 9


class _ListPage(ConsoleView):
    page_code = "fulfilment"
    is_detail = True

    def _shown(self, found: PickListView) -> dict[str, Any]:
        frame = self.frame
        is_mine = found.picker == frame.person.id
        lines = [one for one in found.lines if one.state is not PickState.DROPPED]
        lines.sort(key=lambda one: one.state is not PickState.OPEN)  # what is open comes first
        return {
            "tab": "lists",
            "list": found,
            "list_id": encode("pkl", found.id),
            "place": frame.places.get(found.place_key),
            "state": list_state_chip(found.state),
            "lines": [(one, pick_chip(one.state), self._href(one.order_id, one.part_no))
                      for one in lines],
            "left": sum(one.state is PickState.OPEN for one in lines),
            "may_claim": found.state is ListState.OPEN
            and may_at(frame, "fulfilment.work", found.place_key),
            "may_pick": is_mine and found.state in (ListState.CLAIMED, ListState.DONE),
            "may_cancel": found.state in _LIVE
            and (is_mine or may_at(frame, "fulfilment.manage", found.place_key)),
        }  # fmt: skip

    def _href(self, order_id: Any, part_no: int) -> str:
        path = reverse("console:part_work", args=[encode("ord", order_id), part_no])
        return self.frame.link(path)


class PickListPage(_ListPage):
    """A list with its lines in the order in which one walks."""

    permission = "fulfilment.view"

    def get(self, request: HttpRequest, pick_list_id: str) -> HttpResponse:
        """Show it."""
        found = facade.get_pick_list(
            actor=self.frame.actor, list_id=pick_list_id, now=self.frame.now
        )
        return self.page("console/fulfilment/pick_list.html", self._shown(found))


class PickListAct(_ListPage):
    """Claim a list, scan an item, pick a line, give the list up."""

    permission = "fulfilment.work"

    def post(self, request: HttpRequest, pick_list_id: str) -> HttpResponse:
        """Do it; a scan answers with the lines, everything else with the page."""
        post = request.POST
        told: dict[str, Any] = {"actor": self.frame.person, "now": self.frame.now}
        found = facade.get_pick_list(
            actor=self.frame.person, list_id=pick_list_id, now=self.frame.now
        )
        acts: dict[str, Callable[[], PickListView]] = {
            "claim": lambda: facade.claim_pick_list(**told, list_id=pick_list_id),
            "cancel": lambda: facade.cancel_pick_list(**told, list_id=pick_list_id),
            "scan": lambda: facade.scan_item(
                **told, list_id=pick_list_id, code=post.get("code", "")[:100]
            ),
            "pick": lambda: facade.pick_line(
                **told, list_id=pick_list_id, line_key=_number(post.get("line", "")),
                quantity=_number(post.get("quantity", "")),
            ),
        }  # fmt: skip
        act, mistake = acts.get(post.get("act", "")), ""
        try:
            found = act() if act is not None else found
        except (InvalidError, RefusedError) as error:
            mistake = said(error)
        if getattr(request, "htmx", False):
            context = self._shown(found) | {"mistake": mistake, "is_scan": True}
            return self.page("console/fulfilment/pick_lines.html", context)
        if mistake:
            messages.error(request, mistake)
        return redirect(self.frame.link(reverse("console:pick_list", args=[pick_list_id])))


def _number(text: str) -> int:
    """Read a number; what is none is below zero, which the room refuses."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 2 * _LARGEST
    return int(text) if is_number else -1
