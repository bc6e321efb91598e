"""The state machine of a payment: what may be asked, and where an answer leads.

Written down with worked numbers in docs/rules/payments.md.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from quanqu.sell.payments.contracts import EntryKind, PaymentState, Tender

__all__ = [
    "Problem",
    "Standing",
    "ask",
    "book",
    "left_for",
    "let_go",
    "new_of_total",
    "what_follows",
]

_OPEN = frozenset({PaymentState.CREATED, PaymentState.PENDING, PaymentState.UNKNOWN})


class Problem(StrEnum):
    """What a provider says that cannot be; it is told, and not booked."""

    AMOUNT_CHANGED = "amount_changed"
    CURRENCY_CHANGED = "currency_changed"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of a payment. Units: minor units of its currency.

    `capturing`, `voiding`, `refunding`: asked of the provider and not answered.  Always:
    captured + capturing + voided + voiding ≤ authorised ≤ amount, refunded + refunding ≤ captured.
    """

    amount: int
    state: PaymentState = PaymentState.CREATED
    authorised: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0
    capturing: int = 0
    voiding: int = 0
    refunding: int = 0

    @property
    def capturable(self) -> int:
        """What is promised and neither taken nor given up, nor about to be."""
        gone = self.captured + self.capturing + self.voided + self.voiding
        return self.authorised - gone

    @property
    def refundable(self) -> int:
        """What came, did not go back, and is not about to."""
        return self.captured - self.refunded - self.refunding


def left_for(standing: Standing, kind: EntryKind) -> int:
    """Return how much can be asked at most."""
    return standing.refundable if kind is EntryKind.REFUND else standing.capturable


def ask(standing: Standing, kind: EntryKind, amount: int, tender: Tender) -> Standing | None:
    """Set `amount` aside for a capture, void or refund; None: it stands where this cannot follow.

    A void gives up all that is left, and not while a capture is on its way.
    """
    if not 0 < amount <= left_for(standing, kind):
        return None
    if kind is EntryKind.REFUND:
        return replace(standing, refunding=standing.refunding + amount)
    if kind is EntryKind.VOID:
        if standing.capturing or amount != standing.capturable:
            return None
        return replace(standing, voiding=standing.voiding + amount)
    has_begun = standing.captured + standing.capturing > 0
    if has_begun and not tender.can_capture_again:
        return None
    if amount < standing.capturable and not tender.can_capture_part:
        return None
    return replace(standing, capturing=standing.capturing + amount)


def let_go(standing: Standing, kind: EntryKind, amount: int) -> Standing:
    """Take back what was set aside: the provider refused, or answered with the fact itself."""
    if kind is EntryKind.CAPTURE:
        return replace(standing, capturing=max(standing.capturing - amount, 0))
    if kind is EntryKind.VOID:
        return replace(standing, voiding=max(standing.voiding - amount, 0))
    if kind is EntryKind.REFUND:
        return replace(standing, refunding=max(standing.refunding - amount, 0))
    return standing


def book(standing: Standing, kind: EntryKind, amount: int) -> Standing | Problem:
    """Write down that money was promised, came, was given up or went back.

    What happened counts even where nobody expected it any more: money that comes after a payment
    failed is money.  Set aside is at most what is left then.
    """
    if kind is EntryKind.AUTHORISATION:
        if standing.authorised or amount != standing.amount:
            return Problem.AMOUNT_CHANGED
        return _settled(replace(standing, authorised=amount))
    if kind is EntryKind.CAPTURE:
        if amount > standing.authorised - standing.captured - standing.voided:
            return Problem.AMOUNT_CHANGED if standing.authorised else Problem.TOO_EARLY
        return _settled(replace(standing, captured=standing.captured + amount))
    if kind is EntryKind.VOID:
        if amount > standing.authorised - standing.captured - standing.voided:
            return Problem.AMOUNT_CHANGED if standing.authorised else Problem.TOO_EARLY
        return _settled(replace(standing, voided=standing.voided + amount))
    if kind is EntryKind.REFUND:
        if amount > standing.captured - standing.refunded:
            return Problem.AMOUNT_CHANGED if standing.captured else Problem.TOO_EARLY
        return _settled(replace(standing, refunded=standing.refunded + amount))
    if standing.state not in _OPEN:
        return standing
    return replace(standing, state=PaymentState.FAILED)


def new_of_total(
    standing: Standing, total: int, asked: int | None, *, is_answered: bool
) -> tuple[int, int] | Problem:
    """Return how much of all that was taken is not booked yet: what was asked for, and what else.

    Totals only grow: one told late, twice or out of order has nothing new.  `asked`: the capture
    under way, of which there is one at a time.  Where the provider answered that it was done, what
    is beyond it was taken at the provider's own desk; else what is new is all of it, or cannot be.
    """
    new = total - standing.captured
    if new <= 0:
        return 0, 0
    if new > standing.authorised - standing.captured - standing.voided:
        return Problem.AMOUNT_CHANGED if standing.authorised else Problem.TOO_EARLY
    if asked is None:
        return 0, new
    if new == asked or (is_answered and new > asked):
        return asked, new - asked
    return Problem.AMOUNT_CHANGED


def what_follows(
    standing: Standing, kind: EntryKind, tender: Tender, *, is_last: bool = False
) -> int:
    """Return how much is given up with a capture: all that a single or a last one leaves."""
    if kind is not EntryKind.CAPTURE or (tender.can_capture_again and not is_last):
        return 0
    return standing.authorised - standing.captured - standing.voided


def _settled(standing: Standing) -> Standing:
    room = standing.authorised - standing.captured - standing.voided
    capturing = min(standing.capturing, room)
    if standing.captured:
        state = PaymentState.CAPTURED
    elif standing.voided == standing.authorised:
        state = PaymentState.VOIDED
    else:
        state = PaymentState.AUTHORISED
    return replace(
        standing,
        state=state,
        capturing=capturing,
        voiding=min(standing.voiding, room - capturing),
        refunding=min(standing.refunding, standing.captured - standing.refunded),
    )
