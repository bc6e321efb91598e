"""The arrays a search reads: packed scores, the order of places for each line, lines as bits."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.sell.sourcing.rules.scores import Bools, Ints, Packing, Parts, first_of

__all__ = ["MOST_LINES", "Parts", "Score", "Tables"]

MOST_LINES: Final = 60
"""The lines a place has are bits of a word."""
NARROW: Final = 31
"""Fewer lines than this fit into a word of half the width."""

Bits = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Score = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """One question as arrays.

    `of_place` (words, places) and `of_line` (words, lines, places): packed parts.  `ranks` (lines,
    places): the order of the places for a line, past the end where one lacks it; `at_rank` (words,
    lines, ranks): the part of a line at its nth place.  `least` (words,): all lines, each at its
    best place; `cheapest` (words,): the place with the lowest part.  `masks` (places,): the lines a
    place has, as bits.  `hardest`: lines, that of the fewest places first.
    """

    packing: Packing
    has: Bools
    masks: Bits
    useful: Ints
    hardest: Ints
    of_place: Ints
    of_line: Ints
    ranks: Ints
    at_rank: Ints
    least: Ints
    cheapest: Ints

    @classmethod
    def of(cls, has: Bools, parts: Parts, most_parcels: int) -> "Tables":
        """Pack and sort."""
        lines = has.shape[0]
        if lines > MOST_LINES:
            raise ValueError(f"a question has at most {MOST_LINES} lines")
        packing = Packing.of(parts, has, most_parcels)
        of_place = packing.pack(parts.of_place)
        of_line = packing.pack(np.where(has, parts.of_line, 0))
        ranks, at_rank = _ranked(has, of_line)
        bits = (np.int64(1) << np.arange(lines))[:, None]
        masks: Bits = np.where(has, bits, 0).sum(axis=0)
        if lines < NARROW:
            masks = masks.astype(np.int32)
        return cls(
            packing,
            has,
            masks,
            np.flatnonzero(masks),
            np.argsort(has.sum(axis=1), kind="stable"),
            of_place,
            of_line,
            ranks,
            at_rank,
            at_rank[:, :, 0].sum(axis=1),
            of_place[:, first_of(of_place)],
        )

    @property
    def everything(self) -> int:
        """All lines, as bits."""
        return (1 << self.has.shape[0]) - 1

    def next_line(self, need: int) -> int | None:
        """Return the line the fewest places have, of those in `need`."""
        for line in self.hardest.tolist():
            if need >> line & 1:
                return int(line)
        return None

    def lacked_by(self, chosen: tuple[int, ...]) -> int:
        """Return the lines that none of the places has, as bits."""
        has = int(np.bitwise_or.reduce(self.masks[list(chosen)])) if chosen else 0
        return self.everything & ~has

    def sum_places(self, chosen: tuple[int, ...]) -> Ints:
        """Return the parts of places, summed. Shapes: (words,)."""
        total: Ints = self.of_place[:, list(chosen)].sum(axis=1)
        return total

    def above_best(self, line: int | None, places: Ints) -> Ints:
        """Return what a line costs at places above the least. Shapes: (words, n)."""
        if line is None:
            return np.zeros((self.least.size, places.size), np.int64)
        at_line = self.at_rank[:, line, :]
        added: Ints = at_line[:, self.ranks[line, places]] - at_line[:, :1]
        return added

    def scores(self, chosen: tuple[int, ...], last: Ints) -> Ints:
        """Return the scores of the chosen with each of the last places. Shapes: (words, n)."""
        ranks = self.ranks[:, last]
        if chosen:
            ranks = np.minimum(ranks, self.ranks[:, list(chosen)].min(axis=1)[:, None])
        lines = self.at_rank[:, np.arange(ranks.shape[0])[:, None], ranks].sum(axis=1)
        scores: Ints = self.sum_places(chosen)[:, None] + self.of_place[:, last] + lines
        return scores

    def servers(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """Return which of a set ships each line."""
        best = self.ranks[:, list(chosen)].argmin(axis=1)
        return tuple(chosen[at] for at in best.tolist())


def _ranked(has: Bools, of_line: Ints) -> tuple[Ints, Ints]:
    lines, places = has.shape
    order = np.lexsort((*of_line[::-1], ~has), axis=1)  # the last key counts first
    ranks = np.empty((lines, places), np.int64)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(places), (lines, places)), axis=1)
    ranks[~has] = places
    at_rank = np.zeros((of_line.shape[0], lines, places + 1), np.int64)
    at_rank[:, :, :places] = of_line[:, np.arange(lines)[:, None], order]
    return ranks, at_rank
