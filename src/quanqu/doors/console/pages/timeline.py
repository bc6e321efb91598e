"""The timeline: the log of events, and one event in full."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, channel_cell, moment_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.event_words import event_icon, event_title
from quanqu.doors.console.pages.options import channel_options, place_keys, place_options
from quanqu.doors.console.pages.touches import touch_of
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.know.customers.facade import customers_by_subject
from quanqu.know.timeline.contracts import EventFilters, EventRow, EventType
from quanqu.know.timeline.facade import (
    get_event,
    get_plan,
    list_events,
    list_sources,
)

__all__ = ["EventPage", "EventsPage", "source_options"]


def _name(row: EventRow, frame: Frame) -> Cell:
    return Cell(event_title(row.event, row.type), is_simulated=row.is_simulated)


def _happened(row: EventRow, frame: Frame) -> Cell:
    return moment_cell(row.occurred_at, now=frame.now, zone=frame.zone, language=frame.language)


def _channel(row: EventRow, frame: Frame) -> Cell:
    return channel_cell(row.channel) if row.channel else text_cell("")


def _place(row: EventRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key) if row.place_key else None
    return text_cell(place.name if place else "")


def _revenue(row: EventRow, frame: Frame) -> Cell:
    if row.revenue_minor is None or not row.currency:
        return text_cell("")
    return money_cell(Money(row.revenue_minor, row.currency))


def _about(row: EventRow, frame: Frame) -> Cell:
    parts = (row.order_ref, row.product_ref, row.category, row.campaign, row.page_path)
    return text_cell(" · ".join(part for part in parts if part))


def _event_options(frame: Frame) -> list[Option]:
    return [
        Option(name, event_title(name, "track"))
        for name in sorted(get_plan(actor=frame.person).events)
    ]


def _type_options(frame: Frame) -> list[Option]:
    return [Option(kind.value, kind.value) for kind in EventType]


def source_options(frame: Frame) -> list[Option]:
    """Return the sources in scope by code."""
    found = list_sources(actor=frame.actor, now=frame.now, limit=200)
    return [Option(source.code, source.name) for source in found.items]


_FILTERS = (
    Filter("from", gettext_lazy("Happened"), kind="days"),
    Filter("event", gettext_lazy("Event"), options=_event_options),
    Filter("type", gettext_lazy("Call"), options=_type_options),
    Filter("channel", gettext_lazy("Channel"), options=channel_options),
    Filter("source", gettext_lazy("Source"), options=source_options),
    Filter("place", gettext_lazy("Place"), options=place_options),
)


def _event_filters(asked: Asked, frame: Frame) -> EventFilters:
    return EventFilters(
        events=asked.many("event"),
        types=asked.many("type"),
        sources=asked.many("source"),
        channels=asked.many("channel"),
        places=place_keys(frame, asked.many("place")) or (),
        since=_start(asked.first) if asked.first else None,
        until=_start(asked.last) + timedelta(days=1) if asked.last else None,
        order_ref=asked.text,
    )


class EventsPage(ListView):
    """Every settled event of the scope, the latest first."""

    page_code = "timeline"
    permission = "timeline.view"
    title = gettext_lazy("Timeline")
    lede = gettext_lazy("One log of every touch on every channel.")
    search_label = gettext_lazy("Order number")
    empty = Empty(
        "activity",
        gettext_lazy("No events yet"),
        gettext_lazy(
            "Events come from imports and from the tracking API: an order completed in a store, "
            "a page viewed in the shop, an e-mail opened. They appear here within two seconds."
        ),
        gettext_lazy("Add an event source"),
        "console:sources",
        "timeline.manage",
    )
    columns = (
        Column("event", gettext_lazy("Event"), _name, is_title=True),
        Column("happened", gettext_lazy("Happened"), _happened),
        Column("channel", gettext_lazy("Channel"), _channel),
        Column("place", gettext_lazy("Place"), _place),
        Column("about", gettext_lazy("About"), _about, is_wide=True),
        Column("revenue", gettext_lazy("Revenue"), _revenue, is_number=True),
        Column(
            "source",
            gettext_lazy("Source"),
            lambda row, frame: text_cell(row.source),
            by_default=False,
        ),
        Column(
            "message",
            gettext_lazy("Message id"),
            lambda row, frame: text_cell(row.message_id),
            by_default=False,
        ),
    )
    filters = _FILTERS

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of events."""
        filters = _event_filters(asked, self.frame)
        return list_events(actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit)

    def identify(self, row: Any) -> str:
        """Return the message id."""
        return str(row.message_id)

    def href(self, row: Any) -> str:
        """Return the address of an event."""
        return reverse("console:event", args=[row.message_id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of the timeline."""
        return {"above_template": "console/timeline/tabs.html", "tab": "events"}


class EventPage(ConsoleView):
    """One event: what it says, where it came from, whose it is."""

    page_code = "timeline"
    permission = "timeline.view"
    is_detail = True

    def get(self, request: HttpRequest, message_id: str) -> HttpResponse:
        """Show the event."""
        row = get_event(actor=self.frame.actor, message_id=message_id)
        context = {
            "row": row,
            "title": event_title(row.event, row.type),
            "icon_name": event_icon(row.event, row.type),
            "touch": touch_of(self.frame, row),
            "customer": self._customer(row),
            "properties": _pretty(row.properties),
            "context_text": _pretty(row.context),
            "promoted": _promoted(row),
        }
        return self.page("console/timeline/event.html", context)

    def _customer(self, row: EventRow) -> dict[str, str] | None:
        if row.subject_key is None or not self.frame.person.can("customers.view"):
            return None
        found = customers_by_subject(actor=self.frame.actor, subject_keys=[row.subject_key]).get(
            row.subject_key
        )
        if found is None:
            return None
        identity = ids.encode("cus", found.id)
        hint = found.identifiers[0].hint if found.identifiers else identity
        return {
            "name": found.name or hint,
            "href": self.frame.link(reverse("console:customer", args=[identity])),
        }


def _promoted(row: EventRow) -> Sequence[tuple[str, str]]:
    return [
        (title, value)
        for title, value in (
            (_("Order"), row.order_ref),
            (_("Product"), row.product_ref),
            (_("Category"), row.category),
            (_("Campaign"), row.campaign),
            (_("UTM source"), row.utm_source),
            (_("UTM medium"), row.utm_medium),
            (_("Page"), row.page_path),
            (_("Came from"), row.referrer_host),
        )
        if value
    ]


def _pretty(text: str) -> str:
    return json.dumps(json.loads(text or "{}"), ensure_ascii=False, indent=2)


def _start(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
