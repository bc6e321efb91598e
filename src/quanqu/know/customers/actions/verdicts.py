"""Verdicts "not the same": pairs of identifiers held apart until the verdict is lifted."""

from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.actions.apply import apply_plan
from quanqu.know.customers.actions.pairs import read_pairs, stage_pairs
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.actions.structure import make_plan
from quanqu.know.customers.queries.ruleset import active_rules

_STAGE: Final = "customers_verdict_in"


def hold_apart(*, actor: Actor, pairs: pa.Table, source: str, reason: str, now: datetime) -> int:
    """Say that pairs of subjects are not one person's; return how many verdicts are new.

    Whatever was or will be seen together, no customer holds both of a pair while its verdict
    stands; where evidence contradicts, the weakest link gives way and is listed as a refused link.
    A person's merge of the two is refused as well until the verdict is lifted.
    Shapes: `left_subject`, `right_subject` int64, in either order (see `add_match_evidence`);
    `source` names who judged ("person:per_…", a matching room), `reason` is shown in the trail.
    Locks: the identity lock.  Emits: CustomersSplit, CustomersMerged.
    Raises: NotAllowedError, NotFoundError, MalformedClaimsError.
    """
    actor.require("customers.manage")
    rows = read_pairs(pairs)
    with transaction.atomic():
        lock_identity()
        stage_pairs(_STAGE, rows, actor)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO customers_apart (left_key, right_key, source, reason, at) "  # noqa: S608 - fragments of our own code
                f"SELECT left_key, right_key, %s, %s, %s FROM {_STAGE} ORDER BY 1, 2 "
                "ON CONFLICT DO NOTHING RETURNING left_key, right_key",
                [source, reason, now],
            )
            made = cursor.fetchall()
        _replan(made, cause=f"apart:{source}", now=now)
        if made:
            after = {"pairs": len(made), "reason": reason}
            record(actor=actor, action="customers.hold_apart", subject=source, after=after, now=now)
    return len(made)


def lift_apart(*, actor: Actor, pairs: pa.Table, source: str, now: datetime) -> int:
    """Lift this source's verdicts on pairs and return how many there were; what the evidence
    joins comes together again.  Verdicts of others stand.

    Shapes: `left_subject`, `right_subject` int64, in either order.
    Locks: the identity lock.  Emits: CustomersMerged.
    Raises: NotAllowedError, NotFoundError, MalformedClaimsError.
    """
    actor.require("customers.manage")
    rows = read_pairs(pairs)
    with transaction.atomic():
        lock_identity()
        stage_pairs(_STAGE, rows, actor)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE customers_apart a SET lifted_at = %s, lifted_by = %s FROM {_STAGE} t "  # noqa: S608 - fragments of our own code
                "WHERE a.left_key = t.left_key AND a.right_key = t.right_key "
                "AND a.source = %s AND a.lifted_at IS NULL RETURNING a.left_key, a.right_key",
                [now, actor.id, source],
            )
            gone = cursor.fetchall()
        _replan(gone, cause=f"apart:{source}", now=now)
        if gone:
            after = {"pairs": len(gone)}
            record(actor=actor, action="customers.lift_apart", subject=source, after=after, now=now)
    return len(gone)


def _replan(pairs: list[tuple[int, int]], *, cause: str, now: datetime) -> None:
    if pairs:
        ends = {key for pair in pairs for key in pair}
        plan = make_plan(rules=active_rules().rules, fresh={}, edges=[], loosened=ends)
        apply_plan(plan, cause=cause, now=now)
