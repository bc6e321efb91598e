"""Scores that compare like words in a dictionary, packed into whole numbers.

A plan is scored by successive criteria, each the sum of a part of every parcel's place and a part
of every line at its place.  All parts are whole numbers from nothing up, so the order of scores
goes with addition: what is best line by line is best in sum.  A score fits into few 64-bit words:
digits of a number whose radix at each criterion is more than that criterion can come to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Ints", "Packing", "Parts", "below", "first_of"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MOST_BITS: Final = 62
"""A word keeps one bit for sums of two scores, and one for the sign."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each criterion counts.

    Shapes: `of_place` (criteria, places), `of_line` (criteria, lines, places).  Units: those of
    the criterion, in whole bands, not negative.  Where a place lacks a line its part is not read.
    """

    of_place: Ints
    of_line: Ints


@dataclass(frozen=True, slots=True)
class Packing:
    """How the digits of a score lie in words: `words[c]` and `weights[c]` of each criterion."""

    words: tuple[int, ...]
    weights: tuple[int, ...]
    radices: tuple[int, ...]

    @classmethod
    def of(cls, parts: Parts, has: Bools, most_parcels: int) -> "Packing":
        """Lay out the digits: the largest sum of each criterion, the first as the highest."""
        lines = np.where(has, parts.of_line, 0).max(axis=2, initial=0).sum(axis=1)
        places = parts.of_place.max(axis=1, initial=0)
        radices = [
            line + place * most_parcels + 1
            for line, place in zip(lines.tolist(), places.tolist(), strict=True)
        ]
        words: list[int] = []
        bits = MOST_BITS
        for radix in radices:
            needed = max(radix - 1, 1).bit_length()
            if needed > MOST_BITS:
                raise OverflowError("a criterion is too large for a word")
            if not words or bits + needed > MOST_BITS:
                words.append(words[-1] + 1 if words else 0)
                bits = 0
            else:
                words.append(words[-1])
            bits += needed
        weights = [0] * len(radices)
        weight, word = 1, -1
        for at in reversed(range(len(radices))):
            weight = 1 if words[at] != word else weight
            word, weights[at] = words[at], weight
            weight <<= max(radices[at] - 1, 1).bit_length()
        return cls(tuple(words), tuple(weights), tuple(radices))

    def pack(self, parts: Ints) -> Ints:
        """Return the words of parts. Shapes: (criteria, …) to (words, …)."""
        packed = np.zeros((self.words[-1] + 1, *parts.shape[1:]), np.int64)
        for at, (word, weight) in enumerate(zip(self.words, self.weights, strict=True)):
            packed[word] += parts[at] * weight
        return packed

    def unpack(self, score: Sequence[int]) -> tuple[int, ...]:
        """Return the digits of a score's words."""
        found = []
        for word, weight, radix in zip(self.words, self.weights, self.radices, strict=True):
            bits = max(radix - 1, 1).bit_length()
            found.append((int(score[word]) // weight) & ((1 << bits) - 1))
        return tuple(found)

    def unpack_all(self, scores: Ints) -> Ints:
        """Return the digits of many scores. Shapes: (words, n) to (criteria, n)."""
        digits = [
            scores[word] // weight & ((1 << max(radix - 1, 1).bit_length()) - 1)
            for word, weight, radix in zip(self.words, self.weights, self.radices, strict=True)
        ]
        return np.stack(digits)


def below(scores: Ints, limit: Sequence[int] | None) -> Bools:
    """Tell which scores come before a limit (None: all). Shapes: (words, n) to (n,)."""
    if limit is None:
        return np.ones(scores.shape[1], np.bool_)
    found = np.zeros(scores.shape[1], np.bool_)
    equal = np.ones(scores.shape[1], np.bool_)
    for word, top in zip(scores, limit, strict=True):
        found |= equal & (word < top)
        equal &= word == top
    return found


def first_of(scores: Ints) -> int:
    """Return where the first of the lowest scores is. Shapes: (words, n), n at least 1."""
    at = np.flatnonzero(scores[0] == scores[0].min())
    for word in scores[1:]:
        at = at[word[at] == word[at].min()]
    return int(at[0])
