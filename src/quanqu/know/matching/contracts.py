"""What crosses the border of matching."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "Block",
    "Comparison",
    "Level",
    "MatchResult",
    "ScoredPairs",
    "TooLittleToLearnError",
    "UnknownRolesError",
    "UnreadableFileError",
]


@dataclass(frozen=True, slots=True)
class Block:
    """A chosen key: its details, the block of every row (-1 in none), its pairs and its cover."""

    details: tuple[str, ...]
    codes: NDArray[np.int64]
    pairs: int
    covered_rate: float


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement: its code, the condition, and the column whose rarity counts."""

    code: str
    condition: str
    rarity: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A detail and its levels, best first; what fits none of them is `different`."""

    detail: str
    missing: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Pairs of rows with their weight of evidence in bits (log2 of the likelihood ratio).

    Shapes: three arrays (pairs,); left below right.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The people found in a table, and how.

    `groups`: for each row the first row of the same person.  `pairs`: left, right, weight (bits),
    probability, is_linked.  `threshold`: the mean probability from which groups are one.
    `prior`: the share of all pairs that match.  `expected_*`: what the model expects of itself.
    """

    groups: NDArray[np.int64]
    pairs: pa.Table
    roles: dict[str, str]
    model: dict[str, Any]
    threshold: float
    prior: float
    expected_precision: float
    expected_recall: float
    blocks: tuple[tuple[str, int, float], ...] = field(default=())


class TooLittleToLearnError(RefusedError):
    """The table has no two rows alike enough to learn from."""

    code = "matching.too_little"
    template = (
        "There is too little to learn from in {rows} rows: no two agree on any pair of details."
    )


class UnknownRolesError(InvalidError):
    """A column or a role is not one, or no column says who somebody is."""

    code = "matching.roles"
    template = "The columns cannot be used: {reason}."


class UnreadableFileError(InvalidError):
    """A file is no CSV or Parquet table."""

    code = "matching.file"
    template = "{path} cannot be read as a table: {reason}."
