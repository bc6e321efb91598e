"""What the calls of matching take and give."""

from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.matching.contracts import (
    ANSWERS,
    Learnt,
    ModelRow,
    PairRow,
    PairState,
    RunRow,
)

RunId = Annotated[str, Field(description="A run, `mrn_…`.")]
PairId = Annotated[str, Field(description="A pair, `mpr_…`.")]
State = Literal["", "open", "linked", "same", "different", "unsure"]
AnswerText = Annotated[str, StringConstraints(max_length=40)]


class RunOut(Schema):
    """A run over the customers and what came of it."""

    id: str
    state: str
    started_by: str
    queued_at: str
    finished_at: str | None
    step: int
    customers: int
    linked: int
    review: int
    upper: float | None
    lower: float | None
    expected_false_links: float | None
    expected_missed: float | None
    answers: int
    shift_bits: float
    model_version: int | None
    error: str


class LevelOut(Schema):
    """A level of a detail: m, u and the weight in bits."""

    code: str
    m: float
    u: float
    weight_bits: float


class DetailOut(Schema):
    """A detail and its levels, best first."""

    detail: str
    levels: list[LevelOut]


class ModelOut(Schema):
    """The model last trained; version 0 before the first run."""

    version: int
    trained_at: str | None
    rows: int
    prior: float
    details: list[DetailOut]


class LearntOut(Schema):
    """What the answers taught so far; the next run takes the shift into account."""

    same: int
    different: int
    unsure: int
    shift_bits: float
    open_pairs: int


class ReasonOut(Schema):
    """What one detail says of the pair."""

    detail: str
    level: str
    weight_bits: float
    rarity_bits: float


class PairOut(Schema):
    """Two customers that may be one; a customer erased since is null."""

    id: str
    left_customer_id: str | None
    right_customer_id: str | None
    probability: float
    state: str
    reasons: list[ReasonOut]
    decided_by: str
    decided_at: str | None


class PairQuery(Schema):
    """Which pairs: open ones unless `state` says otherwise."""

    state: State = ""

    @property
    def wanted(self) -> PairState:
        """The state asked for."""
        return PairState(self.state or "open")


class AnswerIn(Schema):
    """A person's answer."""

    answer: AnswerText = Field(
        description=f"One of {', '.join(known.value for known in ANSWERS)}.", examples=["same"]
    )


def run_out(row: RunRow) -> dict[str, object]:
    """Write a run."""
    return {
        "id": encode("mrn", row.id),
        "state": row.state.value,
        "started_by": row.started_by,
        "queued_at": format_time(row.queued_at),
        "finished_at": format_time(row.finished_at) if row.finished_at else None,
        "step": row.step,
        "customers": row.customers,
        "linked": row.linked,
        "review": row.review,
        "upper": row.upper,
        "lower": row.lower,
        "expected_false_links": row.false_links,
        "expected_missed": row.missed,
        "answers": row.answers,
        "shift_bits": row.shift_bits,
        "model_version": row.model_version,
        "error": row.error,
    }


def model_out(row: ModelRow | None) -> dict[str, object]:
    """Write a model."""
    if row is None:
        return {"version": 0, "trained_at": None, "rows": 0, "prior": 0.0, "details": []}
    return {
        "version": row.version,
        "trained_at": format_time(row.trained_at),
        "rows": row.rows,
        "prior": row.prior,
        "details": [
            {
                "detail": detail.detail,
                "levels": [
                    {"code": one.code, "m": one.m, "u": one.u, "weight_bits": one.weight}
                    for one in detail.levels
                ],
            }
            for detail in row.details
        ],
    }


def learnt_out(row: Learnt) -> dict[str, object]:
    """Write what the answers taught."""
    return {
        "same": row.same,
        "different": row.different,
        "unsure": row.unsure,
        "shift_bits": row.shift_bits,
        "open_pairs": row.open_pairs,
    }


def pair_out(row: PairRow) -> dict[str, object]:
    """Write a pair."""
    return {
        "id": encode("mpr", row.id),
        "left_customer_id": encode("cus", row.left_id) if row.left_id else None,
        "right_customer_id": encode("cus", row.right_id) if row.right_id else None,
        "probability": row.probability,
        "state": row.state.value,
        "reasons": [
            {
                "detail": one.detail,
                "level": one.level,
                "weight_bits": one.weight,
                "rarity_bits": one.rarity,
            }
            for one in row.reasons
        ],
        "decided_by": row.decided_by,
        "decided_at": format_time(row.decided_at) if row.decided_at else None,
    }
