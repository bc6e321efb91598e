"""Who may take a place in line.

Source: docs/rules/stock-queue.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from quanqu.kernel.errors import QuanquError
from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    LONGEST_TURN_S,
    LONGEST_WAIT_S,
    BuyerLimit,
    BuyerLimitError,
    HoldLine,
    HoldRequest,
    OverLimit,
    QueueNotNeededError,
    TicketError,
    TicketOnceError,
    TicketRequest,
)
from quanqu.sell.inventory.rules.admission import (
    At,
    AtChannel,
    ChannelShare,
    OfBuyer,
    can_have,
    over_limits,
)

__all__ = ["Line", "Lines", "as_hold", "check_ticket", "join"]

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Line:
    """What is free of an item at a place, and how many wait for it."""

    free: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Lines:
    """What decides who may wait: levels, what channels have of them, what buyers had, who waits.

    `waits`: who (item, who) waits already, and under which ticket.
    """

    levels: Mapping[At, Line]
    shares: Mapping[AtChannel, ChannelShare] = field(default_factory=dict)
    limits: Sequence[BuyerLimit] = ()
    had: Mapping[OfBuyer, int] = field(default_factory=dict)
    waits: Mapping[OfBuyer, UUID] = field(default_factory=dict)


def check_ticket(request: TicketRequest, *, now: datetime) -> None:
    """Refuse a place in line that cannot be. Raises: TicketError."""
    if not 1 <= request.quantity <= LARGEST_QUANTITY:
        raise TicketError(problem=f"the quantity is from 1 to {LARGEST_QUANTITY}")
    if not 1 <= request.turn_s <= LONGEST_TURN_S:
        raise TicketError(problem=f"units are held for 1 to {LONGEST_TURN_S} seconds")
    if not now < request.waits_until <= now + timedelta(seconds=LONGEST_WAIT_S):
        raise TicketError(problem="it ends in the future, within 90 days")
    for name in (request.owner, request.buyer, request.channel):
        if len(name) > LONGEST_NAME or "\x00" in name:
            raise TicketError(problem=f"a name has more than {LONGEST_NAME} characters")
    if not request.owner:
        raise TicketError(problem="it has no owner")


def as_hold(request: TicketRequest, buyer: str) -> HoldRequest:
    """Return the hold that a ticket is served with; `buyer` is hashed, as it is kept."""
    line = HoldLine(request.place_key, request.variant_key, request.quantity)
    ends_at = request.waits_until
    return HoldRequest(
        request.ticket_id, request.owner, (line,), ends_at, channel=request.channel, buyer=buyer
    )


def _over(over: Sequence[OverLimit]) -> BuyerLimitError:
    told = [
        {"asked": one.asked, "left": one.left, "most": one.most, "window_s": one.window_s}
        for one in over
    ]
    return BuyerLimitError(count=len(told), over=told)


def join(
    lines: Lines, requests: Sequence[tuple[TicketRequest, str, str]]
) -> list[int | QuanquError]:
    """Answer each (request, who, buyer) in the order of arrival: its position, or why not.

    Nobody waits for what they can have: where nobody waits and there is enough, it is refused.
    """
    length = {at: one.waiting for at, one in lines.levels.items()}
    waits, by_item = dict(lines.waits), {one.variant_key: one for one in lines.limits}
    answers: list[int | QuanquError] = []
    for request, who, buyer in requests:
        at, mine = (request.place_key, request.variant_key), (request.variant_key, who)
        if at not in length:
            answers.append(TicketError(problem="a kit has no stock of its own: wait for its parts"))
            continue
        if mine in waits:
            answers.append(TicketOnceError())
            continue
        over = over_limits(by_item, lines.had, as_hold(request, buyer))
        if over:
            answers.append(_over(over))
            continue
        share = lines.shares.get((*at, request.channel)) if request.channel else None
        available = can_have(lines.levels[at].free, share)
        if not length[at] and available >= request.quantity:
            answers.append(QueueNotNeededError(available=available))
            continue
        waits[mine] = request.ticket_id
        length[at] += 1
        answers.append(length[at])
    return answers
