"""Find the set of places with the best score: branch and bound, with its proof beside it.

Every line ships whole from one place of the set, the one with the lowest score for it.  The search
asks first what one parcel can do, then two, and so on.  It branches on who ships the line that the
fewest places have; a branch is cut when no set in it can come before the best plan known.  When
nothing is left to look at, the plan is proven best; when the work allowed is used up, the lowest
of what was not looked at is a bound that no plan can be below.
Source: docs/rules/sourcing.md#the-search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Final

import numpy as np

from quanqu.sell.sourcing.rules.duals import Duals, price_lines
from quanqu.sell.sourcing.rules.scores import Bools, Ints, below, first_of
from quanqu.sell.sourcing.rules.tables import MOST_LINES, Parts, Score, Tables

__all__ = ["MOST_LINES", "MOST_WORK", "Best", "count_sets", "search", "search_tables"]

MOST_WORK: Final = 140
"""A branch is one, and one more for each 500 places it reads: about 20 ms of one core."""
ENUMERABLE_SETS: Final = 5_000
"""Questions of at most so many sets are searched to the end."""
PLACES_A_UNIT: Final = 500
LARGEST_SUM: Final = 1 << 60
MOST_PAIRS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan found.

    `places`: the set, ascending; `place_of_line`: which of them ships each line.  `score` and
    `bound`: digits by criterion; no plan comes before the bound, and they are equal when the plan
    is proven best.
    """

    places: tuple[int, ...]
    place_of_line: tuple[int, ...]
    score: tuple[int, ...]
    bound: tuple[int, ...]
    branches: int

    @property
    def is_proven(self) -> bool:
        """Whether no plan is better."""
        return self.score == self.bound

    @property
    def gap(self) -> float:
        """How far below the plan the bound is, at the first criterion in which they differ."""
        for ours, least in zip(self.score, self.bound, strict=True):
            if ours != least:
                return (ours - least) / max(ours, 1)
        return 0.0


def search(
    has: Bools, parts: Parts, most_parcels: int, *, most_work: int = MOST_WORK
) -> Best | None:
    """Return the best plan of at most so many parcels, None where none was found.

    Shapes: `has` (lines, places): the place has enough of the line.
    """
    if not has.any(axis=1).all():
        return None
    return search_tables(Tables.of(has, parts, most_parcels), most_parcels, most_work=most_work)


def search_tables(tables: Tables, most_parcels: int, *, most_work: int = MOST_WORK) -> Best | None:
    """Return the best plan of a question whose lines each have a place."""
    if count_sets(tables.useful.size, most_parcels) <= ENUMERABLE_SETS:
        most_work = 2 * ENUMERABLE_SETS
    return _Search(tables, most_parcels, most_work).run()


def count_sets(places: int, most_parcels: int) -> int:
    """Return how many sets of one to so many places there are."""
    return sum(comb(places, parcels) for parcels in range(1, most_parcels + 1))


@dataclass(slots=True)
class _Search:
    """The best answer so far, and what was not looked at."""

    tables: Tables
    most_parcels: int
    most_work: int
    best: Score | None = None
    chosen: tuple[int, ...] = ()
    left_open: Score | None = None
    branches: int = 0
    work: int = 0
    duals: Duals | None = None

    def run(self) -> Best | None:
        tables = self.tables
        most = min(self.most_parcels, tables.useful.size)
        self._guess(most)
        for parcels in range(1, most + 1):
            bound = tables.least + tables.cheapest * parcels
            if self._is_cut(bound):
                break
            self._look_at(parcels, bound)
        if self.best is None:
            return None
        if self.left_open is not None:
            self.duals = None
            self._exchange(self.chosen)
        self._drop_idle()
        proven = self.best if self.left_open is None else min(self.best, self.left_open)
        return Best(
            self.chosen,
            tables.servers(self.chosen),
            tables.packing.unpack(self.best),
            tables.packing.unpack(proven),
            self.branches,
        )

    def _drop_idle(self) -> None:
        """Leave out places that ship nothing; none is left when the search went to its end."""
        used = tuple(sorted({*self.tables.servers(self.chosen)}))
        if len(used) < len(self.chosen):
            scores = self.tables.scores(used[:-1], np.array(used[-1:], np.int64))
            self.best, self.chosen = tuple(scores[:, 0].tolist()), used

    def _look_at(self, parcels: int, bound: Ints) -> None:
        """Look at the sets of exactly so many places."""
        tables, useful, self.duals = self.tables, self.tables.useful, None
        if parcels > 1:
            self._guess(parcels)
        rest = (bound - tables.cheapest)[:, None]
        useful = useful[below(rest + tables.of_place[:, useful], self.best)]
        if parcels > 1 and self.best is not None and useful.size > parcels:
            self.duals = self._price(useful, parcels)
            useful = useful[~self._dual_cuts((), useful, parcels)]
        if useful.size >= parcels:
            self._branch((), tables.everything, useful, parcels, tables.least)

    def _branch(
        self, chosen: tuple[int, ...], need: int, allowed: Ints, parcels: int, least: Ints
    ) -> None:
        """Look at every set of the chosen places and `parcels` more of the allowed ones.

        `need`: the lines none of the chosen has, as bits.  `least` (words,): the least that all
        lines cost, given who ships those that were branched on.
        """
        self.branches += 1
        self.work += 1 + allowed.size // PLACES_A_UNIT
        if parcels == 1:
            self._complete(chosen, need, allowed, least)
            return
        tables = self.tables
        line = tables.next_line(need)
        more = allowed if line is None else allowed[tables.has[line, allowed]]
        more = more[~self._dual_cuts(chosen, more, parcels)]
        floor = tables.sum_places(chosen) + tables.cheapest * (parcels - 1) + least
        added = tables.above_best(line, more)
        bounds = floor[:, None] + tables.of_place[:, more] + added
        kept = np.flatnonzero(below(bounds, self.best))
        kept = kept[self._may_complete(need, more[kept], allowed, parcels - 1)]
        more, added, bounds = more[kept], added[:, kept], bounds[:, kept]
        order = np.lexsort((*bounds[::-1], self._dual_bound(chosen, more, parcels)))
        for at in order:
            if self._is_cut(bounds[:, at]) or self._dual_cuts(chosen, more[[at]], parcels)[0]:
                continue
            place = int(more[at])
            if self.work >= self.most_work:
                self._leave_open((*chosen, place), parcels - 1, bounds[:, at])
                continue
            if line is None:
                rest = allowed[allowed > place]
            else:  # whoever would ship the line instead is in another branch
                rest = allowed[tables.ranks[line, allowed] > tables.ranks[line, place]]
            self._branch(
                (*chosen, place), need & ~int(tables.masks[place]), rest, parcels - 1,
                least + added[:, at],
            )  # fmt: skip

    def _complete(self, chosen: tuple[int, ...], need: int, allowed: Ints, least: Ints) -> None:
        """Take the best of the sets that one more place completes."""
        tables = self.tables
        last = allowed[(tables.masks[allowed] & need) == need]
        floor = tables.sum_places(chosen) + least
        last = last[below(floor[:, None] + tables.of_place[:, last], self.best)]
        last = last[~self._dual_cuts(chosen, last, 1)]
        if not last.size:
            return
        scores = tables.scores(chosen, last)
        at = first_of(scores)
        score = tuple(scores[:, at].tolist())
        if self.best is None or score < self.best:
            self.best, self.chosen = score, tuple(sorted((*chosen, int(last[at]))))

    def _price(self, useful: Ints, parcels: int) -> Duals | None:
        """Price the lines for sets of exactly so many of the useful places."""
        tables = self.tables
        has, of_line = tables.has[:, useful], tables.of_line[0][:, useful]
        if self.best is None or not has.any(axis=1).all():
            return None
        room = self.best[0] - int(tables.least[0] + tables.cheapest[0] * parcels)
        lacking = of_line.max(axis=1) + min(room, LARGEST_SUM // has.shape[0])
        dear = np.where(has, of_line, lacking[:, None])
        found = price_lines(tables.of_place[0, useful], dear, parcels, self.best[0])
        reduced = np.full(tables.has.shape[1], np.iinfo(np.int64).max // 4)
        reduced[useful] = found.reduced
        self._exchange([int(place) for place in useful[found.taken]])
        return Duals(found.paid, reduced, found.lowest, useful[found.taken])

    def _guess(self, parcels: int) -> None:
        """Begin with a good plan: the place that has the most, again and again; then exchange."""
        tables, need = self.tables, self.tables.everything
        chosen: list[int] = []
        while need and len(chosen) < parcels:
            counts = np.bitwise_count(tables.masks & need)
            at = np.flatnonzero(counts == counts.max())
            chosen.append(int(at[first_of(tables.of_place[:, at])]))
            need &= ~int(tables.masks[chosen[-1]])
        self._exchange(chosen if self.best is None or len(chosen) == parcels else self.chosen)

    def _exchange(self, chosen: Sequence[int]) -> None:
        """Exchange one place after the other for the best there is, as long as it helps."""
        tables = self.tables
        for _ in range(2 * len(chosen)):
            before = self.best
            for out in range(len(chosen)):
                kept = tuple(place for at, place in enumerate(chosen) if at != out)
                self._complete(kept, tables.lacked_by(kept), tables.useful, tables.least)
            if self.best == before:
                return
            chosen = self.chosen

    def _may_complete(self, need: int, more: Ints, allowed: Ints, parcels: int) -> Bools:
        """Tell beside which places `parcels` more of the allowed ones may have all that is needed.

        For one more place this is exact; for several their lines are as many as are missing.
        """
        masks = self.tables.masks
        missing = need & ~masks[more]
        if parcels == 1 and more.size * allowed.size <= MOST_PAIRS:
            lacking = ~masks[allowed] & need
            found: Bools = ((missing[:, None] & lacking[None, :]) == 0).any(axis=1)
            return found
        most = int(np.bitwise_count(masks[allowed] & need).max(initial=0))
        counted: Bools = np.bitwise_count(missing) <= most * parcels
        return counted

    def _dual_bound(self, chosen: tuple[int, ...], more: Ints, parcels: int) -> Ints:
        """Return what no set of the chosen, one of `more` and the rest is below, in word one."""
        duals = self.duals
        if duals is None:
            return np.zeros(more.shape, np.int64)
        fixed = duals.paid + int(duals.reduced[list(chosen)].sum() + duals.lowest[parcels - 1])
        bounds: Ints = duals.reduced[more] + fixed
        return bounds

    def _dual_cuts(self, chosen: tuple[int, ...], more: Ints, parcels: int) -> Bools:
        if self.best is None:
            return np.zeros(more.shape, np.bool_)
        is_one_word = len(self.best) == 1  # otherwise the same first word may be better later
        cuts: Bools = self._dual_bound(chosen, more, parcels) > self.best[0] - is_one_word
        return cuts

    def _is_cut(self, bound: Ints) -> bool:
        return self.best is not None and tuple(bound.tolist()) >= self.best

    def _leave_open(self, chosen: tuple[int, ...], parcels: int, bound: Ints) -> None:
        """Keep what no set of a branch is below: the larger of the two bounds."""
        score = tuple(bound.tolist())
        if self.duals is not None:
            reduced = int(self.duals.reduced[list(chosen)].sum() + self.duals.lowest[parcels])
            first = self.duals.paid + reduced
            if first > score[0]:
                score = (first, *(0 for _ in score[1:]))
        if self.left_open is None or score < self.left_open:
            self.left_open = score
