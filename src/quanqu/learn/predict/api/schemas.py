"""What the calls of models take and give."""

from typing import Annotated, Any

import msgspec
from ninja import Schema
from pydantic import Field

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.learn.predict.contracts import ModelRow, TrainingRow

ModelId = Annotated[str, Field(max_length=40, examples=["mdl_01hz0000000000000000000000"])]
Basis = Annotated[
    str,
    Field(
        max_length=40,
        description="consent: learn from and score those who agreed; legitimate_interests: also "
        "those who were never asked. Whoever refused is left out either way.",
        examples=["consent"],
    ),
]


class ModelIn(Schema):
    """The audience whose like is looked for, and on what basis people are learned from."""

    audience: Annotated[str, Field(max_length=40, examples=["aud_01hz0000000000000000000000"])]
    basis: Basis = "consent"


class TrainingIn(Schema):
    """On what basis people are learned from."""

    basis: Basis = "consent"


class SimilarIn(Schema):
    """A name, and either a share (0–1) of those with a score or a number of people."""

    name: Annotated[str, Field(max_length=200, examples=["Like our VIPs"])]
    rate: float | None = Field(None, examples=[0.05])
    people: int | None = None


class SimilarOut(Schema):
    """The audience that was made."""

    audience: str
    name: str


class ScoreValueIn(Schema):
    """A customer and its number."""

    customer: Annotated[str, Field(max_length=40, examples=["cus_01hz0000000000000000000000"])]
    value: float


class ScoresIn(Schema):
    """Numbers of one score, 10,000 at most, and the version of the model that made them."""

    score: Annotated[str, Field(max_length=60, examples=["churn_90d"])]
    version: Annotated[str, Field(max_length=40, examples=["2026-11-27"])]
    values: Annotated[list[ScoreValueIn], Field(max_length=10_000)]


class RejectedOut(Schema):
    """A line that was not taken: unknown, out_of_range, twice, or the gate's reason."""

    customer: str
    reason: str


class ScoresOut(Schema):
    """How many lines were taken, how many changed anything, and which were rejected."""

    taken: int
    changed: int
    rejected: list[RejectedOut]
    reasons: dict[str, int]


class EstimateOut(Schema):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class LeftOutOut(Schema):
    """How many the gate kept out, by purpose and reason, and how many of them are members."""

    purpose: str
    reason: str
    people: int
    seed: int


class CountsOut(Schema):
    """Whom a training looked at."""

    everybody: int
    base: int
    seed: int
    left_out: list[LeftOutOut]


class WeightOut(Schema):
    """What a feature says, in log-odds for one standard deviation."""

    code: str
    weight: float
    seed_mean: float
    other_mean: float
    is_shared: bool


class TenthOut(Schema):
    """A tenth of the people tested on."""

    people: int
    expected: float
    observed: float


class CardOut(Schema):
    """How a model was made and how good it is on people it was not trained on."""

    basis: str
    trained: int
    trained_seed: int
    tested: int
    tested_seed: int
    auc: EstimateOut
    lift: EstimateOut
    plain_auc: EstimateOut
    plain_lift: EstimateOut
    plain_country: str
    tenths: list[TenthOut]
    weights: list[WeightOut]
    constant: list[str]
    iterations: int
    scored: int


class TrainingOut(Schema):
    """One training; `error` is the code of a refusal."""

    id: str
    state: str
    basis: str
    step: int
    audience_version: int
    as_of: str
    queued_by: str
    queued_at: str
    finished_at: str | None
    version: int | None
    counts: CountsOut | None
    card: CardOut | None
    error: str
    details: dict[str, str]


class ModelOut(Schema):
    """A lookalike model of an audience; `score` is the name its scores have in rules."""

    id: str
    audience: str
    score: str
    created_at: str
    last: TrainingOut
    in_force: TrainingOut | None


def model_out(row: ModelRow) -> dict[str, Any]:
    """Write a model."""
    return {
        "id": encode("mdl", row.id),
        "audience": encode("aud", row.audience_id),
        "score": row.score,
        "created_at": format_time(row.created_at),
        "last": training_out(row.last),
        "in_force": training_out(row.in_force) if row.in_force else None,
    }


def training_out(row: TrainingRow) -> dict[str, Any]:
    """Write a training."""
    return {
        "id": encode("trn", row.id),
        "state": row.state.value,
        "basis": row.basis.value,
        "step": row.step,
        "audience_version": row.audience_version,
        "as_of": row.as_of.isoformat(),
        "queued_by": row.queued_by,
        "queued_at": format_time(row.queued_at),
        "finished_at": format_time(row.finished_at) if row.finished_at else None,
        "version": row.version,
        "counts": msgspec.to_builtins(row.counts),
        "card": msgspec.to_builtins(row.card),
        "error": row.error,
        "details": dict(row.details),
    }
