"""Scores: what is defined, and what each says of a customer."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.customers import facade
from quanqu.know.customers.api.schemas import CustomerId
from quanqu.know.customers.contracts import CustomerScoreRow, ScoreDefinition, ScoreDraft

router = Router(tags=["scores"])

ScoreName = Annotated[str, Field(max_length=60, examples=["churn_90d"])]


class ScoreIn(Schema):
    """A score: its name in rules (`scores.<name>`), what it means, and between which bounds."""

    name: ScoreName
    meaning: Annotated[str, Field(max_length=600, examples=["Chance of no order in 90 days"])]
    owner: Annotated[str, Field(max_length=200, examples=["Data science"])]
    low: float | None = None
    high: float | None = None


class ScoreOut(Schema):
    """A score as it stands; `customers` are those in scope that have a number."""

    name: str
    meaning: str
    owner: str
    low: float | None
    high: float | None
    version: str
    scored_at: str | None
    customers: int


class ScoreValueOut(Schema):
    """What a score says of a customer; `tenth` is 1 for the highest, null until the lake has it."""

    name: str
    meaning: str
    value: float
    tenth: int | None
    version: str
    scored_at: str


@router.get("/customers/scores/definitions", response=list[ScoreOut], summary="List scores")
def list_scores(request: HttpRequest) -> list[dict[str, object]]:
    """The scores that customers in scope have; to who sees the whole group all that are defined."""
    return [_score_out(row) for row in facade.list_scores(actor=actor_of(request))]


@router.put("/customers/scores/definitions", response=ScoreOut, summary="Define a score")
@idempotent
def define_score(request: HttpRequest, body: ScoreIn) -> dict[str, object]:
    """Say what a score means, who looks after it and its bounds; a new one is made."""
    actor = actor_of(request)
    draft = ScoreDraft(body.name, body.meaning, body.owner, body.low, body.high)
    facade.define_score(actor=actor, draft=draft, now=utc_now())
    (found,) = (row for row in facade.list_scores(actor=actor) if row.name == body.name)
    return _score_out(found)


@router.get(
    "/customers/{customer_id}/scores", response=list[ScoreValueOut], summary="Scores of a customer"
)
def list_customer_scores(
    request: HttpRequest, customer_id: Path[CustomerId]
) -> list[dict[str, object]]:
    """What each score says of one customer, and in which tenth of those in scope it stands."""
    id_ = decode("cus", customer_id)
    found = facade.list_customer_scores(actor=actor_of(request), customer_id=id_)
    return [_value_out(row) for row in found]


def _score_out(row: ScoreDefinition) -> dict[str, object]:
    return {
        "name": row.name,
        "meaning": row.meaning,
        "owner": row.owner,
        "low": row.low,
        "high": row.high,
        "version": row.version,
        "scored_at": format_time(row.scored_at) if row.scored_at else None,
        "customers": row.customers,
    }


def _value_out(row: CustomerScoreRow) -> dict[str, object]:
    return {
        "name": row.name,
        "meaning": row.meaning,
        "value": row.value,
        "tenth": row.tenth,
        "version": row.version,
        "scored_at": format_time(row.at),
    }
