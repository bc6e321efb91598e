"""Why each place does not ship: the filter it fell by, what it lacks, or where it is worse."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from quanqu.sell.sourcing.contracts import Reason
from quanqu.sell.sourcing.rules.scores import Bools, Ints
from quanqu.sell.sourcing.rules.search import Best
from quanqu.sell.sourcing.rules.tables import Tables

__all__ = ["CODES", "SHIPS", "Reasons", "compare"]

CODES: Final = tuple(Reason)
SHIPS: Final = -1


@dataclass(slots=True)
class Reasons:
    """One entry a place.

    `codes`: where in CODES, or SHIPS; `lacks`: lines it has too few of, as bits; `criterion` and
    `by`: the first criterion at which the best plan with it is worse, and by how many bands.
    """

    codes: Ints
    lacks: Ints
    criterion: Ints
    by: Ints

    @classmethod
    def of(cls, places: int) -> "Reasons":
        """Begin with nothing said."""
        codes = np.full(places, CODES.index(Reason.NO_STOCK), np.int64)
        return cls(codes, np.zeros(places, np.int64), codes * 0 - 1, codes * 0)

    def say(self, which: Bools, reason: Reason) -> None:
        """Give places a reason."""
        self.codes[which] = CODES.index(reason)


def compare(reasons: Reasons, at: Ints, tables: Tables, best: Best) -> None:
    """Say of the places `at` (those of the tables) how the best plan with each compares.

    The plan with a place: one of those that ship is exchanged for it, whichever is best.  Where no
    exchange makes a plan, the place has too few of some lines.
    """
    codes = np.full(at.size, CODES.index(Reason.TOO_FEW), np.int64)
    criterion, by = np.full(at.size, -1, np.int64), np.zeros(at.size, np.int64)
    ours = np.array(best.score, np.int64)[:, None]
    known = np.zeros(at.size, np.bool_)
    least = np.zeros((len(best.score), at.size), np.int64)
    for out in range(len(best.places)):
        kept = tuple(place for number, place in enumerate(best.places) if number != out)
        need = tables.lacked_by(kept)
        whole = np.flatnonzero((tables.masks & need) == need)
        scores = tables.packing.unpack_all(tables.scores(kept, whole))
        better = ~known[whole] | _first_is_lower(scores, least[:, whole])
        least[:, whole[better]] = scores[:, better]
        known[whole] = True
    differs = least != ours
    first = differs.argmax(axis=0)
    worse = known & differs.any(axis=0)
    codes[known] = CODES.index(Reason.SAME)
    codes[worse] = CODES.index(Reason.WORSE)
    criterion[worse] = first[worse]
    by[worse] = np.take_along_axis(least - ours, first[None, :], axis=0)[0, worse]
    codes[list(best.places)] = SHIPS
    criterion[list(best.places)] = -1
    reasons.codes[at], reasons.criterion[at], reasons.by[at] = codes, criterion, by


def _first_is_lower(ones: Ints, others: Ints) -> Bools:
    found = np.zeros(ones.shape[1], np.bool_)
    equal = np.ones(ones.shape[1], np.bool_)
    for one, other in zip(ones, others, strict=True):
        found |= equal & (one < other)
        equal &= one == other
    return found
