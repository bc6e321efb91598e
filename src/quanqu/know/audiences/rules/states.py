"""What is kept of a rule on events for each identifier, so that new events only add to it.

A measure that can be put together from parts (a count, a sum, a first day) is kept as one or two
arrays, one number for each identifier.  The parts of one customer's identifiers put together are
the customer's measure, so that a merge or an unmerge needs no event to be read again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from quanqu.know.audiences.contracts import EventRule, Measure, Op
from quanqu.know.audiences.rules.days import is_moving, span
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.reading import rule_key
from quanqu.know.audiences.rules.truth import compare

Array = npt.NDArray[Any]
NO_FIRST: Final = 2**30
NO_LAST: Final = -(2**30)
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """One kept number: what it is called, how two are put together, what stands for none."""

    name: str
    kind: str  # "add", "min" or "max"
    dtype: str
    nothing: float

    def empty(self, size: int) -> Array:
        """Return that many of nothing."""
        return np.full(size, self.nothing, self.dtype)

    def put(self, kept: Array, at: Array, more: Array | None, *, sign: int = 1) -> None:
        """Put numbers (None: ones) to those kept at places; a place may come again and again.
        `sign` −1 takes them away."""
        kind = np.dtype(self.dtype).type  # of the same type the sum takes a tenth of the time
        numbers = kind(1) if more is None else more.astype(self.dtype, copy=False)
        put = np.subtract if sign < 0 and self.kind == "add" else _TOGETHER[self.kind]
        with np.errstate(invalid="ignore"):  # a property may hold NaN
            put.at(kept, at, numbers)

    def together(self, numbers: Array, starts: Array) -> Array:
        """Return what each run of numbers is together; runs begin at `starts` and are not empty."""
        with np.errstate(invalid="ignore"):
            return _TOGETHER[self.kind].reduceat(numbers, starts)


# NaN is larger than every number, as on the engines: the least of it and another is the other.
_TOGETHER: Final[dict[str, Any]] = {"add": np.add, "min": np.fmin, "max": np.maximum}
_COUNT: Final = Part("count", "add", "int32", 0)


def parts_of(rule: EventRule) -> tuple[Part, ...]:
    """Return what is kept for a rule; nothing: its measure cannot be put together from parts."""
    if rule.within_any_days is not None:
        return ()
    if rule.measure is Measure.COUNT:
        return (_COUNT,)
    if rule.measure is Measure.FIRST:
        return (Part("first", "min", "int32", NO_FIRST),)
    if rule.measure in (Measure.LAST, Measure.RECENCY):
        return (Part("last", "max", "int32", NO_LAST),)
    if rule.measure is Measure.SUM:
        is_whole = rule.of is not None and not rule.of.startswith(PROPERTIES)
        return (Part("sum", "add", "int64" if is_whole else "float64", 0),)
    if rule.measure is Measure.AVERAGE:
        return (Part("sum", "add", "float64", 0), Part("known", "add", "int32", 0))
    if rule.measure is Measure.MIN:
        return (Part("min", "min", "float64", np.inf),)
    return (Part("max", "max", "float64", -np.inf),) if rule.measure is Measure.MAX else ()


def state_key(rule: EventRule) -> str:
    """Return text that rules with the same parts of the same events share and no others."""
    return rule_key(msgspec.structs.replace(rule, op=Op.EQ, value=0))


def can_forget(rule: EventRule) -> bool:
    """Tell whether days that leave the window can be taken away from what is kept, or none do."""
    return not is_moving(rule.window) or all(part.kind == "add" for part in parts_of(rule))


def decide(rule: EventRule, kept: Sequence[Array], as_of: date) -> Array:
    """Return for each customer whether the rule holds, from its measure in parts."""
    first = kept[0]
    if rule.measure in (Measure.COUNT, Measure.SUM):
        return np.asarray(compare(rule.op, first, rule.value))
    if rule.measure is Measure.AVERAGE:
        known = kept[1] > 0
        return _known(rule, known, first / np.maximum(kept[1], 1))
    if rule.measure in (Measure.MIN, Measure.MAX):
        return _known(rule, np.isfinite(first), first)
    if rule.measure is Measure.RECENCY:
        return _known(rule, first != NO_LAST, (as_of - EPOCH).days - first)
    nothing = NO_FIRST if rule.measure is Measure.FIRST else NO_LAST
    low, high = span(rule.op, rule.value, as_of)
    held = first != nothing
    if low is not None:
        held &= first >= (low - EPOCH).days
    return held & (first <= (high - EPOCH).days) if high is not None else held


def _known(rule: EventRule, known: Array, numbers: Array) -> Array:
    return np.where(known, compare(rule.op, numbers, rule.value), rule.op is Op.NE)
