"""Make an audience of the people most similar to the members of another."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import publish_dirty, waiting_partitions
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import AudienceRow
from quanqu.know.audiences.facade import dump, find_day, get_audience, save_audience
from quanqu.learn.predict.actions.training import MANAGE
from quanqu.learn.predict.contracts import NotTrainedError, SimilarSizeError
from quanqu.learn.predict.queries.models import scope_of, visible_model
from quanqu.learn.predict.queries.similar import border_of

MOST_PEOPLE: Final = 10_000_000
LEAST_RATE: Final = 0.001
MOST_RATE: Final = 0.5


def make_similar_audience(
    *,
    actor: Actor,
    model_id: UUID,
    name: str,
    now: datetime,
    people: int | None = None,
    rate: float | None = None,
) -> AudienceRow:
    """Save an audience of the most similar people beside the members: so many, or such a share of
    those with a score.  It is a rule on the score, so it follows every later training.

    Raises: NotAllowedError, NotFoundError, SimilarSizeError, NotTrainedError, AudienceNameError,
    DefinitionError.
    """
    _check_size(people, rate)
    model = visible_model(actor, model_id, MANAGE)
    if not model.version:
        raise NotTrainedError
    seed = get_audience(actor=actor, audience_id=model.audience_id)
    if waiting_partitions("dim_score") != frozenset():
        publish_dirty(now=now)
    scope = scope_of(model)
    as_of = find_day(scope=scope, today=now.astimezone(UTC).date())
    rules = dump(definition=seed.definition)
    border, count = border_of(model.score, rules, scope, as_of, people=people, rate=rate)
    made = save_audience(
        actor=actor,
        name=name,
        definition=similar_rules(model.score, border, encode("aud", seed.id)),
        now=now,
    )
    after = {"audience": encode("aud", made.id), "from": border, "people": count}
    subject = encode("mdl", model.id)
    record(actor=actor, action="predict.make_similar", subject=subject, after=after, now=now)
    return made


def similar_rules(score: str, border: float, seed: str) -> dict[str, Any]:
    """Return the rules: a score of at least the border, and not a member."""
    field = f"scores.{score}"
    is_similar = {"kind": "profile", "field": field, "op": "gte", "value": border}
    is_member = {"kind": "audience", "audience": seed}
    nodes = [is_similar, {"kind": "not", "node": is_member}]
    return {"version": 2, "match": {"kind": "and", "nodes": nodes}}


def _check_size(people: int | None, rate: float | None) -> None:
    is_rate = people is None and rate is not None and LEAST_RATE <= rate <= MOST_RATE
    is_number = rate is None and people is not None and 1 <= people <= MOST_PEOPLE
    if not is_rate and not is_number:
        raise SimilarSizeError(most=MOST_PEOPLE)
