"""Decide again about identifiers that lost evidence otherwise than by a person: by an erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.know.customers.actions.apply import apply_plan
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.actions.structure import make_plan
from quanqu.know.customers.queries.ruleset import active_rules

REWEIGH_JOB: Final = "customers.reweigh"


def reweigh_identifiers(*, subject_keys: Sequence[int], now: datetime) -> int:
    """Take the customers of these identifiers apart and put them together from what is left;
    return how many identifiers are still there.

    Locks: the identity lock.  Emits: CustomersMerged, CustomersSplit.
    """
    with transaction.atomic():
        lock_identity()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key FROM customers_identifier WHERE key = ANY(%s)", [list(subject_keys)]
            )
            left = {row[0] for row in cursor.fetchall()}
        if left:
            plan = make_plan(rules=active_rules().rules, fresh={}, edges=[], loosened=left)
            apply_plan(plan, cause="erasure", now=now)
    return len(left)
