"""Reads of runs, models, pairs and what the answers taught."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import Q

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.paging import Page
from quanqu.know.customers.facade import customer_keys, customers_by_key
from quanqu.know.matching.contracts import (
    Learnt,
    ModelRow,
    OpenPair,
    PairRow,
    PairState,
    Reason,
    RunRow,
    RunState,
)
from quanqu.know.matching.models import Answer, Model, Pair, Run
from quanqu.know.matching.queries.access import require_whole_group
from quanqu.know.matching.rules.learning import learn_shift
from quanqu.know.matching.rules.weights import weights_of

__all__ = [
    "find_model", "get_learnt", "get_pair", "learnt", "list_open_pairs_of", "list_pairs",
    "list_runs", "next_pair", "pair_row", "run_row",
]  # fmt: skip

_MOST_OF_ONE: Final = 100
_NEWEST: Final = Sorting("newest", "queued_at", read=read_moment)
_SUREST: Final = Sorting("surest", "probability", read=float)


def list_runs(*, actor: Actor, cursor: str | None = None, limit: int = 20) -> Page[RunRow]:
    """Return a page of runs, newest first. Raises: NotAllowedError, MalformedCursorError."""
    require_whole_group(actor)
    found, following = _NEWEST.page(Run.objects.select_related("model"), cursor, limit)
    return Page(tuple(run_row(run) for run in found), following)


def find_model(*, actor: Actor) -> ModelRow | None:
    """Return the model last trained. Raises: NotAllowedError."""
    require_whole_group(actor)
    model = Model.objects.order_by("-version").first()
    if model is None:
        return None
    details = weights_of(model.settings)
    return ModelRow(model.version, model.trained_at, model.rows, model.prior, details)


def list_pairs(
    *, actor: Actor, state: PairState, cursor: str | None = None, limit: int = 50
) -> Page[PairRow]:
    """Return a page of pairs in a state, the surest first.

    Raises: NotAllowedError, MalformedCursorError.
    """
    require_whole_group(actor)
    found, following = _SUREST.page(Pair.objects.filter(state=state.value), cursor, limit)
    return Page(tuple(_pair_rows(found)), following)


def get_pair(*, actor: Actor, pair_id: UUID) -> PairRow:
    """Return one pair. Raises: NotAllowedError, NotFoundError."""
    require_whole_group(actor)
    pair = Pair.objects.filter(id=pair_id).first()
    if pair is None:
        raise NotFoundError(kind="pair", ref=str(pair_id))
    return pair_row(pair)


def next_pair(*, actor: Actor) -> PairRow | None:
    """Return the open pair that teaches most: the one nearest to even odds.

    Raises: NotAllowedError.
    """
    require_whole_group(actor)
    open_pairs = Pair.objects.filter(state=PairState.OPEN.value)
    above = open_pairs.filter(probability__gte=0.5).order_by("probability", "key").first()
    below = open_pairs.filter(probability__lt=0.5).order_by("-probability", "key").first()
    found = [pair for pair in (above, below) if pair is not None]
    if not found:
        return None
    return pair_row(min(found, key=lambda pair: abs(pair.probability - 0.5)))


def list_open_pairs_of(*, actor: Actor, subject_keys: Collection[int]) -> tuple[OpenPair, ...]:
    """Return the pairs of a customer that wait for an answer, the surest first, at most 100.

    `subject_keys` are the customer's identifiers; a pair whose two sides have become one customer
    since is left out.  Raises: NotAllowedError.
    """
    require_whole_group(actor)
    own = set(subject_keys)
    sides = Q(left_key__in=own) | Q(right_key__in=own)
    waiting = Pair.objects.filter(sides, state=PairState.OPEN.value).select_related("run")
    found = list(waiting.order_by("-probability", "key")[:_MOST_OF_ONE])
    pairs = [
        (pair, other)
        for pair in found
        if (other := pair.right_key if pair.left_key in own else pair.left_key) not in own
    ]
    ids = _customer_ids({other for _, other in pairs})
    return tuple(
        OpenPair(
            pair.id, ids.get(other), pair.probability, pair.run.finished_at or pair.run.queued_at
        )
        for pair, other in pairs
    )


def get_learnt(*, actor: Actor) -> Learnt:
    """Return what the answers taught so far. Raises: NotAllowedError."""
    require_whole_group(actor)
    return learnt()


def learnt() -> Learnt:
    """Return the standing answers by kind and the shift they teach."""
    standing = Answer.objects.filter(undone_at__isnull=True)
    rows = list(standing.values_list("answer", "pair__odds_bits"))
    sure = [(odds, answer == PairState.SAME) for answer, odds in rows if answer != PairState.UNSURE]
    odds = np.array([one for one, _ in sure], np.float64)
    is_same = np.array([same for _, same in sure], np.bool_)
    kinds = [answer for answer, _ in rows]
    return Learnt(
        same=kinds.count(PairState.SAME.value),
        different=kinds.count(PairState.DIFFERENT.value),
        unsure=kinds.count(PairState.UNSURE.value),
        shift_bits=learn_shift(odds, is_same),
        open_pairs=Pair.objects.filter(state=PairState.OPEN.value).count(),
    )


def run_row(run: Run) -> RunRow:
    """Turn a run into its contract."""
    return RunRow(
        id=run.id,
        state=RunState(run.state),
        started_by=run.started_by,
        queued_at=run.queued_at,
        finished_at=run.finished_at,
        step=run.step,
        customers=run.customers,
        linked=run.linked,
        review=run.review,
        upper=run.upper,
        lower=run.lower,
        false_links=run.false_links,
        missed=run.missed,
        answers=run.answers,
        shift_bits=run.shift_bits,
        model_version=run.model.version if run.model else None,
        error=run.error,
    )


def pair_row(pair: Pair) -> PairRow:
    """Turn a pair into its contract."""
    return _pair_rows([pair])[0]


def _pair_rows(pairs: list[Pair]) -> list[PairRow]:
    """Name both customers as they are today: a merge since leads to the customer kept."""
    ids = _customer_ids({key for pair in pairs for key in (pair.left_key, pair.right_key)})
    return [_row(pair, ids) for pair in pairs]


def _customer_ids(ends: Collection[int]) -> dict[int, UUID]:
    if not ends:
        return {}
    owner = customer_keys(subject_keys=ends)
    rows = customers_by_key(actor=SYSTEM, customer_keys={*owner.values()})
    return {end: rows[key].id for end, key in owner.items() if key in rows}


def _row(pair: Pair, ids: dict[int, UUID]) -> PairRow:
    decided: datetime | None = pair.decided_at
    return PairRow(
        id=pair.id,
        left_id=ids.get(pair.left_key),
        right_id=ids.get(pair.right_key),
        odds_bits=pair.odds_bits,
        probability=pair.probability,
        state=PairState(pair.state),
        reasons=tuple(Reason(*reason) for reason in pair.reasons),
        decided_by=pair.decided_by,
        decided_at=decided,
    )
