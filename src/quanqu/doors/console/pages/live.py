"""The live timeline: what arrives now, with filters, and what to do when nothing does."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.filters import Option
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.pages.options import channel_options
from quanqu.doors.console.pages.snippets import track_snippet
from quanqu.doors.console.pages.timeline import source_options
from quanqu.doors.console.pages.touches import touch_of
from quanqu.kernel import ids
from quanqu.know.customers.contracts import CustomerDetail, CustomerFilters
from quanqu.know.customers.facade import get_customer, list_customers
from quanqu.know.timeline.contracts import EventFilters, FailedFilters
from quanqu.know.timeline.facade import (
    count_failed_events,
    get_plan,
    inbox_state,
    list_recent_events,
)

__all__ = ["LivePage", "LiveTail"]

_TAIL = 40
_FILTERS = ("channel", "source", "event", "customer")


class LivePage(ConsoleView):
    """What arrives now, with pause and filters."""

    page_code = "timeline"
    permission = "timeline.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the tail with its filters."""
        customer = self._customer()
        context = {
            "tab": "live",
            "channels": channel_options(self.frame),
            "sources": source_options(self.frame),
            "events": self._events(),
            "customer_title": title_of(customer.row) if customer else "",
            "may_find": self.frame.person.can("customers.view"),
            **self.tail(customer),
        }
        return self.page("console/timeline/live.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Follow one customer, found by what they are known by, which stays out of addresses."""
        text = request.POST.get("q", "").strip()
        found: Sequence[Any] = ()
        if text:
            filters = CustomerFilters(search=text)
            found = list_customers(actor=self.frame.actor, filters=filters, limit=2).items
        if len(found) == 1:
            return redirect(self.frame.with_query(customer=ids.encode("cus", found[0].id)))
        said = (
            _("More than one customer is known by that.")
            if found
            else _("Nobody is known by that.")
        )
        messages.error(request, said)
        return redirect(self.frame.with_query())

    def tail(self, customer: CustomerDetail | None) -> dict[str, Any]:
        """Return the newest events that the filters leave, and what waits."""
        asked = {name: self.request.GET.get(name, "") for name in _FILTERS}
        filters = EventFilters(
            subject_keys=tuple(customer.subject_keys) if customer else None,
            events=(asked["event"],) if asked["event"] else (),
            sources=(asked["source"],) if asked["source"] else (),
            channels=(asked["channel"],) if asked["channel"] else (),
        )
        rows = list_recent_events(actor=self.frame.actor, filters=filters, limit=_TAIL)
        return {
            "asked": asked,
            "is_narrow": any(asked.values()),
            "touches": [touch_of(self.frame, row) for row in rows],
            "inbox": inbox_state(actor=self.frame.actor, now=self.frame.now),
            "failed": count_failed_events(actor=self.frame.actor, filters=FailedFilters()),
            "snippet": "" if rows else track_snippet(self.request),
            "tail_query": self.frame.with_query().partition("?")[2],
        }

    def _customer(self) -> CustomerDetail | None:
        wanted = self.request.GET.get("customer", "")
        if not wanted:
            return None
        return get_customer(actor=self.frame.actor, customer_id=ids.decode("cus", wanted))

    def _events(self) -> list[Option]:
        asked = self.request.GET.get("event", "")
        known = {*get_plan(actor=self.frame.person).events, *filter(None, [asked])}
        options = [Option(name, event_title(name, "track")) for name in known]
        return sorted(options, key=lambda one: one.title)


class LiveTail(LivePage):
    """Only the rows of the tail, for the refresh."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the rows as a fragment."""
        return self.page("console/timeline/tail.html", self.tail(self._customer()))
