"""Choose where an order ships from: by which strategy, from which places, and what stays behind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from quanqu.sell.sourcing.contracts import (
    Condition,
    Method,
    OrderLine,
    Profile,
    Question,
    QuestionError,
    Reason,
    Unfillable,
)
from quanqu.sell.sourcing.rules.filters import sift
from quanqu.sell.sourcing.rules.measures import measure
from quanqu.sell.sourcing.rules.nodes import Nodes, stand, whereabouts
from quanqu.sell.sourcing.rules.reasons import Reasons, compare
from quanqu.sell.sourcing.rules.scores import Bools, Ints
from quanqu.sell.sourcing.rules.search import Best, search_tables
from quanqu.sell.sourcing.rules.tables import MOST_LINES, Tables
from quanqu.sell.sourcing.rules.weighing import Asked, Stock

__all__ = [
    "Choice",
    "Stock",
    "choose",
    "fits",
    "keeps_nothing",
    "merged",
    "needs_age",
    "strategy_of",
]

LARGEST_QUANTITY: Final = 1_000_000_000
_PARTLY: Final = frozenset({Unfillable.BACKORDER, Unfillable.CANCEL_LINE})
_HOLDS_NOTHING: Final = frozenset({Unfillable.CANCEL_ORDER, Unfillable.HOLD})


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    `lines`: those of the question, one an item; `parcels`: a place's position and its lines'
    positions; `unfilled`: positions of lines that stay behind.  Shapes: `km`, `cost_minor` and
    `arrives_at` have one entry a parcel.
    """

    strategy: str
    lines: tuple[OrderLine, ...]
    parcels: tuple[tuple[int, tuple[int, ...]], ...]
    unfilled: tuple[int, ...]
    unfillable: Unfillable | None
    best: Best | None
    reasons: Reasons
    km: tuple[int | None, ...]
    cost_minor: tuple[int, ...]
    arrives_at: tuple[datetime, ...]


def merged(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """Return one line an item, in the order of their keys. Raises: QuestionError."""
    if not lines:
        raise QuestionError(line=1, problem="an order has at least one line")
    found: dict[int, OrderLine] = {}
    for number, line in enumerate(lines, 1):
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            raise QuestionError(line=number, problem=f"a quantity is 1 to {LARGEST_QUANTITY}")
        if min(line.value_minor, line.weight_g) < 0:
            raise QuestionError(line=number, problem="value and weight are not negative")
        one = found.get(line.variant_key, OrderLine(line.variant_key, 0))
        found[line.variant_key] = OrderLine(
            line.variant_key,
            one.quantity + line.quantity,
            one.value_minor + line.value_minor,
            one.weight_g + line.weight_g,
        )
    if len(found) > MOST_LINES:
        raise QuestionError(line=MOST_LINES + 1, problem=f"at most {MOST_LINES} items are sourced")
    return tuple(found[key] for key in sorted(found))


def fits(condition: Condition, question: Question, now: datetime) -> bool:
    """Tell whether a rule is for an order."""
    value = sum(line.value_minor for line in question.lines)
    weight = sum(line.weight_g for line in question.lines)
    return (
        (not condition.channels or question.channel in condition.channels)
        and (not condition.tiers or question.tier in condition.tiers)
        and (not condition.methods or question.method in condition.methods)
        and _within(value, condition.min_value_minor, condition.max_value_minor)
        and _within(weight, condition.min_weight_g, condition.max_weight_g)
        and _is_hour(condition, now)
    )


def needs_age(profile: Profile) -> bool:
    """Tell whether any strategy asks how old goods are."""
    return any(one.by == "age" for each in profile.strategies.values() for one in each.criteria)


def strategy_of(profile: Profile, question: Question, now: datetime) -> str:
    """Return the strategy an order goes by first."""
    rules = (rule.strategy for rule in profile.rules if fits(rule.when, question, now))
    return next(rules, profile.default)


def keeps_nothing(choice: Choice) -> bool:
    """Tell whether a choice with lines left behind holds nothing until somebody decides."""
    return choice.unfillable in _HOLDS_NOTHING


def choose(
    profile: Profile, question: Question, nodes: Nodes, stock: Stock, now: datetime
) -> Choice:
    """Choose by the first strategy in the chain of fallbacks that ships everything.

    When none does, the last of the chain says what becomes of what stays behind.
    Source: docs/rules/sourcing.md#what-cannot-be-shipped.
    """
    km = whereabouts(nodes, stand(nodes, question))
    code = strategy_of(profile, question, now)
    while True:
        strategy = profile.strategies[code]
        asked = Asked(profile, strategy, question, nodes, stock, km, now)
        found = _answer(asked, code, is_last=strategy.fallback is None)
        if found is not None:
            return found
        code = strategy.fallback or code


def _answer(asked: Asked, code: str, *, is_last: bool) -> Choice | None:
    """Ask one strategy; None: the next of the chain is asked."""
    lines, reasons = asked.question.lines, Reasons.of(len(asked.nodes.each))
    passes = sift(asked.nodes, asked.km, asked.question, asked.strategy.filters, reasons)
    at = np.flatnonzero(passes)
    quantity = np.array([line.quantity for line in lines], np.int64)
    has = asked.stock.available[:, at] >= quantity[:, None]
    _say_what_lacks(reasons, at, has, asked.stock.available[:, at])
    shipped, tables, best = _search(asked, at, has, may_leave=is_last and _may_leave(asked))
    if best is None or tables is None:
        return _nothing(asked, code, reasons) if is_last else None
    useful = at[has[shipped].any(axis=0)]
    compare(reasons, useful, tables, best)
    parcels = tuple(
        (
            int(useful[place]),
            tuple(
                int(n) for n, one in zip(shipped, best.place_of_line, strict=True) if one == place
            ),
        )
        for place in sorted({*best.place_of_line})
    )
    left = tuple(sorted({*range(len(lines))} - {*shipped.tolist()}))
    known = asked.question.at is not None or bool(asked.km.any())
    return Choice(
        code,
        lines,
        parcels,
        left,
        asked.strategy.unfillable if left else None,
        best,
        reasons,
        tuple(int(asked.km[place]) if known else None for place, _ in parcels),
        tuple(asked.cost_minor(place, which) for place, which in parcels),
        tuple(asked.arrives_at(place) for place, _ in parcels),
    )


def _search(
    asked: Asked, at: Ints, has: Bools, *, may_leave: bool
) -> tuple[Ints, Tables | None, Best | None]:
    """Search for all lines; where some may stay behind, without those that make it impossible.

    Lines that no place has go at once; then the line the fewest places have, the one of less value
    first, until there is a plan.
    """
    lines, most = asked.question.lines, _most_parcels(asked)
    shipped = np.arange(len(lines))
    if may_leave:
        shipped = shipped[has.any(axis=1)]
    while shipped.size and has[shipped].any(axis=1).all():
        useful = has[shipped].any(axis=0)
        parts = measure(asked.facts(shipped, at[useful]), asked.strategy.criteria)
        tables = Tables.of(has[np.ix_(shipped, np.flatnonzero(useful))], parts, most)
        best = search_tables(tables, most)
        if best is not None or not may_leave:
            return shipped, tables, best
        rarity = [(int(has[n].sum()), lines[n].value_minor, n) for n in shipped.tolist()]
        shipped = shipped[shipped != min(rarity)[2]]
    return shipped, None, None


def _most_parcels(asked: Asked) -> int:
    value = sum(line.value_minor for line in asked.question.lines)
    is_small = value < asked.strategy.min_split_minor
    is_one = is_small or asked.question.method is Method.PICKUP
    return 1 if is_one else asked.strategy.most_parcels


def _may_leave(asked: Asked) -> bool:
    return asked.strategy.unfillable in _PARTLY


def _nothing(asked: Asked, code: str, reasons: Reasons) -> Choice:
    lines = asked.question.lines
    everything, unfillable = tuple(range(len(lines))), asked.strategy.unfillable
    return Choice(code, lines, (), everything, unfillable, None, reasons, (), (), ())


def _say_what_lacks(reasons: Reasons, at: Ints, has: Bools, available: Ints) -> None:
    bits = (np.int64(1) << np.arange(has.shape[0]))[:, None]
    reasons.lacks[at] = np.where(has, 0, bits).sum(axis=0)
    some = np.zeros(reasons.codes.shape, np.bool_)
    some[at] = (available > 0).any(axis=0)
    nothing = np.zeros(reasons.codes.shape, np.bool_)
    nothing[at] = True
    reasons.say(nothing & ~some, Reason.NO_STOCK)
    reasons.say(some, Reason.TOO_FEW)


def _within(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _is_hour(condition: Condition, now: datetime) -> bool:
    hours = condition.hours
    if hours is None:
        return True
    here = now.astimezone(ZoneInfo(hours.zone))
    minute = here.hour * 60 + here.minute
    if hours.begins <= hours.ends:
        return hours.begins <= minute < hours.ends
    return minute >= hours.begins or minute < hours.ends
