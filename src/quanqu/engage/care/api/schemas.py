"""What the API of care gives."""

from datetime import datetime

from ninja import Schema

from quanqu.engage.care.contracts import (
    Action,
    Area,
    Lead,
    LeadTo,
    Matter,
    MatterKind,
    Matters,
    Offer,
    Passed,
    Reach,
    Text,
    Why,
)
from quanqu.infra.http.facade import MoneyOut, money_out
from quanqu.kernel.time import format_time
from quanqu.know.consent.contracts import Channel, Purpose, Reason


class MatterOut(Schema):
    """One open matter. `about` is the word of its room; `settled_at` the address that settles it,
    null where that is done on the customer."""

    kind: MatterKind
    ref: str
    about: str
    state: str
    since: str | None
    due_at: str | None
    is_overdue: bool
    amount: MoneyOut | None
    probability: float | None
    other_customer: str
    channels: list[Channel]
    settled_at: str


class MattersOut(Schema):
    """What is open about a customer, by deadline, then age; `hidden` is what you may not see."""

    matters: list[MatterOut]
    hidden: list[Area]


class TextOut(Schema):
    """Words in both languages."""

    en: str
    zh_hans: str


class LeadOut(Schema):
    """Where an action leads."""

    to: LeadTo
    ref: str


class OfferOut(Schema):
    """The action to take: why, and through which channels they may be contacted for it."""

    code: str
    title: TextOut
    reason: TextOut
    leads_to: LeadOut | None
    contact_for: Purpose | None
    channels: list[Channel]


class PassedOut(Schema):
    """What was considered and not chosen: it does not hold now, the gate says no, or something
    else comes first."""

    code: str
    title: TextOut
    why: Why
    reason: TextOut


class ReachOut(Schema):
    """What the gate says of marketing through a channel, and whether an address is known."""

    channel: Channel
    is_allowed: bool
    reason: Reason
    has_address: bool


class ActionOut(Schema):
    """The one best thing to do now; `is_worked_out` is false for who asked to be left alone."""

    is_worked_out: bool
    action: OfferOut | None
    considered: list[PassedOut]
    marketing: list[ReachOut]
    hidden: list[Area]


def matters_out(found: Matters, *, customer: str, now: datetime) -> dict[str, object]:
    """Write open matters out."""
    return {
        "matters": [_matter(one, customer, now) for one in found.items],
        "hidden": sorted(found.hidden),
    }


def action_out(action: Action, *, reach: tuple[Reach, ...], hidden: frozenset[Area]) -> object:
    """Write the next action out."""
    return {
        "is_worked_out": action.chosen is not None,
        "action": _offer(action.chosen, action.channels) if action.chosen else None,
        "considered": [_passed(one) for one in action.passed],
        "marketing": [_reach(one) for one in reach if one.purpose is Purpose.MARKETING],
        "hidden": sorted(hidden),
    }


def _matter(one: Matter, customer: str, now: datetime) -> dict[str, object]:
    return {
        "kind": one.kind,
        "ref": one.ref,
        "about": one.about,
        "state": one.state,
        "since": format_time(one.since) if one.since else None,
        "due_at": format_time(one.due_at) if one.due_at else None,
        "is_overdue": one.is_overdue(now=now),
        "amount": money_out(one.amount) if one.amount else None,
        "probability": one.probability,
        "other_customer": one.other_id,
        "channels": list(one.channels),
        "settled_at": _address(one, customer),
    }


def _address(one: Matter, customer: str) -> str:
    match one.kind:
        case MatterKind.PRIVACY_REQUEST:
            return f"/api/v1/privacy/requests/{one.ref}"
        case MatterKind.DUPLICATE:
            return f"/api/v1/matching/pairs/{one.ref}/answer"
        case MatterKind.CONSENT_CONFLICT | MatterKind.CONSENT_ENDING:
            return f"/api/v1/customers/{customer}/consents"
        case MatterKind.REFUSED_LINK:
            return f"/api/v1/customers/{customer}"
        case _:
            return f"/api/v1/orders/{one.ref}"


def _offer(offer: Offer, channels: tuple[Channel, ...]) -> dict[str, object]:
    return {
        "code": offer.code,
        "title": _text(offer.title),
        "reason": _text(offer.reason),
        "leads_to": _lead(offer.lead),
        "contact_for": offer.contact,
        "channels": list(channels),
    }


def _passed(one: Passed) -> dict[str, object]:
    return {
        "code": one.offer.code,
        "title": _text(one.offer.title),
        "why": one.why,
        "reason": _text(one.reason),
    }


def _reach(one: Reach) -> dict[str, object]:
    return {
        "channel": one.channel,
        "is_allowed": one.is_allowed,
        "reason": one.reason,
        "has_address": one.has_address,
    }


def _lead(lead: Lead | None) -> dict[str, object] | None:
    return {"to": lead.to, "ref": lead.ref} if lead else None


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh_hans": text.zh}
