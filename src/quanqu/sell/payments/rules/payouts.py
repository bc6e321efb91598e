"""Which payout of a provider arrived with which credit of the bank.

Written down with worked numbers in docs/rules/settlement.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Credit", "Payout", "pair_payouts"]

_EARLY = timedelta(days=1)
_SHORTEST_NAME = 8
"""A number shorter than this is found in other numbers by chance."""


@dataclass(frozen=True, slots=True)
class Payout:
    """What a provider says it sent. `names`: its numbers, as a bank may repeat them."""

    key: int
    on: date
    amount_minor: int
    currency: str
    names: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What a bank says it received."""

    key: int
    on: date
    amount_minor: int
    currency: str
    text: str


def pair_payouts(payouts: Sequence[Payout], credits: Sequence[Credit]) -> dict[int, int]:
    """Return the payout of each credit: credit key → payout key, each at most once.

    First those whose number the bank repeats, of the same amount before any other; then, oldest
    first, the earliest credit of exactly the amount from a day before until the agreed days after.
    """
    found: dict[int, int] = {}
    waiting = {one.key: one for one in payouts}
    by_currency: dict[str, list[Credit]] = defaultdict(list)
    for credit in sorted(credits, key=lambda one: (one.on, one.key)):
        by_currency[credit.currency].append(credit)
    for payout in sorted(payouts, key=_age):
        named = [one for one in by_currency[payout.currency] if _names(payout, one.text)]
        named = [one for one in named if one.key not in found]
        if named:
            best = min(named, key=lambda one: (one.amount_minor != payout.amount_minor, one.on))
            found[best.key] = payout.key
            del waiting[payout.key]
    by_amount: dict[tuple[str, int], list[Credit]] = defaultdict(list)
    for currency, rows in by_currency.items():
        for credit in rows:
            if credit.key not in found:
                by_amount[currency, credit.amount_minor].append(credit)
    for payout in sorted(waiting.values(), key=_age):
        rest = by_amount[payout.currency, payout.amount_minor]
        first = next((at for at, one in enumerate(rest) if _is_in_time(payout, one)), None)
        if first is not None:
            found[rest.pop(first).key] = payout.key
    return found


def _age(one: Payout) -> tuple[date, int]:
    return one.on, one.key


def _names(payout: Payout, text: str) -> bool:
    told = _plain([text])
    names = (_plain([name]) for name in payout.names)
    return any(name in told for name in names if len(name) >= _SHORTEST_NAME)


def _plain(texts: Iterable[str]) -> str:
    """Banks drop marks and change the case of what they repeat."""
    return "".join(one for text in texts for one in text.upper() if one.isalnum())


def _is_in_time(payout: Payout, credit: Credit) -> bool:
    return payout.on - _EARLY <= credit.on <= payout.on + timedelta(days=payout.days)
