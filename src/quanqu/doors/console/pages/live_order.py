"""The live part of an order's page: where it stands, what leaves which place, what can be done."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.live_words import (
    CANCEL_REASONS,
    DELIVERIES,
    HOLD_KINDS,
    LIVE_STATES,
    PART_STATES,
    STEPS,
    WAYS,
)
from quanqu.doors.console.pages.order_edit import due_tenders, edits_shown
from quanqu.doors.console.pages.order_split import joins_offered
from quanqu.doors.console.shell.frame import Frame
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.know.org.facade import display_names
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LineJoin,
    LiveOrder,
    LiveOrderDetail,
    LiveState,
    OrderEdit,
    OrderHoldKind,
    PartState,
    PartView,
    Step,
    TenderDraft,
)

__all__ = ["LiveOrderAct", "live_context"]

MANAGE: Final = "orders.manage"
_LONGEST: Final = 300
_NEXT: Final[dict[tuple[PartState, Delivery], tuple[Step, str, str]]] = {
    (PartState.WAITING, Delivery.SHIP): (Step.PICK, gettext_noop("Begin to pick"), "package"),
    (PartState.WAITING, Delivery.PICKUP): (Step.PICK, gettext_noop("Begin to pick"), "package"),
    (PartState.WAITING, Delivery.CARRY_OUT): (Step.HAND_OVER, gettext_noop("Hand over"), "check"),
    (PartState.PICKING, Delivery.SHIP): (Step.MAKE_READY, gettext_noop("It is packed"), "check"),
    (PartState.PICKING, Delivery.PICKUP): (
        Step.MAKE_READY, gettext_noop("Ready for the buyer"), "check",
    ),
    (PartState.READY, Delivery.SHIP): (Step.SHIP, gettext_noop("Ship"), "arrow-up-right"),
    (PartState.READY, Delivery.PICKUP): (Step.HAND_OVER, gettext_noop("Hand over"), "check"),
}  # fmt: skip
"""What is offered for a part next, by where it stands and how the goods reach the buyer."""
_ORDER_NEXT: Final = {
    LiveState.SHIPPED: (Step.DELIVER, gettext_noop("It was delivered")),
    LiveState.DELIVERED: (Step.COMPLETE, gettext_noop("Complete the order")),
}
_BEFORE_IT_LEFT: Final = frozenset(
    {
        LiveState.AWAITING_PAYMENT,
        LiveState.CONFIRMED,
        LiveState.PROCESSING,
        LiveState.READY_FOR_PICKUP,
    }
)
_OFFERED_REASONS: Final = (
    CancelReason.BUYER, CancelReason.SELLER, CancelReason.OUT_OF_STOCK, CancelReason.NOT_COLLECTED,
    CancelReason.FRAUD,
)  # fmt: skip


def live_context(frame: Frame, order_id: str) -> dict[str, Any] | None:
    """Return what the page shows of a live order; None for one that was only recorded."""
    found = facade.find_live_order(actor=frame.actor, order_id=decode("ord", order_id))
    if found is None:
        return None
    order = found.order
    title, tone, icon = LIVE_STATES[order.state]
    held = [one for one in found.holds if one.released_at is None]
    is_mine = _may(frame, order.place_key)
    is_open = order.state in _BEFORE_IT_LEFT
    has_left = any(one.state is PartState.GONE for one in found.parts)
    decision = encode("srq", order.sourcing_id) if order.sourcing_id else ""
    following = _ORDER_NEXT.get(order.state) if is_mine and not held else None
    return {
        "order": order,
        "state": chip(str(title), tone, icon),
        "delivery": DELIVERIES[order.delivery],
        "pickup_place": frame.places.get(order.pickup_place_key or 0),
        "way": _way(found),
        "slot": slot_times(frame, order),
        "kept_until": order.pay_until
        if order.is_reservation and order.state is LiveState.AWAITING_PAYMENT
        else None,
        "parts": [_part(frame, found, one, is_held_up=bool(held)) for one in found.parts],
        "held": [(one, HOLD_KINDS[one.kind]) for one in held],
        "steps": _steps(frame, found),
        "hold_kinds": [(kind.value, words) for kind, words in HOLD_KINDS.items()],
        "reasons": [(one.value, CANCEL_REASONS[one]) for one in _OFFERED_REASONS],
        "cancelled": CANCEL_REASONS[order.cancel_reason] if order.cancel_reason else "",
        "next": (following[0].value, _(following[1])) if following else None,
        "may_manage": is_mine,
        "may_hold_up": is_mine and is_open,
        "may_cancel": is_mine and is_open and not has_left,
        "may_edit": is_mine and is_open,
        "due": Money(order.due_minor, order.currency) if order.due_minor else None,
        "tenders": due_tenders() if order.due_minor and is_mine else [],
        "once": new_id().hex,
        "edits": edits_shown(frame, found),
        "merges": _merges(frame, found) if is_mine else [],
        "may_merge": is_mine and order.state is LiveState.CONFIRMED,
        "gift": facade.gift_of(order_id=order.id, actor=frame.actor),
        "decision_href": frame.link(reverse("console:sourcing_decision", args=[decision]))
        if decision and frame.person.can("sourcing.view")
        else "",
    }


def slot_times(frame: Frame, order: LiveOrder) -> str:
    """Return the window an order is brought or collected in, at the clock of its place."""
    if order.slot_starts_at is None or order.slot_ends_at is None:
        return ""
    place = frame.places.get(order.pickup_place_key or order.place_key)
    zone = ZoneInfo((place.details.time_zone if place else "") or "UTC")
    starts, ends = (at.astimezone(zone) for at in (order.slot_starts_at, order.slot_ends_at))
    return f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"


def _merges(frame: Frame, found: LiveOrderDetail) -> list[dict[str, Any]]:
    order = found.order
    merges = facade.list_merges(actor=frame.actor, order_id=order.id)
    numbers = facade.live_orders_by_id(
        order_ids={key for one in merges for key in (one.order_id, one.gone_id)}
    )
    return [
        {
            "merge": one,
            "is_kept": one.order_id == order.id,
            "number": numbers[other].number,
            "href": frame.link(reverse("console:order", args=[encode("ord", other)])),
            "total": Money(one.merged_minor, order.currency),
            "may_undo": one.undone_at is None and one.order_id == order.id
            and order.state is LiveState.CONFIRMED,
        }
        for one in merges
        for other in [one.gone_id if one.order_id == order.id else one.order_id]
    ]  # fmt: skip


def _way(found: LiveOrderDetail) -> list[dict[str, Any]]:
    """Return the states an order goes through, with how far it is."""
    way = WAYS[found.order.delivery]
    if found.order.state is LiveState.CANCELLED:
        return []
    at = way.index(found.order.state)
    return [
        {"title": LIVE_STATES[state][0], "is_done": number < at, "is_now": number == at}
        for number, state in enumerate(way)
    ]


def _part(
    frame: Frame, found: LiveOrderDetail, part: PartView, *, is_held_up: bool
) -> dict[str, Any]:
    order = found.order
    title, tone, icon = PART_STATES[part.state]
    is_mine = _may(frame, part.place_key) or _may(frame, order.place_key)
    following = _NEXT.get((part.state, order.delivery))
    is_open = order.state in _BEFORE_IT_LEFT and order.state is not LiveState.AWAITING_PAYMENT
    joins = joins_offered(found) if is_open and _may(frame, order.place_key) else {}
    own = facade.destination_of(order_id=order.id, part_no=part.no) if part.drop_no else None
    mine = [one for one in found.lines if one.part_no == part.no]
    return {
        "part": part,
        "goes_elsewhere": own is not None and bool(own.contact),
        "joins": [(one, joins[one.line_no]) for one in mine if one.line_no in joins],
        "place": frame.places.get(part.place_key),
        "state": chip(str(title), tone, icon),
        "lines": mine,
        "next": (following[0].value, _(following[1]), following[2])
        if following and is_mine and is_open and not is_held_up
        else None,
        "needs_code": part.state is PartState.READY and order.delivery is Delivery.PICKUP,
        "may_move": is_mine and is_open and order.sourcing_id is not None
        and part.state in (PartState.WAITING, PartState.PICKING, PartState.READY),
    }  # fmt: skip


def _steps(frame: Frame, found: LiveOrderDetail) -> list[dict[str, Any]]:
    names = display_names(actor_ids={one.actor for one in found.steps})
    return [
        {
            "at": one.at,
            "title": STEPS[one.step][0],
            "icon": STEPS[one.step][1],
            "detail": one.detail,
            "part": one.part_no if len(found.parts) > 1 else None,
            "actor": _("Quanqu itself") if one.actor == SYSTEM.id else names.get(one.actor, ""),
        }
        for one in reversed(found.steps)
    ]


def _may(frame: Frame, place_key: int) -> bool:
    scope = frame.person.scope(MANAGE)
    return scope.everything or place_key in scope.places


class LiveOrderAct(ConsoleView):
    """Do something to a live order or a part of it; a refusal is told on the order's page."""

    page_code = "orders"
    permission = MANAGE

    def post(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        act = _ACTS.get(request.POST.get("act", ""))
        key = decode("ord", order_id)
        common = {"actor": self.frame.person, "order_id": key, "now": self.frame.now}
        facade.get_live_order(actor=self.frame.person, order_id=key)
        if act is not None:
            try:
                told = act(request, common)
            except (InvalidError, RefusedError) as error:
                messages.error(request, said(error))
            except ValueError:
                messages.error(request, _("This cannot be done."))
            else:
                messages.success(request, told)
        return redirect(self.frame.link(reverse("console:order", args=[order_id])))


def _advance(request: HttpRequest, common: dict[str, Any]) -> str:
    step, part = Step(request.POST.get("step", "")), request.POST.get("part", "")
    if part:
        facade.advance_part(
            **common, part_no=int(part[:4]), step=step, detail=_text(request, "detail"),
            pickup_code=request.POST.get("code", "").strip(),
        )  # fmt: skip
    else:
        facade.move_order(**common, step=step, detail=_text(request, "detail"))
    return str(STEPS[step][0])


def _move(request: HttpRequest, common: dict[str, Any]) -> str:
    found = facade.move_part(
        **common,
        part_no=int(request.POST.get("part", "")[:4]),
        lines=[int(one[:4]) for one in request.POST.getlist("line")],
        move_id=new_id(),
        cause=_text(request, "cause")[:100] or "refused",
    )
    last = facade.get_live_order(actor=common["actor"], order_id=found.id).steps[-1]
    if last.step is Step.HOLD:
        return _("No other place has these goods: the order is held up.")
    return _("The goods ship from elsewhere.")


def _hold_up(request: HttpRequest, common: dict[str, Any]) -> str:
    kind = OrderHoldKind(request.POST.get("kind", ""))
    facade.hold_up_order(**common, kind=kind, note=_text(request, "note"))
    return _("The order is held up.")


def _release(request: HttpRequest, common: dict[str, Any]) -> str:
    kind = OrderHoldKind(request.POST.get("kind", ""))
    facade.release_order(**common, kind=kind, note=_text(request, "note"))
    return _("The order goes on.")


def _note(request: HttpRequest, common: dict[str, Any]) -> str:
    note = _text(request, "note")
    if not note:
        raise ValueError
    facade.note_order(**common, note=note)
    return _("The note is kept.")


def _cancel(request: HttpRequest, common: dict[str, Any]) -> str:
    reason = CancelReason(request.POST.get("reason", ""))
    facade.cancel_order(**common, reason=reason, detail=_text(request, "detail"))
    return _("The order is cancelled, its goods are free, its money goes back.")


def _join(request: HttpRequest, common: dict[str, Any]) -> str:
    line, into, edition = (
        int(request.POST.get(name, "")[:9]) for name in ("line", "into", "edition")
    )
    edit = OrderEdit(
        id=uuid5(common["order_id"], f"join {line} {into} {edition}"),
        order_id=common["order_id"],
        edition=edition,
        joins=(LineJoin(line, into),),
    )
    facade.edit_order(actor=common["actor"], edit=edit, now=common["now"])
    return _("The lines are one again.")


def _pay(request: HttpRequest, common: dict[str, Any]) -> str:
    once = request.POST.get("once", "")
    facade.pay_difference(
        **common,
        pay_id=uuid5(common["order_id"], f"{common['actor'].id} {once[:100] or new_id()}"),
        tenders=(TenderDraft(request.POST.get("tender", "")[:100]),),
    )
    return _("The payment was taken up.")


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip().replace("\0", "")[:_LONGEST]


_ACTS: Final[dict[str, Callable[[HttpRequest, dict[str, Any]], str]]] = {
    "advance": _advance,
    "move": _move,
    "hold": _hold_up,
    "release": _release,
    "note": _note,
    "cancel": _cancel,
    "pay": _pay,
    "join": _join,
}
