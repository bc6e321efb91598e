"""Queue trainings and work them off: read, ask the gate, learn, judge, write the scores."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import numpy as np
import pyarrow as pa
from django.db import IntegrityError, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.errors import QuanquError, UnavailableError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import AudienceRow
from quanqu.know.audiences.facade import dump, find_day, get_audience, scope_of_audience
from quanqu.know.customers.contracts import SCORES, ScoreDraft
from quanqu.know.customers.facade import ensure_score, write_scores
from quanqu.learn.predict.actions.ending import ACTIVE, JOB, STEPS, end, end_lost
from quanqu.learn.predict.contracts import (
    BaseTooSmallError,
    LearningBasis,
    ModelRow,
    NoSignalError,
    SeedTooSmallError,
    TrainingBusyError,
    TrainingState,
    UnknownBasisError,
)
from quanqu.learn.predict.models import Lookalike, Training
from quanqu.learn.predict.queries.models import make_rows, scope_of, visible_model
from quanqu.learn.predict.queries.people import (
    count_people,
    may_learn_from,
    read_customers,
    read_known,
    read_seed,
)
from quanqu.learn.predict.rules.leaks import shared_features
from quanqu.learn.predict.rules.lookalike import Learnt, check_signal, check_sizes, learn

MANAGE: Final = "audiences.manage"


def create_model(*, actor: Actor, audience_id: UUID, basis: str, now: datetime) -> ModelRow:
    """Have it learned what tells the members of an audience from others, and queue the training.

    An audience has one model: asked for again, it is trained anew.  It is trained in the scope of
    the audience.  Raises: NotAllowedError, NotFoundError, UnknownBasisError, TrainingBusyError.
    """
    actor.require(MANAGE)
    known = _basis(basis)
    audience = get_audience(actor=actor, audience_id=audience_id)
    scope = scope_of_audience(actor=actor, audience_id=audience_id)
    score = f"lookalike:{encode('aud', audience.id)}"
    with transaction.atomic():
        model, _ = Lookalike.objects.get_or_create(
            audience_id=audience.id,
            defaults={
                "places": None if scope.everything else sorted(scope.places),
                "score": score,
                "created_at": now,
            },
        )
        visible_model(actor, model.id, MANAGE)  # managing is asked for all of the audience's scope
        _queue(actor, model, audience, known, now)
    return make_rows([model])[0]


def train_model(*, actor: Actor, model_id: UUID, basis: str, now: datetime) -> ModelRow:
    """Queue another training, of the audience as it is now.

    The scores in force stay until it has ended well.
    Raises: NotAllowedError, NotFoundError, UnknownBasisError, TrainingBusyError.
    """
    known = _basis(basis)
    model = visible_model(actor, model_id, MANAGE)
    audience = get_audience(actor=actor, audience_id=model.audience_id)
    with transaction.atomic():
        _queue(actor, model, audience, known, now)
    return make_rows([model])[0]


def work_training(*, training_key: int, now: datetime) -> str:
    """Work one training off and return what came of it.

    Everything is read and learned outside a transaction; scores, card and state are written in one:
    killed before it, nothing has happened and the next try begins anew.  What the rules refuse ends
    the training with the reason.
    """
    training = Training.objects.filter(key=training_key, state__in=ACTIVE).first()
    if training is None:
        return ""
    _tell(training, 1, state=TrainingState.RUNNING.value)
    publish_dirty(now=now)
    try:
        learnt, keys = _learn(training, now)
    except (SeedTooSmallError, BaseTooSmallError) as error:
        return end(training, TrainingState.REFUSED, now, error=error)
    except UnavailableError:  # the engine does not answer: the job tries again
        raise
    except QuanquError as error:
        return end(training, TrainingState.FAILED, now, error=error)
    try:
        check_signal(learnt.card)
    except NoSignalError as error:
        return end(training, TrainingState.REFUSED, now, error=error, card=learnt.card)
    return _write(training, learnt, keys, now)


def _queue(
    actor: Actor, model: Lookalike, audience: AudienceRow, basis: LearningBasis, now: datetime
) -> None:
    as_of = find_day(scope=scope_of(model), today=now.astimezone(UTC).date())
    end_lost(now=now, model_key=model.key)
    try:
        with transaction.atomic():
            training = Training.objects.create(
                model=model,
                state=TrainingState.QUEUED.value,
                basis=basis.value,
                audience_version=audience.version,
                as_of=as_of,
                queued_by=actor.name,
                queued_at=now,
            )
    except IntegrityError as error:
        raise TrainingBusyError from error
    after = {"audience": encode("aud", audience.id), "basis": basis.value}
    subject = encode("mdl", model.id)
    record(actor=actor, action="predict.train", subject=subject, after=after, now=now)
    defer(JOB, training_key=training.key)


def _learn(training: Training, now: datetime) -> tuple[Learnt, Any]:
    """Return the card and the similarities, and the keys these are of, in order."""
    model = training.model
    audience = get_audience(actor=SYSTEM, audience_id=model.audience_id)
    scope, basis = scope_of(model), LearningBasis(training.basis)
    customers = read_customers(scope)
    everybody = customers["customer_key"].to_numpy()
    seed = read_seed(dump(definition=audience.definition), scope, training.as_of)
    _tell(training, 2, audience_version=audience.version)
    allowed, why = may_learn_from(everybody, basis, now)
    counts = count_people(everybody, seed, why)
    _tell(training, 3, counts=msgspec.to_builtins(counts))
    keys = everybody[allowed]
    is_member = np.isin(keys, seed)
    check_sizes(is_member)
    known = read_known(customers, keys, scope, training.as_of)
    _tell(training, 4)
    shared = shared_features(audience.definition.match)
    learnt = learn(known, is_member, basis=basis, shared=shared)
    _tell(training, 5)
    return learnt, keys


def _write(training: Training, learnt: Learnt, keys: Any, now: datetime) -> str:
    """Put the scores in the place of those in force and end the training, all at once."""
    with transaction.atomic():
        model = Lookalike.objects.select_for_update().get(key=training.model_id)
        row = Training.objects.select_for_update().get(key=training.key)
        if row.state not in ACTIVE:
            return ""
        # whoever took their word back while it was learned is not scored
        still, _ = may_learn_from(keys, LearningBasis(row.basis), now)
        model.version += 1
        model.save(update_fields=["version"])
        ensure_score(actor=SYSTEM, draft=_draft(model.score), now=now)
        scores = pa.table([keys[still], learnt.similarity[still]], schema=SCORES)
        write_scores(
            name=model.score, version=str(model.version), scores=scores, at=now, is_whole=True
        )
        row.version = model.version
        row.save(update_fields=["version"])
        card = replace(learnt.card, scored=int(still.sum()))
        end(row, TrainingState.DONE, now, card=card)
    publish_dirty(now=now)
    return f"{int(still.sum())} scored"


def _draft(score: str) -> ScoreDraft:
    meaning = "How similar a customer is to the members of an audience: the chance of being one."
    return ScoreDraft(score, meaning, "learn.predict", 0.0, 1.0)


def _tell(training: Training, step: int, **more: Any) -> None:
    Training.objects.filter(key=training.key, state__in=ACTIVE).update(step=step, **more)


def _basis(text: str) -> LearningBasis:
    if text not in set(LearningBasis):
        raise UnknownBasisError(basis=text[:40])
    return LearningBasis(text)


__all__ = ["JOB", "STEPS", "create_model", "train_model", "work_training"]
