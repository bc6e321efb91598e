"""Runs, the model, pairs and answers; all over the whole group."""

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.matching import facade
from quanqu.know.matching.api.schemas import (
    AnswerIn,
    LearntOut,
    ModelOut,
    PairId,
    PairOut,
    PairQuery,
    RunId,
    RunOut,
    learnt_out,
    model_out,
    pair_out,
    run_out,
)

router = Router(tags=["matching"])


@router.get("/matching/runs", response=PageOut[RunOut], summary="List matching runs")
def list_runs(request: HttpRequest, page: Query[PageParams]) -> dict[str, object]:
    """The runs over the customers, newest first."""
    found = facade.list_runs(actor=actor_of(request), cursor=page.cursor, limit=page.limit)
    return cursor_page(request, found, run_out)


@router.post("/matching/runs", response={202: RunOut}, summary="Start a matching run")
@idempotent
def start_run(request: HttpRequest) -> dict[str, object]:
    """Queue a run; one at a time. What is sure is linked, what is not is asked about."""
    return run_out(facade.start_run(actor=actor_of(request), now=utc_now()))


@router.post("/matching/runs/{run_id}/reversal", response=RunOut, summary="Undo the links of a run")
@idempotent
def undo_run(request: HttpRequest, run_id: Path[RunId]) -> dict[str, object]:
    """Take back every link of the run that no person has settled; the pairs are asked about."""
    run = decode("mrn", run_id)
    return run_out(facade.undo_run(actor=actor_of(request), run_id=run, now=utc_now()))


@router.get("/matching/model", response=ModelOut, summary="Read the model")
def read_model(request: HttpRequest) -> dict[str, object]:
    """The model last trained: for every detail its levels with m, u and weight."""
    return model_out(facade.find_model(actor=actor_of(request)))


@router.get("/matching/learning", response=LearntOut, summary="Read what answers taught")
def read_learning(request: HttpRequest) -> dict[str, object]:
    """How many answers there are and by how many bits they move the next run."""
    return learnt_out(facade.get_learnt(actor=actor_of(request)))


@router.get("/matching/pairs", response=PageOut[PairOut], summary="List pairs")
def list_pairs(
    request: HttpRequest, query: Query[PairQuery], page: Query[PageParams]
) -> dict[str, object]:
    """The pairs in a state, the surest first."""
    found = facade.list_pairs(
        actor=actor_of(request), state=query.wanted, cursor=page.cursor, limit=page.limit
    )
    return cursor_page(request, found, pair_out)


@router.post("/matching/pairs/{pair_id}/answer", response=PairOut, summary="Answer a pair")
@idempotent
def answer_pair(request: HttpRequest, pair_id: Path[PairId], body: AnswerIn) -> dict[str, object]:
    """Say `same`, `different` or `unsure`; the first links, the second holds apart."""
    pair = decode("mpr", pair_id)
    found = facade.answer_pair(
        actor=actor_of(request), pair_id=pair, answer=body.answer, now=utc_now()
    )
    return pair_out(found)


@router.delete("/matching/pairs/{pair_id}/answer", response=PairOut, summary="Undo an answer")
def undo_answer(request: HttpRequest, pair_id: Path[PairId]) -> dict[str, object]:
    """Take the standing answer back; the pair is asked about again."""
    pair = decode("mpr", pair_id)
    return pair_out(facade.undo_answer(actor=actor_of(request), pair_id=pair, now=utc_now()))
