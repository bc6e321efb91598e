"""Models, their trainings and the card that says how good one is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

__all__ = [
    "Card",
    "Counts",
    "Estimate",
    "LearningBasis",
    "LeftOut",
    "ModelRow",
    "RejectedScore",
    "ScoreLine",
    "ScoresWritten",
    "Tenth",
    "TrainingRow",
    "TrainingState",
    "Weight",
]


class TrainingState(StrEnum):
    """Where a training is; `refused`: the data does not carry a model, the card says why."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class LearningBasis(StrEnum):
    """On what people are learned from and scored: they agreed, or they were never asked and the
    group relies on its legitimate interests.  Whoever refused is left out either way.

    Source: GDPR Art. 6(1)(a) and (f).
    """

    CONSENT = "consent"
    LEGITIMATE_INTERESTS = "legitimate_interests"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many customers the gate kept out of training and scoring, and how many of them are
    members of the audience; `purpose` and `reason` are the gate's words."""

    purpose: str
    reason: str
    people: int
    seed: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Whom a training looked at: everybody in scope, those of them who may be learned from, and
    the members of the audience among these."""

    everybody: int
    base: int
    seed: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What one feature says: the weight of one standard deviation in log-odds, and the mean of the
    feature among members and others trained on.  `is_shared`: the audience's rules speak of it."""

    code: str
    weight: float
    seed_mean: float
    other_mean: float
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the people tested on, the most similar first: how many, the share of members that
    the model expected and the share there was (0–1)."""

    people: int
    expected: float
    observed: float


@dataclass(frozen=True, slots=True)
class Card:
    """How a model was made and how good it is on people that it was not trained on.

    `plain_*`: the same of the plain rule "from the members' most frequent country, the more recent
    the last order the better".  `lift`: members in the best tenth over members anywhere.
    """

    basis: LearningBasis
    trained: int
    trained_seed: int
    tested: int
    tested_seed: int
    auc: Estimate
    lift: Estimate
    plain_auc: Estimate
    plain_lift: Estimate
    plain_country: str
    tenths: tuple[Tenth, ...]
    weights: tuple[Weight, ...]
    constant: tuple[str, ...]
    iterations: int
    scored: int


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One training: of which version of the audience, as of which day, and what came of it.

    `version` numbers the scores it wrote, None unless done; `error` is the code of a refusal with
    its `details`.
    """

    id: UUID
    state: TrainingState
    basis: LearningBasis
    step: int
    audience_version: int
    as_of: date
    queued_by: str
    queued_at: datetime
    finished_at: datetime | None
    version: int | None
    counts: Counts | None
    card: Card | None
    error: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A lookalike model of an audience: the score it writes, its last training, and the one whose
    scores are in force (None: none yet)."""

    id: UUID
    audience_id: UUID
    score: str
    created_at: datetime
    last: TrainingRow
    in_force: TrainingRow | None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A number that an outside team gives a customer, by outside id."""

    customer: str
    value: float


@dataclass(frozen=True, slots=True)
class RejectedScore:
    """A line that was not taken, and why: unknown, out_of_range, twice, or the gate's reason."""

    customer: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScoresWritten:
    """What became of a batch: how many lines were taken, how many of them changed anything, and
    those rejected, counted by reason."""

    taken: int
    changed: int
    rejected: tuple[RejectedScore, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
