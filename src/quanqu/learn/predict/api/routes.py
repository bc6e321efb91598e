"""Lookalike models, their trainings, audiences made of them, and scores of other teams."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import utc_now
from quanqu.learn.predict import facade
from quanqu.learn.predict.api.schemas import (
    ModelId,
    ModelIn,
    ModelOut,
    ScoresIn,
    ScoresOut,
    SimilarIn,
    SimilarOut,
    TrainingIn,
    TrainingOut,
    model_out,
    training_out,
)
from quanqu.learn.predict.contracts import ScoreLine

router = Router(tags=["models"])


@router.get("/models", response=PageOut[ModelOut], summary="List models")
def list_models(request: HttpRequest, page: Query[PageParams]) -> dict[str, object]:
    """The lookalike models of audiences in scope, newest first."""
    found = facade.list_models(actor=actor_of(request), cursor=page.cursor, limit=page.limit)
    return cursor_page(request, found, model_out)


@router.post("/models", response={202: ModelOut}, summary="Find similar people")
@idempotent
def create_model(request: HttpRequest, body: ModelIn) -> dict[str, Any]:
    """Queue the training of a model of who is like the members of an audience."""
    row = facade.create_model(
        actor=actor_of(request),
        audience_id=decode("aud", body.audience),
        basis=body.basis,
        now=utc_now(),
    )
    return model_out(row)


@router.get("/models/{model_id}", response=ModelOut, summary="Get a model")
def get_lookalike(request: HttpRequest, model_id: Path[ModelId]) -> dict[str, Any]:
    """One model with the cards of its last training and of the one whose scores are in force."""
    row = facade.get_lookalike(actor=actor_of(request), model_id=decode("mdl", model_id))
    return model_out(row)


@router.get("/models/{model_id}/trainings", response=PageOut[TrainingOut], summary="List trainings")
def list_trainings(
    request: HttpRequest, model_id: Path[ModelId], page: Query[PageParams]
) -> dict[str, object]:
    """The trainings of a model, newest first, with what came of each."""
    found = facade.list_trainings(
        actor=actor_of(request),
        model_id=decode("mdl", model_id),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, training_out)


@router.post("/models/{model_id}/trainings", response={202: ModelOut}, summary="Train anew")
@idempotent
def train_model(request: HttpRequest, model_id: Path[ModelId], body: TrainingIn) -> dict[str, Any]:
    """Queue another training; the scores in force stay until it has ended well."""
    row = facade.train_model(
        actor=actor_of(request), model_id=decode("mdl", model_id), basis=body.basis, now=utc_now()
    )
    return model_out(row)


@router.post(
    "/models/{model_id}/audiences", response={201: SimilarOut}, summary="Make a similar audience"
)
@idempotent
def make_similar_audience(
    request: HttpRequest, model_id: Path[ModelId], body: SimilarIn
) -> dict[str, str]:
    """Save an audience of the most similar people who are not members: a share, or so many."""
    row = facade.make_similar_audience(
        actor=actor_of(request),
        model_id=decode("mdl", model_id),
        name=body.name,
        people=body.people,
        rate=body.rate,
        now=utc_now(),
    )
    return {"audience": encode("aud", row.id), "name": row.name}


@router.post("/customers/scores/values", response=ScoresOut, summary="Write scores")
@idempotent
def record_scores(request: HttpRequest, body: ScoresIn) -> dict[str, Any]:
    """Write the numbers of a model of your own onto customers; what is rejected is told by line."""
    made = facade.record_scores(
        actor=actor_of(request),
        score=body.score,
        version=body.version,
        lines=[ScoreLine(one.customer, one.value) for one in body.values],
        now=utc_now(),
    )
    return {
        "taken": made.taken,
        "changed": made.changed,
        "rejected": [{"customer": one.customer, "reason": one.reason} for one in made.rejected],
        "reasons": dict(made.reasons),
    }
