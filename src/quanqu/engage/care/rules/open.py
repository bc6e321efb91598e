"""What of the readings of rooms is an open matter, and in which order matters stand."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from quanqu.engage.care.contracts import Matter, MatterKind
from quanqu.kernel.ids import encode
from quanqu.know.consent.contracts import Channel, CustomerConsent, Purpose, State
from quanqu.know.customers.contracts import BreachKind, BreachRow
from quanqu.know.matching.contracts import OpenPair
from quanqu.know.privacy.contracts import RequestRow
from quanqu.sell.orders.contracts import Unfinished, UnfinishedOrder

ENDING_WITHIN: Final = timedelta(days=30)
UNDECIDED: Final = frozenset({BreachKind.LIMIT, BreachKind.SHARED})
"""Breaches nobody has decided: a verdict and a blocked value are decisions already."""

_ORDER_KINDS: Final = {
    Unfinished.UNPAID: MatterKind.ORDER_UNPAID,
    Unfinished.UNFULFILLED: MatterKind.ORDER_UNFULFILLED,
    Unfinished.REFUND_DUE: MatterKind.REFUND_DUE,
}


def by_deadline(matters: Iterable[Matter]) -> tuple[Matter, ...]:
    """Put matters in order: those with a deadline first, the nearest first; then the oldest."""
    return tuple(sorted(matters, key=_urgency))


def of_requests(rows: Iterable[RequestRow]) -> list[Matter]:
    """Return open privacy requests as matters."""
    return [
        Matter(
            MatterKind.PRIVACY_REQUEST,
            row.id,
            row.kind.value,
            row.received_at,
            row.due_at,
            state=row.state.value,
        )
        for row in rows
    ]


def of_pairs(rows: Iterable[OpenPair]) -> list[Matter]:
    """Return pairs that wait for an answer as matters."""
    return [
        Matter(
            MatterKind.DUPLICATE,
            encode("mpr", row.id),
            "",
            row.since,
            probability=row.probability,
            other_id=encode("cus", row.other_id) if row.other_id else "",
        )
        for row in rows
    ]


def of_breaches(rows: Iterable[BreachRow]) -> list[Matter]:
    """Return what the identity rules refuse and nobody has decided as matters."""
    return [
        Matter(MatterKind.REFUSED_LINK, row.ref, row.kind.value, row.since, state=row.type)
        for row in rows
        if row.kind in UNDECIDED
    ]


def of_consents(rows: Iterable[CustomerConsent], *, now: datetime) -> list[Matter]:
    """Return consents that contradict one another, or end within 30 days, one for each purpose."""
    torn: dict[Purpose, list[CustomerConsent]] = defaultdict(list)
    ending: dict[tuple[Purpose, datetime], list[CustomerConsent]] = defaultdict(list)
    for row in rows:
        if row.state is State.CONFLICT:
            torn[row.purpose].append(row)
        elif row.is_allowed and (until := _ending_at(row, now)):
            ending[row.purpose, until].append(row)
    found = [_consent(MatterKind.CONSENT_CONFLICT, each, None) for each in torn.values()]
    found += [
        _consent(MatterKind.CONSENT_ENDING, each, until) for (_, until), each in ending.items()
    ]
    return found


def of_orders(rows: Iterable[UnfinishedOrder]) -> list[Matter]:
    """Return orders that wait for something as matters."""
    return [
        Matter(
            _ORDER_KINDS[row.waits_for],
            row.order.id,
            row.order.number or row.order.external_id,
            row.order.placed_at,
            state=row.order.status.value,
            amount=row.amount,
        )
        for row in rows
    ]


def _urgency(matter: Matter) -> tuple[bool, float, bool, float, str, str]:
    due, since = matter.due_at, matter.since
    return (
        due is None,
        due.timestamp() if due else 0.0,
        since is None,
        since.timestamp() if since else 0.0,
        matter.kind.value,
        matter.ref,
    )


def _ending_at(row: CustomerConsent, now: datetime) -> datetime | None:
    until = row.valid_until
    return until if until is not None and now < until <= now + ENDING_WITHIN else None


def _consent(kind: MatterKind, rows: list[CustomerConsent], until: datetime | None) -> Matter:
    told = [row.observed_at for row in rows if row.observed_at is not None]
    channels = tuple(row.channel for row in rows if row.channel is not Channel.ALL)
    return Matter(
        kind,
        "",
        rows[0].purpose.value,
        min(told, default=None),
        until,
        channels=channels,
    )
