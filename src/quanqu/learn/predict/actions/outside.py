"""Scores of other teams: written onto customers as far as the gate allows it."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.know.consent.contracts import Channel, Purpose
from quanqu.know.consent.facade import decide
from quanqu.know.customers.contracts import SCORES, UnknownScoreError
from quanqu.know.customers.facade import keys_of_customers, list_score_names, write_scores
from quanqu.learn.predict.actions.dropping import PASSES
from quanqu.learn.predict.contracts import (
    OwnScoreError,
    RejectedScore,
    ScoreBatchError,
    ScoreLine,
    ScoresWritten,
)
from quanqu.learn.predict.models import Lookalike

MOST_SCORES: Final = 10_000
LONGEST_VERSION: Final = 40
_MANAGE: Final = "customers.manage"


def record_scores(
    *, actor: Actor, score: str, version: str, lines: Sequence[ScoreLine], now: datetime
) -> ScoresWritten:
    """Write the numbers of an outside model, those of the same customers before giving way.

    Rejected and counted: customers that are unknown or out of scope, numbers out of the bounds of
    the score, a customer's second line, and whoever refused automated decisions at the gate (the
    team vouches for the basis of all others).  The same batch again changes nothing but the time.
    Raises: NotAllowedError, UnknownScoreError, OwnScoreError, ScoreBatchError.
    """
    actor.require(_MANAGE)
    if not 1 <= len(lines) <= MOST_SCORES or not _is_version(version):
        raise ScoreBatchError(most=MOST_SCORES)
    bounds = list_score_names().get(score)
    if bounds is None:
        raise UnknownScoreError(name=score[:60])
    if Lookalike.objects.filter(score=score).exists():  # what our own models write is theirs
        raise OwnScoreError(name=score[:60])
    keys = _keys(actor, lines)
    refused = _refused(sorted(set(keys.values())), now)
    taken: dict[int, float] = {}
    rejected: list[RejectedScore] = []
    for line in lines:
        key = keys.get(line.customer)
        reason = _reason(key, line.value, bounds, taken, refused)
        if reason or key is None:
            rejected.append(RejectedScore(line.customer, reason))
        else:
            taken[key] = line.value
    changed = _write(actor, score, version, taken, now) if taken else 0
    reasons = Counter(one.reason for one in rejected)
    return ScoresWritten(len(taken), changed, tuple(rejected), dict(sorted(reasons.items())))


def _keys(actor: Actor, lines: Sequence[ScoreLine]) -> dict[str, int]:
    """Return the keys of the customers that the actor may manage, by the id they were told by."""
    ids: dict[str, UUID] = {}
    for line in lines:
        try:
            ids[line.customer] = decode("cus", line.customer)
        except MalformedIdError:
            continue
    found = keys_of_customers(actor=actor, customer_ids=set(ids.values()))
    return {text: found[one] for text, one in ids.items() if one in found}


def _refused(keys: Sequence[int], now: datetime) -> dict[int, str]:
    if not keys:
        return {}
    found = decide(purpose=Purpose.PROFILING, channel=Channel.ALL, at=now, customers=keys)
    answers = zip(keys, found["reason"].to_pylist(), strict=True)
    return {key: reason for key, reason in answers if reason not in PASSES}


def _reason(
    key: int | None,
    value: float,
    bounds: tuple[float | None, float | None],
    taken: dict[int, float],
    refused: dict[int, str],
) -> str:
    low, high = bounds
    if key is None:
        return "unknown"
    if not math.isfinite(value) or abs(value) >= 2**53:
        return "out_of_range"
    if (low is not None and value < low) or (high is not None and value > high):
        return "out_of_range"
    return "twice" if key in taken else refused.get(key, "")


def _write(actor: Actor, score: str, version: str, taken: dict[int, float], now: datetime) -> int:
    columns = [pa.array(list(taken), pa.int64()), pa.array(list(taken.values()), pa.float64())]
    with transaction.atomic():
        table = pa.table(columns, schema=SCORES)
        changed = write_scores(name=score, version=version, scores=table, at=now)
        after = {"version": version, "customers": len(taken), "changed": changed}
        subject = f"score:{score}"
        record(actor=actor, action="predict.record_scores", subject=subject, after=after, now=now)
    return changed


def _is_version(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_VERSION and text.isprintable()
