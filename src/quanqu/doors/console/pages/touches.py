"""A customer's touches on every channel, filtered and paged, ready to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from quanqu.doors.console.kit.filters import Option
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.event_words import event_icon, event_title
from quanqu.doors.console.pages.options import channel_options
from quanqu.doors.console.rules.numbers import money_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.timeline.contracts import EventFilters, EventRow
from quanqu.know.timeline.facade import list_events
from quanqu.sell.catalog.facade import product_names

__all__ = ["Touch", "Touches", "touch_of", "touches_in_words", "touches_of"]

_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Touch:
    """One event as the story shows it."""

    row: EventRow
    title: str
    icon: str
    details: str
    channel: str
    place: PlaceInfo | None
    href: str


@dataclass(frozen=True, slots=True)
class Touches:
    """A page of touches with what is filtered."""

    items: Sequence[Touch]
    next_cursor: str | None
    channel: str
    channels: Sequence[Option]
    is_allowed: bool


def touches_of(frame: Frame, subjects: Sequence[int], query: QueryDict) -> Touches:
    """Return a customer's newest touches; the address holds `channel` and `touch_cursor`."""
    channel = query.get("channel", "")
    if not frame.person.can("timeline.view") or not subjects:
        return Touches((), None, channel, (), frame.person.can("timeline.view"))
    found = list_events(
        actor=frame.actor,
        filters=EventFilters(subject_keys=tuple(subjects), channels=(channel,) if channel else ()),
        cursor=query.get("touch_cursor") or None,
        limit=_SHOWN,
    )
    return Touches(
        touches_in_words(frame, found.items),
        found.next_cursor,
        channel,
        channel_options(frame),
        True,
    )


def touches_in_words(frame: Frame, rows: Sequence[EventRow]) -> list[Touch]:
    """Put events into words, products by their names as far as the reader may see the catalogue."""
    if not frame.person.can("catalog.view"):
        return [touch_of(frame, row) for row in rows]
    companies = {_company(frame, row) for row in rows}
    names = product_names(
        company_keys=companies - {0}, skus={row.product_ref for row in rows if row.product_ref}
    )
    return [
        touch_of(frame, row, names.get((_company(frame, row), row.product_ref))) for row in rows
    ]


def touch_of(frame: Frame, row: EventRow, product: str | None = None) -> Touch:
    """Put one event into words; `product` is what its product is called, else its reference is
    shown."""
    return Touch(
        row,
        event_title(row.event, row.type),
        event_icon(row.event, row.type),
        " · ".join(part for part in _details(row, product) if part),
        channel_titles().get(row.channel, row.channel),
        frame.places.get(row.place_key) if row.place_key else None,
        frame.link(reverse("console:event", args=[row.message_id])),
    )


def _company(frame: Frame, row: EventRow) -> int:
    place = frame.places.get(row.place_key) if row.place_key else None
    return place.company_key if place else 0


def _details(row: EventRow, product: str | None) -> list[Any]:
    money = (
        money_text(row.revenue_minor, row.currency)
        if row.revenue_minor is not None and row.currency
        else ""
    )
    order = "" if row.order_ref.startswith("ord_") else row.order_ref
    return [money, order, product or row.product_ref, row.category, row.campaign, row.page_path]
