"""Models and their trainings, as far as somebody may see their audiences."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.learn.predict.contracts import (
    Card,
    Counts,
    LearningBasis,
    ModelRow,
    TrainingRow,
    TrainingState,
)
from quanqu.learn.predict.models import Lookalike, Training

VIEW: Final = "audiences.view"
_NEWEST: Final = Sorting("newest", "created_at", read=read_moment)
_LAST: Final = Sorting("last", "queued_at", read=read_moment)


def list_models(*, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[ModelRow]:
    """Return a page of the models of audiences in scope, newest first.

    Raises: NotAllowedError, MalformedCursorError.
    """
    actor.require(VIEW)
    found = Lookalike.objects.visible_to(actor.scope(VIEW))
    rows, following = _NEWEST.page(found, cursor, limit)
    return Page(make_rows(rows), following)


def get_lookalike(*, actor: Actor, model_id: UUID) -> ModelRow:
    """Return one model. Raises: NotAllowedError, NotFoundError."""
    return make_rows([visible_model(actor, model_id, VIEW)])[0]


def find_model_of(*, actor: Actor, audience_id: UUID) -> ModelRow | None:
    """Return the model of an audience, None without one. Raises: NotAllowedError."""
    actor.require(VIEW)
    visible = Lookalike.objects.visible_to(actor.scope(VIEW))
    return next(iter(make_rows(visible.filter(audience_id=audience_id))), None)


def list_trainings(
    *, actor: Actor, model_id: UUID, cursor: str | None = None, limit: int = 20
) -> Page[TrainingRow]:
    """Return a page of a model's trainings, newest first.

    Raises: NotAllowedError, NotFoundError, MalformedCursorError.
    """
    model = visible_model(actor, model_id, VIEW)
    rows, following = _LAST.page(Training.objects.filter(model=model), cursor, limit)
    return Page(tuple(training_row(row) for row in rows), following)


def scored_audiences(*, actor: Actor) -> dict[str, UUID]:
    """Return the lookalike scores whose audiences the actor may see, each with its audience.

    Raises: NotAllowedError.
    """
    actor.require(VIEW)
    visible = Lookalike.objects.visible_to(actor.scope(VIEW))
    return dict(visible.values_list("score", "audience_id"))


def visible_model(actor: Actor, model_id: UUID, permission: str) -> Lookalike:
    """Return the row of a model in the scope of a permission.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require(permission)
    visible = Lookalike.objects.visible_to(actor.scope(permission))
    found = visible.filter(id=model_id).first()
    if found is None:
        raise NotFoundError(kind="Model", ref=encode("mdl", model_id))
    return found


def scope_of(model: Lookalike) -> Scope:
    """Return the scope a model is trained in."""
    places = model.places
    return Scope(everything=True) if places is None else Scope(places=frozenset(places))


def make_rows(models: Iterable[Lookalike]) -> tuple[ModelRow, ...]:
    """Turn table rows into contracts: two queries, whatever their number."""
    rows = list(models)
    keys = [row.key for row in rows]
    newest = Training.objects.filter(model_id__in=keys).order_by("model_id", "-key")
    last = {row.model_id: row for row in newest.distinct("model_id")}
    done = newest.filter(state=TrainingState.DONE.value).distinct("model_id")
    in_force = {row.model_id: training_row(row) for row in done}
    return tuple(
        ModelRow(
            id=row.id,
            audience_id=row.audience_id,
            score=row.score,
            created_at=row.created_at,
            last=training_row(last[row.key]),
            in_force=in_force.get(row.key),
        )
        for row in rows
    )


def training_row(row: Training) -> TrainingRow:
    """Turn a training into its contract."""
    return TrainingRow(
        id=row.id,
        state=TrainingState(row.state),
        basis=LearningBasis(row.basis),
        step=row.step,
        audience_version=row.audience_version,
        as_of=row.as_of,
        queued_by=row.queued_by,
        queued_at=row.queued_at,
        finished_at=row.finished_at,
        version=row.version,
        counts=None if row.counts is None else msgspec.convert(row.counts, Counts),
        card=None if row.card is None else msgspec.convert(row.card, Card),
        error=row.error,
        details=row.details,
    )
