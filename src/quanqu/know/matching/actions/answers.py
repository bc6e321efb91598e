"""Answers of people about pairs: evidence, a verdict, or a label alone; each can be undone."""

from datetime import datetime
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotFoundError
from quanqu.know.customers.facade import (
    add_match_evidence,
    hold_apart,
    lift_apart,
    withdraw_match_evidence,
)
from quanqu.know.matching.contracts import (
    ANSWERS,
    NothingToUndoError,
    PairRow,
    PairSettledError,
    PairState,
    UnknownAnswerError,
)
from quanqu.know.matching.models import Answer, Pair
from quanqu.know.matching.queries.access import require_whole_group
from quanqu.know.matching.queries.runs import pair_row

SOURCE: Final = "matching.review"


def answer_pair(*, actor: Actor, pair_id: UUID, answer: str, now: datetime) -> PairRow:
    """Settle a pair: `same` links the customers, `different` holds them apart, `unsure` is kept.

    Giving the same answer again changes nothing.  Locks: the pair, the identity lock.
    Raises: NotAllowedError, NotFoundError, UnknownAnswerError, PairSettledError.
    """
    require_whole_group(actor)
    if answer not in [known.value for known in ANSWERS]:
        raise UnknownAnswerError(answer=answer[:40])
    with transaction.atomic():
        pair = _locked(pair_id)
        if pair.state == answer:
            return pair_row(pair)
        if pair.state not in (PairState.OPEN, PairState.LINKED):
            raise PairSettledError
        ends = _ends(pair)
        if answer == PairState.SAME:
            stated = ends.append_column("confidence", pa.array([1.0]))
            add_match_evidence(actor=actor, pairs=stated, source=SOURCE, rule="review", now=now)
        elif answer == PairState.DIFFERENT:
            hold_apart(actor=actor, pairs=ends, source=SOURCE, reason="not the same", now=now)
        Answer.objects.create(pair=pair, answer=answer, answered_by=actor.id, answered_at=now)
        pair.state, pair.decided_by, pair.decided_at = answer, actor.name, now
        pair.save(update_fields=["state", "decided_by", "decided_at"])
        _note(actor, "matching.answer", pair, {"answer": answer}, now)
    return pair_row(pair)


def undo_answer(*, actor: Actor, pair_id: UUID, now: datetime) -> PairRow:
    """Take the standing answer back; the pair is asked about again.

    Locks: the pair, the identity lock.
    Raises: NotAllowedError, NotFoundError, NothingToUndoError.
    """
    require_whole_group(actor)
    with transaction.atomic():
        pair = _locked(pair_id)
        standing = Answer.objects.filter(pair=pair, undone_at__isnull=True).first()
        if standing is None:
            raise NothingToUndoError
        if standing.answer == PairState.SAME:
            withdraw_match_evidence(actor=actor, pairs=_ends(pair), source=SOURCE, now=now)
        elif standing.answer == PairState.DIFFERENT:
            lift_apart(actor=actor, pairs=_ends(pair), source=SOURCE, now=now)
        standing.undone_by, standing.undone_at = actor.id, now
        standing.save(update_fields=["undone_by", "undone_at"])
        pair.state, pair.decided_by, pair.decided_at = PairState.OPEN.value, "", None
        pair.save(update_fields=["state", "decided_by", "decided_at"])
        _note(actor, "matching.undo_answer", pair, {"answer": standing.answer}, now)
    return pair_row(pair)


def _locked(pair_id: UUID) -> Pair:
    pair = Pair.objects.select_for_update().filter(id=pair_id).first()
    if pair is None:
        raise NotFoundError(kind="pair", ref=str(pair_id))
    return pair


def _ends(pair: Pair) -> pa.Table:
    return pa.table({"left_subject": [pair.left_key], "right_subject": [pair.right_key]})


def _note(actor: Actor, action: str, pair: Pair, after: dict[str, str], now: datetime) -> None:
    record(actor=actor, action=action, subject=str(pair.id), after=after, now=now)
