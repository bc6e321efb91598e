"""The conditions of the rules: what holds of the facts, with the figures that say so."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from quanqu.engage.care.contracts import Facts, Lead, LeadTo, Matter, MatterKind, Text
from quanqu.engage.care.rules.rhythm import (
    GONE_FROM,
    LEAST_DAYS,
    days_to_birthday,
    rhythm_of,
)
from quanqu.engage.care.rules.wording import NO_ADDRESS, REASONS, Days, Figure, channel_text, joined
from quanqu.kernel.time import local_date
from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose, Reason

DUE_SOON_DAYS: Final = 7
UNSENT_DAYS: Final = 3
UNPAID_DAYS: Final = (1, 14)
BIRTHDAY_DAYS: Final = 7
_ASKABLE: Final = frozenset({Reason.NOT_ASKED, Reason.EXPIRED, Reason.PENDING})


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a condition holds, with its figures; `case` picks the words where there are more."""

    holds: bool
    figures: Mapping[str, Figure] = field(default_factory=dict)
    case: str = ""
    lead: Lead | None = None
    channels: tuple[Channel, ...] = ()


Condition = Callable[[Facts], Finding]


def privacy_overdue(facts: Facts) -> Finding:
    """Hold when the time of an open privacy request is over."""
    for matter in _of(facts, MatterKind.PRIVACY_REQUEST):
        if matter.due_at is not None and matter.is_overdue(now=facts.now):
            late = Days((facts.now - matter.due_at).days)
            figures: dict[str, Figure] = {
                "due": local_date(matter.due_at, facts.zone),
                "late": late,
            }
            lead = Lead(LeadTo.PRIVACY_REQUEST, matter.ref)
            return Finding(True, figures, "" if late.count else "today", lead)
    return Finding(False)


def privacy_due_soon(facts: Facts) -> Finding:
    """Hold when an open privacy request has to be answered within a week."""
    for matter in _of(facts, MatterKind.PRIVACY_REQUEST):
        if matter.due_at is None or matter.is_overdue(now=facts.now):
            continue
        left = Days((matter.due_at - facts.now).days)
        figures: dict[str, Figure] = {"due": local_date(matter.due_at, facts.zone), "left": left}
        is_soon = matter.due_at - facts.now <= timedelta(days=DUE_SOON_DAYS)
        return Finding(is_soon, figures, "later", Lead(LeadTo.PRIVACY_REQUEST, matter.ref))
    return Finding(False)


def duplicate_waits(facts: Facts) -> Finding:
    """Hold when a pair with this customer waits for an answer; the surest is told."""
    pairs = _of(facts, MatterKind.DUPLICATE)
    if not pairs:
        return Finding(False)
    best = max(pairs, key=lambda one: one.probability or 0.0)
    rate = 100 * (best.probability or 0.0)
    return Finding(True, {"rate": rate, "count": len(pairs)}, lead=Lead(LeadTo.PAIRS, best.ref))


def consent_torn(facts: Facts) -> Finding:
    """Hold when answers of this customer contradict one another."""
    torn = _of(facts, MatterKind.CONSENT_CONFLICT)
    purposes = joined(_purpose(one) for one in torn)
    return Finding(bool(torn), {"purposes": purposes}, lead=Lead(LeadTo.CONSENTS))


def refund_owed(facts: Facts) -> Finding:
    """Hold when money of a cancelled order is still held; the oldest is told."""
    return _oldest_order(facts, MatterKind.REFUND_DUE, least=0)


def order_unsent(facts: Facts) -> Finding:
    """Hold when an order waits for its goods for three days or longer; the oldest is told."""
    return _oldest_order(facts, MatterKind.ORDER_UNFULFILLED, least=UNSENT_DAYS)


def order_unpaid(facts: Facts) -> Finding:
    """Hold when an order is unpaid for a day and not yet for longer than two weeks."""
    least, most = UNPAID_DAYS
    return _oldest_order(facts, MatterKind.ORDER_UNPAID, least=least, most=most)


def birthday_near(facts: Facts) -> Finding:
    """Hold when the birthday is today or within a week."""
    if facts.birth_on is None:
        return Finding(False, case="unknown")
    left = days_to_birthday(facts.birth_on, facts.today)
    figures: dict[str, Figure] = {
        "left": Days(left),
        "day": facts.today + timedelta(days=left),
    }
    case = "today" if left == 0 else ""
    return Finding(left <= BIRTHDAY_DAYS, figures, case, Lead(LeadTo.PROFILE))


def lapsing(facts: Facts) -> Finding:
    """Hold when they are late by their own rhythm, from twice to six times their usual gap."""
    found = rhythm_of(facts.order_days, facts.today)
    if found is None:
        known = len(set(facts.order_days))
        return Finding(False, {"known": Days(known), "least": LEAST_DAYS}, "few")
    figures: dict[str, Figure] = {
        "since": Days(found.since_days),
        "gap": Days(found.gap_days),
        "times": int(found.times * 10) / 10,  # never more than it is
        "last": max(facts.order_days),
    }
    case = "gone" if found.times >= GONE_FROM else ""
    return Finding(found.is_lapsing, figures, case, Lead(LeadTo.ORDERS))


def top_tenth(facts: Facts) -> Finding:
    """Hold when a score puts them into the highest tenth; the newest of those is told."""
    placed = [one for one in facts.scores if one.tenth is not None]
    if not placed:
        return Finding(False, case="none")
    top = [one for one in placed if one.tenth == 1]
    if not top:
        best = min(placed, key=lambda one: one.tenth or 0)
        return Finding(False, {"score": best.name, "tenth": best.tenth or 0})
    newest = max(top, key=lambda one: (one.at, one.name))
    figures: dict[str, Figure] = {
        "score": newest.name,
        "meaning": newest.meaning,
        "value": f"{newest.value:.3g}",
        "version": newest.version,
    }
    return Finding(True, figures, lead=Lead(LeadTo.SCORES))


def marketing_consent_ending(facts: Facts) -> Finding:
    """Hold when a consent to marketing ends within 30 days."""
    for matter in _of(facts, MatterKind.CONSENT_ENDING):
        if matter.about == Purpose.MARKETING and matter.due_at is not None:
            figures: dict[str, Figure] = {
                "until": local_date(matter.due_at, facts.zone),
                "channels": joined(map(channel_text, matter.channels)),
            }
            return Finding(True, figures, lead=Lead(LeadTo.CONSENTS), channels=matter.channels)
    return Finding(False)


def no_way_to_reach(facts: Facts) -> Finding:
    """Hold when nobody may or can write to them, and asking is still open: they did not say no."""
    usable = facts.usable(Purpose.MARKETING)
    if usable:
        return Finding(False, {"channels": joined(map(channel_text, usable))})
    told = [one for one in facts.reach if one.purpose is Purpose.MARKETING]
    figures = {"channels": said_of(facts, Purpose.MARKETING)}
    is_open = any(one.reason in _ASKABLE or one.is_allowed for one in told)
    return Finding(is_open, figures, "" if is_open else "refused", Lead(LeadTo.CONSENTS))


def always(facts: Facts) -> Finding:
    """Hold always: nothing else does."""
    del facts
    return Finding(True)


def said_of(facts: Facts, purpose: Purpose, among: tuple[Channel, ...] = ()) -> Text:
    """Return what the gate says of each channel, or that nothing is known to reach them by it."""
    told: dict[Text, list[Text]] = defaultdict(list)
    for one in facts.reach:
        if one.purpose is purpose and (not among or one.channel in among):
            lacks = one.is_allowed and not one.has_address
            told[NO_ADDRESS if lacks else REASONS[one.reason]].append(channel_text(one.channel))
    texts = []
    for why, channels in told.items():
        names = joined(channels)
        texts.append(Text(f"{names.en}: {why.en}", f"{names.zh}：{why.zh}"))
    return joined(texts, between=Text("; ", "；"))


def _of(facts: Facts, kind: MatterKind) -> list[Matter]:
    return [one for one in facts.matters.items if one.kind is kind]


def _purpose(matter: Matter) -> Text:
    words = PURPOSES[Purpose(matter.about)].words
    return Text(words.name_en, words.name_zh)


def _oldest_order(
    facts: Facts, kind: MatterKind, *, least: int, most: int | None = None
) -> Finding:
    """Hold of the oldest order that waits from `least` to `most` days."""
    for matter in _of(facts, kind):
        if matter.since is None or matter.amount is None:
            continue
        waits = (facts.now - matter.since).days
        if waits >= least and (most is None or waits <= most):
            figures: dict[str, Figure] = {
                "number": matter.about,
                "amount": matter.amount,
                "days": Days(waits),
            }
            return Finding(True, figures, lead=Lead(LeadTo.ORDER, matter.ref))
    return Finding(False)
