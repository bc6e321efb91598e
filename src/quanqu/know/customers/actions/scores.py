"""Define scores, and write down what models say of customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.know.customers.actions.ruleset import require_everything
from quanqu.know.customers.contracts import ScoreDraft, ScoreNameError, UnknownScoreError
from quanqu.know.customers.models import Score
from quanqu.know.customers.rules.partitions import buckets
from quanqu.know.customers.rules.scores import check_score

PUBLICATION: Final = "dim_score"
_TEMP: Final = "customers_scoring"
_COLUMNS: Final = {"customer_key": "bigint", "value": "double precision"}


def define_score(*, actor: Actor, draft: ScoreDraft, now: datetime) -> bool:
    """Say what a score means, who looks after it and its bounds, making it when it is new; tell
    whether anything changed.  Scores are the whole group's, so it takes the right to manage
    customers everywhere.  Numbers written before are not looked at again.

    Raises: NotAllowedError, ScoreNameError, ScoreTextError, ScoreRangeError.
    """
    require_everything(actor)
    if ":" in draft.name:  # names with a colon are those of our own models
        raise ScoreNameError
    return ensure_score(actor=actor, draft=draft, now=now)


def ensure_score(*, actor: Actor, draft: ScoreDraft, now: datetime) -> bool:
    """Define a score for a room above, whose own rights were asked; tell whether anything changed.

    Raises: ScoreNameError, ScoreTextError, ScoreRangeError.
    """
    checked = check_score(draft)
    told = {"meaning": checked.meaning, "owner": checked.owner}
    bounds = {"low": checked.low, "high": checked.high}
    with transaction.atomic():
        row, is_new = Score.objects.get_or_create(
            name=checked.name, defaults={**told, **bounds, "created_at": now}
        )
        row = Score.objects.select_for_update().get(key=row.key)
        wanted: dict[str, Any] = {**told, **bounds}
        before = {name: getattr(row, name) for name in wanted}
        if not is_new and before == wanted:
            return False
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted))
        record(
            actor=actor,
            action="customers.define_score",
            subject=f"score:{checked.name}",
            before=None if is_new else before,
            after=wanted,
            now=now,
        )
    return True


def write_scores(
    *, name: str, version: str, scores: pa.Table, at: datetime, is_whole: bool = False
) -> int:
    """Write numbers onto customers and return how many are new or changed.

    Shapes: contracts.SCORES, each customer at most once.  A number later than `at` stays.  With
    `is_whole` they stand in the place of all that the score had, in one transaction: readers see
    the old ones or the new ones.  Customers that are gone meanwhile are left out.  Joins the
    caller's transaction.  Locks: the score.  Raises: UnknownScoreError.
    """
    with transaction.atomic():
        row = Score.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise UnknownScoreError(name=name)
        temp_table(name=_TEMP, columns=_COLUMNS)
        copy_in(table=_TEMP, columns=list(_COLUMNS), data=scores)
        params = {"score": row.key, "version": version, "at": at}
        gone = _touched(_DROP_OTHERS, params) if is_whole else []
        written = _touched(_PUT, params)
        row.version, row.scored_at = version, max(at, row.scored_at or at)
        row.save(update_fields=["version", "scored_at"])
        _mark([*gone, *written])
    return len(written)


def drop_scores(*, subject_keys: Sequence[int]) -> int:
    """Take every number off these subjects, who no longer want to be judged by programs; return
    how many there were.  Joins the caller's transaction."""
    with transaction.atomic():
        gone = _touched(_DROP_OF, {"subjects": sorted(set(subject_keys))})
        _mark(gone)
    return len(gone)


_DROP_OTHERS: Final = """
WITH gone AS (
    DELETE FROM customers_scored s WHERE s.score_key = %(score)s AND NOT EXISTS (
        SELECT FROM customers_scoring n WHERE n.customer_key = s.subject_key
    ) RETURNING s.subject_key
)
SELECT i.customer_key FROM gone JOIN customers_identifier i ON i.key = gone.subject_key
"""
_PUT: Final = """
WITH put AS (
    INSERT INTO customers_scored AS s (score_key, subject_key, value, version, at)
    SELECT %(score)s, n.customer_key, n.value, %(version)s, %(at)s
    FROM customers_scoring n JOIN customers_identifier i ON i.key = n.customer_key
    ORDER BY n.customer_key
    ON CONFLICT (score_key, subject_key) DO UPDATE
    SET value = excluded.value, version = excluded.version, at = excluded.at
    WHERE s.at <= excluded.at
    AND (s.value, s.version) IS DISTINCT FROM (excluded.value, excluded.version)
    RETURNING s.subject_key
)
SELECT i.customer_key FROM put JOIN customers_identifier i ON i.key = put.subject_key
"""
_DROP_OF: Final = """
WITH gone AS (
    DELETE FROM customers_scored WHERE subject_key = ANY(%(subjects)s::bigint[])
    RETURNING subject_key
)
SELECT i.customer_key FROM gone JOIN customers_identifier i ON i.key = gone.subject_key
"""


def _touched(statement: str, params: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()]


def _mark(customers: Sequence[int]) -> None:
    mark_dirty(publication=PUBLICATION, partitions=buckets(customers))
