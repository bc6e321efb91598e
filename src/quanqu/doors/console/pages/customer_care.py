"""What is open about a customer and what to do next, on the customer's page."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.cells import Tone
from quanqu.doors.console.pages.care_words import AREAS, LEADS, MATTERS, WHYS
from quanqu.doors.console.pages.consent_words import REASONS, TONES, channel_name, purpose_name
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.identity_words import BREACH_KINDS
from quanqu.doors.console.pages.order_words import ORDER_STATES
from quanqu.doors.console.pages.privacy_words import KINDS, STATES
from quanqu.doors.console.pages.score_words import is_lookalike, score_title
from quanqu.doors.console.rules.numbers import money_text, rate_text
from quanqu.doors.console.rules.times import day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.engage.care.contracts import (
    Action,
    Area,
    CustomerCare,
    Lead,
    LeadTo,
    Matter,
    MatterKind,
    Offer,
    Passed,
    Reach,
    Text,
    Why,
)
from quanqu.kernel import ids
from quanqu.kernel.time import local_date
from quanqu.know.consent.contracts import Purpose
from quanqu.know.customers.contracts import BreachKind
from quanqu.know.privacy.contracts import RequestKind, RequestState
from quanqu.sell.orders.contracts import OrderStatus

__all__ = ["action_of", "matters_of"]

_SHOWN: Final = 5
_SOON_DAYS: Final = 7
_ORDERS: Final = (
    MatterKind.ORDER_UNPAID,
    MatterKind.ORDER_UNFULFILLED,
    MatterKind.REFUND_DUE,
)
_WHY_ORDER: Final = (Why.LATER, Why.GATE, Why.NOT_NOW)


def matters_of(frame: Frame, care: CustomerCare) -> dict[str, Any]:
    """Return what is open: the most urgent, or all when the address asks for them."""
    found = care.facts.matters
    is_whole = frame.query.get("matters") == "all"
    shown = found.items if is_whole else found.items[:_SHOWN]
    more = len(found.items) - len(shown)
    return {
        "rows": [_matter(frame, care, one) for one in shown],
        "count": len(found.items),
        "more": more,
        "more_href": f"{frame.with_query(matters='all')}#matters",
        "more_text": ngettext("%(n)s more", "%(n)s more", more) % {"n": more},
        "hidden": _names(found.hidden),
    }


def action_of(frame: Frame, care: CustomerCare, titles: dict[str, str]) -> dict[str, Any]:
    """Return the next action in words; `titles` are those of scores."""
    action = care.action
    return {
        "is_worked_out": action.chosen is not None,
        "chosen": _chosen(frame, care, action, titles),
        "passed": [
            _passed(frame, care, one, titles)
            for why in _WHY_ORDER
            for one in action.passed
            if one.why is why
        ],
        "reach": _reach(care.facts.reach),
    }


def _matter(frame: Frame, care: CustomerCare, one: Matter) -> dict[str, Any]:
    title, icon = MATTERS[one.kind]
    due, tone = _due(frame, one)
    return {
        "title": title % {"number": one.about} if one.kind in _ORDERS else title,
        "icon": icon,
        "note": _note(one),
        "since": one.since,
        "due": due,
        "tone": tone,
        "href": _matter_href(frame, care, one),
    }


def _note(one: Matter) -> str:
    return " · ".join(str(word) for word in _notes(one) if word)


def _notes(one: Matter) -> Sequence[str | Promise]:
    match one.kind:
        case MatterKind.PRIVACY_REQUEST:
            return [KINDS[RequestKind(one.about)], STATES[RequestState(one.state)][0]]
        case MatterKind.DUPLICATE:
            return [_("%(rate)s sure") % {"rate": rate_text(one.probability or 0.0)}]
        case MatterKind.REFUSED_LINK:
            kind = BREACH_KINDS[BreachKind(one.about)][0]
            return [IDENTIFIER_TITLES[one.state], kind]
        case MatterKind.CONSENT_CONFLICT | MatterKind.CONSENT_ENDING:
            return [purpose_name(one.about), *map(channel_name, one.channels)]
        case _:
            amount = money_text(one.amount.minor, one.amount.currency) if one.amount else ""
            return [amount, ORDER_STATES[OrderStatus(one.state)][0]]


def _due(frame: Frame, one: Matter) -> tuple[str, Tone]:
    if one.due_at is None:
        return "", ""
    day = day_text(local_date(one.due_at, frame.zone), frame.language)
    if one.is_overdue(now=frame.now):
        return _("overdue since %(day)s") % {"day": day}, "bad"
    left = (one.due_at - frame.now).days
    words = ngettext("%(n)s day left, until %(day)s", "%(n)s days left, until %(day)s", left)
    return words % {"n": left, "day": day}, "warn" if left < _SOON_DAYS else ""


def _matter_href(frame: Frame, care: CustomerCare, one: Matter) -> str:
    match one.kind:
        case MatterKind.PRIVACY_REQUEST:
            return _href(frame, care, Lead(LeadTo.PRIVACY_REQUEST, one.ref))
        case MatterKind.DUPLICATE:
            return _href(frame, care, Lead(LeadTo.PAIRS, one.ref))
        case MatterKind.REFUSED_LINK:
            return "#identity"
        case MatterKind.CONSENT_CONFLICT | MatterKind.CONSENT_ENDING:
            return _href(frame, care, Lead(LeadTo.CONSENTS))
        case _:
            return _href(frame, care, Lead(LeadTo.ORDER, one.ref))


def _href(frame: Frame, care: CustomerCare, lead: Lead) -> str:
    match lead.to:
        case LeadTo.PRIVACY_REQUEST:
            return frame.link(reverse("console:privacy_request", args=[lead.ref]))
        case LeadTo.PAIRS:
            return frame.link(reverse("console:matching_review"), pair=lead.ref)
        case LeadTo.ORDER:
            return frame.link(reverse("console:order", args=[lead.ref]))
        case LeadTo.ORDERS:
            customer = ids.encode("cus", care.customer.row.id)
            return frame.link(reverse("console:orders"), customer=customer)
        case _:
            return f"#{lead.to.value}"


def _chosen(
    frame: Frame, care: CustomerCare, action: Action, titles: dict[str, str]
) -> dict[str, Any] | None:
    offer = action.chosen
    if offer is None:
        return None
    return {
        "title": offer.title.said(frame.language),
        "reason": _said(frame, care, offer.reason, titles),
        "channels": [channel_name(one) for one in action.channels],
        "href": _href(frame, care, offer.lead) if offer.lead else "",
        "label": LEADS[offer.lead.to] if offer.lead else "",
        "icon": _icon(offer),
    }


def _icon(offer: Offer) -> str:
    return "circle-check" if offer.lead is None else "target"


def _passed(
    frame: Frame, care: CustomerCare, one: Passed, titles: dict[str, str]
) -> dict[str, Any]:
    words, tone, icon = WHYS[one.why]
    return {
        "title": one.offer.title.said(frame.language),
        "reason": _said(frame, care, one.reason, titles),
        "why": words,
        "tone": tone,
        "icon": icon,
    }


def _said(frame: Frame, care: CustomerCare, text: Text, titles: dict[str, str]) -> str:
    """Return words with scores called as elsewhere: a lookalike's name is the id of an audience."""
    words = text.said(frame.language)
    for row in care.scores:
        if is_lookalike(row.name):
            words = words.replace(row.name, score_title(row.name, titles))
    return words


def _reach(found: Sequence[Reach]) -> list[dict[str, Any]]:
    """Return what the gate says, the channels of one answer together."""
    told: dict[tuple[str, str, str | Promise], list[str]] = defaultdict(list)
    for one in found:
        if one.purpose is Purpose.MARKETING:
            told[_answer(one)].append(channel_name(one.channel))
    return [
        {"names": " · ".join(names), "tone": tone, "icon": icon, "words": words}
        for (tone, icon, words), names in told.items()
    ]


def _answer(one: Reach) -> tuple[str, str, str | Promise]:
    if one.is_allowed and not one.has_address:
        return "warn", "circle-help", _("no contact data")
    return *TONES.get(one.reason.value, ("", "minus")), REASONS[one.reason.value]


def _names(areas: Sequence[Area] | frozenset[Area]) -> list[str]:
    return [str(AREAS[area]) for area in Area if area in areas]
