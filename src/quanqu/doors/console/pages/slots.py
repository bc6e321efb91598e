"""The week of a place's slots: how full each is, and what is kept of them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import may_at, place_shown, work_places
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.slots import facade
from quanqu.sell.slots.contracts import DayFilling, SlotDraft, SlotFieldError, SlotKind, Week

__all__ = ["SlotsPage"]

_ONCE: Final = UUID("4b4f6f51-93f1-5cf0-9a51-31c7a3a0c2d7")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
WEEKDAYS: Final[tuple[Promise, ...]] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
KINDS: Final[dict[SlotKind, Promise]] = {
    SlotKind.DELIVERY: gettext_lazy("Delivery"),
    SlotKind.PICKUP: gettext_lazy("Pickup"),
}


class SlotsPage(ConsoleView):
    """A column for each day of a week, with forms to add, change, end and close."""

    page_code = "fulfilment"
    permission = "fulfilment.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the week."""
        return self._draw({})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep what was asked for, or say why not and keep what was typed."""
        place, act = place_shown(self.frame), _ACTS.get(request.POST.get("act", ""))
        if place is not None and act is not None:
            try:
                messages.success(request, act(self, place, request.POST))
            except (InvalidError, RefusedError, NotFoundError) as error:
                return self._draw(request.POST, mistake=said(error))
        path = reverse("console:slots")
        week = request.POST.get("week", "")[:10]
        return redirect(self.frame.link(path, place=place.id if place else "", week=week))

    def _draw(self, told: Mapping[str, str], *, mistake: str = "") -> HttpResponse:
        frame, place = self.frame, place_shown(self.frame)
        context: dict[str, Any] = {
            "tab": "slots", "place": place, "places": work_places(frame), "mistake": mistake,
            "told": told, "weekdays": list(enumerate(WEEKDAYS)), "once": new_id().hex,
            "kinds": [(kind.value, title) for kind, title in KINDS.items()],
        }  # fmt: skip
        if place is not None:
            asked = _day(told.get("week", "") or frame.query.get("week", "")) or frame.now.date()
            week = facade.get_week(
                actor=frame.actor, place_id=place.id, monday=asked, now=frame.now
            )
            path = reverse("console:slots")
            context |= {
                "days": [_shown(week, week.monday + timedelta(days=one)) for one in range(7)],
                "week": week.monday.isoformat(),
                "monday": week.monday,
                "has_slots": bool(week.fillings),
                "may_set": may_at(frame, "fulfilment.manage", place.key),
                "earlier": frame.link(
                    path, place=place.id, week=(week.monday - timedelta(days=7)).isoformat()
                ),
                "later": frame.link(
                    path, place=place.id, week=(week.monday + timedelta(days=7)).isoformat()
                ),
            }
        return self.page("console/fulfilment/slots.html", context, 422 if mistake else 200)


def _shown(week: Week, day: date) -> dict[str, Any]:
    return {
        "day": day,
        "title": WEEKDAYS[day.weekday()],
        "is_closed": day in week.closed,
        "slots": [_slot(one) for one in week.fillings if one.day == day],
    }


def _slot(one: DayFilling) -> dict[str, Any]:
    draft = one.rule.draft
    return {
        "id": encode("dsl", one.rule.id),
        "kind": KINDS[draft.kind],
        "code": draft.kind.value,
        "starts": _clock(draft.starts),
        "ends": _clock(draft.ends),
        "until": f"{draft.cut_off // 60}:{draft.cut_off % 60:02d}",
        "cut_off": draft.cut_off,
        "capacity": draft.capacity,
        "room": one.capacity,
        "reserved": one.reserved,
        "width": f"{100 * one.reserved // max(one.capacity, 1)}%",
        "is_full": one.reserved >= one.capacity,
        "is_over": one.is_over,
        "postcodes": ", ".join(draft.postcodes),
        "weekday": draft.weekday,
    }


def _add(page: SlotsPage, place: PlaceInfo, post: Mapping[str, str]) -> str:
    days = page.request.POST.getlist("weekday")
    if not days:
        raise SlotFieldError(field="weekday", problem="0 is Monday, 6 is Sunday")
    for day in dict.fromkeys(days):
        name = f"{page.frame.person.id} {place.key} {post.get('once', '')[:100]} {day}"
        facade.save_slot(
            actor=page.frame.person, place_id=place.id, slot_id=uuid5(_ONCE, name),
            draft=_draft(post, _number(day, "weekday")), now=page.frame.now,
        )  # fmt: skip
    return _("The slots are kept.")


def _change(page: SlotsPage, place: PlaceInfo, post: Mapping[str, str]) -> str:
    facade.save_slot(
        actor=page.frame.person, place_id=place.id, slot_id=decode("dsl", post.get("slot", "")),
        draft=_draft(post, _number(post.get("weekday", ""), "weekday")), now=page.frame.now,
        is_new=False,
    )  # fmt: skip
    return _("The slot is changed; what is reserved stays.")


def _end(page: SlotsPage, place: PlaceInfo, post: Mapping[str, str]) -> str:
    facade.end_slot(
        actor=page.frame.person, place_id=place.id, slot_id=decode("dsl", post.get("slot", "")),
        now=page.frame.now,
    )  # fmt: skip
    return _("The slot is offered no more; orders that have it keep it.")


def _close(page: SlotsPage, place: PlaceInfo, post: Mapping[str, str]) -> str:
    day = _day(post.get("day", ""))
    if day is None:
        raise SlotFieldError(field="day", problem="a day is written as 2026-11-28")
    act = facade.open_day if post.get("open") else facade.close_day
    act(actor=page.frame.person, place_id=place.id, day=day, now=page.frame.now)
    return (
        _("The day is open again.") if post.get("open") else _("The day takes no further orders.")
    )


_ACTS: Final[dict[str, Callable[[SlotsPage, PlaceInfo, Mapping[str, str]], str]]] = {
    "add": _add,
    "change": _change,
    "end": _end,
    "close": _close,
}


def _draft(post: Mapping[str, str], weekday: int) -> SlotDraft:
    kind = post.get("kind", "")
    areas = re.split(r"[\s,;，；]+", post.get("postcodes", "").replace("\0", "")[:8_000].upper())
    return SlotDraft(
        kind=SlotKind(kind) if kind in set(SlotKind) else SlotKind.DELIVERY,
        weekday=weekday,
        starts=_minutes(post.get("starts", ""), "starts"),
        ends=_minutes(post.get("ends", ""), "ends"),
        capacity=_number(post.get("capacity", ""), "capacity"),
        cut_off=_number(post.get("cut_off", "") or "0", "cut_off"),
        postcodes=tuple(dict.fromkeys(one for one in areas if one)),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(text: str, field: str) -> int:
    text = text.strip()[:8]
    if not _CLOCK.fullmatch(text):
        raise SlotFieldError(field=field, problem="a time of the day")
    return int(text[:2]) * 60 + int(text[3:])


def _number(text: str, field: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        raise SlotFieldError(field=field, problem="a quantity is a whole number")
    return min(int(text[:9]), 10**6)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
