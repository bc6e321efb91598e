"""What crosses the border of matching."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "ANSWERS",
    "Block",
    "Comparison",
    "DetailWeights",
    "Learnt",
    "Level",
    "LevelWeight",
    "MatchResult",
    "ModelRow",
    "NothingToUndoError",
    "OpenPair",
    "PairRow",
    "PairSettledError",
    "PairState",
    "Reason",
    "RunInProgressError",
    "RunRow",
    "RunState",
    "ScoredPairs",
    "TooLittleToLearnError",
    "UnknownAnswerError",
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
    probability, is_linked.  `odds_bits`: of each pair, before answers shift it.  `reasons`: detail
    → bits of each pair, where they were asked for.  `threshold`: the mean probability from which
    groups are one.  `prior`: the share of all pairs that match.  `expected_*`: what the model
    expects of itself.
    """

    groups: NDArray[np.int64]
    pairs: pa.Table
    roles: dict[str, str]
    model: dict[str, Any]
    threshold: float
    prior: float
    expected_precision: float
    expected_recall: float
    odds_bits: NDArray[np.float64]
    reasons: dict[str, NDArray[np.float64]] = field(default_factory=dict)


class TooLittleToLearnError(RefusedError):
    """The table has no two rows alike enough to learn from."""

    code = "matching.too_little"
    template = "Too few rows to learn from ({rows}): no two agree on any pair of details."


class UnknownRolesError(InvalidError):
    """A column or a role is not one, or no column says who somebody is."""

    code = "matching.roles"
    template = "The columns cannot be used: {reason}."


class UnreadableFileError(InvalidError):
    """A file is no CSV or Parquet table."""

    code = "matching.file"
    template = "{path} cannot be read as a table: {reason}."


class RunState(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class PairState(StrEnum):
    """What became of a pair: asked about, linked by the model, or settled by a person."""

    OPEN = "open"
    LINKED = "linked"
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


ANSWERS: Final = (PairState.SAME, PairState.DIFFERENT, PairState.UNSURE)


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """One level of a detail: how often among matches (m), by chance (u), and log2(m / u)."""

    code: str
    m: float
    u: float
    weight: float


@dataclass(frozen=True, slots=True)
class DetailWeights:
    """The levels of one detail, best first."""

    detail: str
    levels: tuple[LevelWeight, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one detail of a pair says: its level, the level's bits, what rarity adds."""

    detail: str
    level: str
    weight: float
    rarity: float


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run over the customers."""

    id: UUID
    state: RunState
    started_by: str
    queued_at: datetime
    finished_at: datetime | None
    step: int
    customers: int
    linked: int
    review: int
    upper: float | None
    lower: float | None
    false_links: float | None
    missed: float | None
    answers: int
    shift_bits: float
    model_version: int | None
    error: str


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One trained model, never changed."""

    version: int
    trained_at: datetime
    rows: int
    prior: float
    details: tuple[DetailWeights, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two customers that may be one person; they are named by their own ids."""

    id: UUID
    left_id: UUID | None
    right_id: UUID | None
    odds_bits: float
    probability: float
    state: PairState
    reasons: tuple[Reason, ...]
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenPair:
    """A pair that waits for an answer, as one of its two customers sees it: the other one (None
    once it is gone), how sure the model is, and since when it is asked about."""

    id: UUID
    other_id: UUID | None
    probability: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the answers so far have taught: their number by kind and the shift in bits."""

    same: int
    different: int
    unsure: int
    shift_bits: float
    open_pairs: int

    @property
    def answers(self) -> int:
        """How many answers teach: those that are sure."""
        return self.same + self.different


class RunInProgressError(RefusedError):
    """One run at a time: the other is not done."""

    code = "matching.run_in_progress"
    template = "A matching run is under way; wait until it has ended."


class PairSettledError(RefusedError):
    """The pair has been answered; undo that first."""

    code = "matching.pair_settled"
    template = "This pair has been answered already. Undo that answer first."


class NothingToUndoError(RefusedError):
    """There is no answer or link to take back."""

    code = "matching.nothing_to_undo"
    template = "There is nothing to undo here."


class UnknownAnswerError(InvalidError):
    """An answer is none of the three."""

    code = "matching.answer"
    template = "{answer!r} is no answer: choose same, different or unsure."
