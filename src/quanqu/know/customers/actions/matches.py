"""What a matching room found: pairs of customers that are one, stated and withdrawn as evidence."""

from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.actions.apply import apply_plan
from quanqu.know.customers.actions.graph import MODEL, REVIEW, edges_between
from quanqu.know.customers.actions.pairs import malformed, read_pairs, stage_pairs
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.actions.structure import make_plan
from quanqu.know.customers.queries.ruleset import active_rules

RULES: Final = (MODEL, REVIEW)

_STAGE: Final = "customers_match_in"


def add_match_evidence(
    *, actor: Actor, pairs: pa.Table, source: str, rule: str = MODEL, now: datetime
) -> int:
    """State that pairs of subjects are one person's, and return how many pairs that added to.

    All pairs in one transaction, in sets.  A pair of `rule` "model" joins what the identity rules
    allow (limits, shared values and verdicts "not the same" hold it back); one of rule "review" is
    a person's word and joins like a merge by hand.  Stating a pair again only changes its
    confidence, reference and time.  A pair whose evidence a person withdrew stays withdrawn and is
    not counted.  Nothing is rewritten: `withdraw_match_evidence` restores exactly what was.
    Shapes: `left_subject`, `right_subject` int64 (identifier keys as facts carry them; a customer
    key is the key of one of its identifiers, so it may be given as well), `confidence` double in
    0–1, and optionally `reference` string (what to show for it, such as a model version and score,
    no personal data) and `observed_at` (default: now); order within a pair means nothing.
    Locks: the identity lock.  Emits: CustomersMerged.
    Raises: NotAllowedError, NotFoundError (a subject that is unknown or out of scope),
    MalformedClaimsError.
    """
    actor.require("customers.manage")
    rows = _stated(pairs, now=now)
    if rule not in RULES:
        raise malformed(f"the rule is none of {', '.join(RULES)}")
    with transaction.atomic():
        lock_identity()
        stage_pairs(_STAGE, rows, actor)
        left, right = _insert(source, rule)
        if left:
            plan = make_plan(
                rules=active_rules().rules,
                fresh={},
                edges=edges_between(left, right),
                loosened={*left, *right},
            )
            apply_plan(plan, cause=f"{rule}:{source}", now=now)
        _record(actor, "customers.add_match_evidence", source, len(left), now=now)
    return len(left)


def withdraw_match_evidence(*, actor: Actor, pairs: pa.Table, source: str, now: datetime) -> int:
    """Take back what this source stated of these pairs by `add_match_evidence`, and return how
    many pairs that were; what they alone held together comes apart.

    Unlike a person's withdrawal it forbids nothing: the source may state a pair again, and
    evidence of others still counts.  Pairs it never stated are passed over.
    Shapes: `left_subject`, `right_subject` int64, in either order.
    Locks: the identity lock.  Emits: CustomersSplit.
    Raises: NotAllowedError, NotFoundError, MalformedClaimsError.
    """
    actor.require("customers.manage")
    rows = read_pairs(pairs)
    with transaction.atomic():
        lock_identity()
        stage_pairs(_STAGE, rows, actor)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM customers_evidence e USING {_STAGE} t "  # noqa: S608 - fragments of our own code
                "WHERE e.left_key = t.left_key AND e.right_key = t.right_key "
                "AND e.source = %s AND e.rule = ANY(%s) AND e.withdrawn_at IS NULL "
                "RETURNING e.left_key, e.right_key",
                [source, list(RULES)],
            )
            gone = cursor.fetchall()
        if gone:
            ends = {key for pair in gone for key in pair}
            plan = make_plan(rules=active_rules().rules, fresh={}, edges=[], loosened=ends)
            apply_plan(plan, cause=f"match:{source}", now=now)
        count = len(set(gone))
        _record(actor, "customers.withdraw_match_evidence", source, count, now=now)
    return count


def _stated(pairs: pa.Table, *, now: datetime) -> pa.Table:
    if "confidence" not in pairs.column_names:
        raise malformed("no column confidence")
    confidence = pairs["confidence"].cast(pa.float64())
    bounds = pc.min_max(confidence)
    if pairs.num_rows and (
        confidence.null_count or not 0 <= bounds["min"].as_py() <= bounds["max"].as_py() <= 1
    ):
        raise malformed("a confidence is not within 0 to 1")
    stamp = pa.timestamp("us", "UTC")
    further = {
        "confidence": confidence,
        "event_ref": _column(pairs, "reference", pa.string()),
        "observed_at": pc.fill_null(_column(pairs, "observed_at", stamp), pa.scalar(now, stamp)),
    }
    return read_pairs(pairs, further)


def _column(rows: pa.Table, name: str, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    return rows[name].cast(kind) if name in rows.column_names else pa.nulls(rows.num_rows, kind)


def _insert(source: str, rule: str) -> tuple[list[int], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_evidence AS e "  # noqa: S608 - fragments of our own code
            "(left_key, right_key, confidence, event_ref, observed_at, source, rule) "
            "SELECT t.left_key, t.right_key, t.confidence, t.event_ref, t.observed_at, %s, %s "
            f"FROM {_STAGE} t WHERE NOT EXISTS (SELECT FROM customers_evidence w "
            "WHERE w.left_key = t.left_key AND w.right_key = t.right_key "
            "AND w.withdrawn_at IS NOT NULL) ORDER BY t.left_key, t.right_key "
            "ON CONFLICT ON CONSTRAINT customers_evidence_unique DO UPDATE "
            "SET confidence = excluded.confidence, event_ref = excluded.event_ref, "
            "observed_at = excluded.observed_at "
            "WHERE (e.confidence, e.event_ref) IS DISTINCT FROM "
            "(excluded.confidence, excluded.event_ref) "
            "RETURNING e.left_key, e.right_key",
            [source, rule],
        )
        found = cursor.fetchall()
    return [row[0] for row in found], [row[1] for row in found]


def _record(actor: Actor, action: str, source: str, pairs: int, *, now: datetime) -> None:
    if pairs:
        record(actor=actor, action=action, subject=source, after={"pairs": pairs}, now=now)
