"""What another answer to "who is who" would change, and changing it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db import connection

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import new_ids
from quanqu.know.customers.actions.apply import refresh_customers
from quanqu.know.customers.actions.whole import BLOCKED, Stored, read_whole
from quanqu.know.customers.contracts import CustomersMerged, CustomersSplit, RuleSet
from quanqu.know.customers.rules.claims import Ints
from quanqu.know.customers.rules.partitions import buckets
from quanqu.know.customers.rules.whole import WholeOutcome, settle_whole

_STAGE: Final = "customers_whole"
_COLUMNS: Final = {
    "key": "bigint",
    "customer_key": "bigint",
    "anchor_key": "bigint",
    "barred": "text",
}
_PAIRS_TOLD: Final = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is stored beside what the rules say; positions as in `WholeGraph`.

    `splitting` are customers (positions of their first identifier) that come apart."""

    stored: Stored
    told: WholeOutcome
    splitting: Ints
    effect: dict[str, int]


def compare(rules: RuleSet) -> Comparison:
    """Work everything out under a rule set and compare it with what is stored."""
    stored = read_whole(rules)
    told = settle_whole(stored.graph, rules)
    pairs = np.unique(np.stack([told.root, stored.customer], axis=1), axis=0)
    after, sizes = np.unique(pairs[:, 0], return_counts=True)
    before, parts = np.unique(pairs[:, 1], return_counts=True)
    merged = after[sizes > 1]
    merging = np.unique(pairs[np.isin(pairs[:, 0], merged), 1])
    splitting = before[parts > 1]
    effect = {
        "customers_before": len(before),
        "customers_after": len(after),
        "merging": len(merging),
        "merged": len(merged),
        "splitting": len(splitting),
        "parts": int(parts[parts > 1].sum()),
        "shared": int(told.is_shared.sum()),
        "blocked": int(stored.graph.is_blocked.sum()),
        "refused": len(told.refused),
    }
    return Comparison(stored, told, splitting, effect)


def write_whole(found: Comparison, *, cause: str, now: datetime) -> None:
    """Make stored customers what the comparison says, in the caller's transaction.

    Locks: the caller holds the identity lock.  Emits: CustomersMerged, CustomersSplit.
    """
    moved = _stage(found)
    touched = _assign(now)
    _refusals(found, now=now)
    refresh_customers(touched)
    merged, split = _trail(cause, now=now)
    for pairs, event in ((merged, CustomersMerged), (split, CustomersSplit)):
        for start in range(0, len(pairs), _PAIRS_TOLD):
            emit(event(pairs[start : start + _PAIRS_TOLD], cause), now=now)
    mark_dirty(publication="dim_identity", partitions=buckets(moved))
    mark_dirty(publication="dim_customer", partitions=buckets(touched))
    mark_dirty(publication="dim_presence", partitions=buckets(touched))
    mark_dirty(publication="dim_score", partitions=buckets(touched))


def _stage(found: Comparison) -> list[int]:
    """Put aside what becomes of each identifier of which anything changes; return their keys."""
    graph, told = found.stored.graph, found.told
    barred = np.full(len(graph.key), "", dtype=object)
    barred[told.is_shared] = "shared"
    barred[graph.is_blocked] = BLOCKED
    was_barred = np.array([why or "" for why in found.stored.barred], dtype=object)
    differs = (told.root != found.stored.customer) | (told.anchor != found.stored.anchor)
    at = np.flatnonzero(differs | (barred != was_barred))
    anchor = told.anchor[at]
    rows = pa.table(
        {
            "key": graph.key[at],
            "customer_key": graph.key[told.root[at]],
            "anchor_key": pa.array(graph.key[np.maximum(anchor, 0)], mask=anchor < 0),
            "barred": pa.array([why or None for why in barred[at]], pa.string()),
        }
    )
    temp_table(name=_STAGE, columns=_COLUMNS)
    copy_in(table=_STAGE, columns=list(_COLUMNS), data=rows)
    keys: list[int] = graph.key[at].tolist()
    return keys


def _assign(now: datetime) -> list[int]:
    """Make the customers that come, move identifiers, and return whose members changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_STAGE}")
        temp_table(
            name="customers_moved", columns={"kind": "text", "one": "bigint", "two": "bigint"}
        )
        cursor.execute(
            f"SELECT DISTINCT t.customer_key FROM {_STAGE} t LEFT JOIN customers_customer c "  # noqa: S608 - our own name
            "ON c.key = t.customer_key WHERE c.key IS NULL ORDER BY 1"
        )
        born = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO customers_moved SELECT 'split', i.customer_key, t.customer_key "  # noqa: S608 - our own name
            f"FROM {_STAGE} t JOIN customers_identifier i ON i.key = t.customer_key "
            "LEFT JOIN customers_customer c ON c.key = t.customer_key "
            "WHERE t.key = t.customer_key AND (c.key IS NULL OR c.merged_into_key IS NOT NULL)"
        )
        cursor.execute(
            "INSERT INTO customers_customer (key, id, first_seen_at) "
            "SELECT k, i, %s FROM unnest(%s::bigint[], %s::uuid[]) AS t(k, i)",
            [now, born, new_ids(len(born))],
        )
        cursor.execute(
            "INSERT INTO customers_moved SELECT 'merge', t.customer_key, c.key "  # noqa: S608 - our own name
            f"FROM {_STAGE} t JOIN customers_customer c ON c.key = t.key "
            "WHERE c.merged_into_key IS NULL AND t.customer_key <> t.key"
        )
        cursor.execute(
            "WITH prior AS (SELECT i.key, i.customer_key FROM customers_identifier i "  # noqa: S608 - our own name
            f"JOIN {_STAGE} t USING (key)) "
            "UPDATE customers_identifier i SET customer_key = t.customer_key, "
            "anchor_key = t.anchor_key, barred = t.barred, barred_at = CASE "
            "WHEN t.barred IS NULL THEN NULL WHEN i.barred = t.barred THEN i.barred_at "
            f"ELSE %s::timestamptz END FROM {_STAGE} t JOIN prior USING (key) WHERE i.key = t.key "
            "RETURNING prior.customer_key, t.customer_key",
            [now],
        )
        touched = {key for row in cursor.fetchall() for key in row}
        cursor.execute(
            "UPDATE customers_customer c SET merged_into_key = nullif(t.customer_key, c.key) "  # noqa: S608 - our own name
            f"FROM {_STAGE} t WHERE t.key = c.key "
            "AND c.merged_into_key IS DISTINCT FROM nullif(t.customer_key, c.key)"
        )
    return sorted(touched)


def _refusals(found: Comparison, *, now: datetime) -> None:
    """List the refused links, keeping since when, and mark of whom they are."""
    key, told = found.stored.graph.key, found.told
    pairs = {(int(key[one.demoted]), int(key[one.other])): one for one in told.refused}
    columns: list[list[Any]] = [
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
        [one.reason for one in pairs.values()],
        [one.type for one in pairs.values()],
    ]
    sore = [int(key[at]) for at in told.contested]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_breach b WHERE NOT EXISTS (SELECT FROM "
            "unnest(%s::bigint[], %s::bigint[]) AS n(d, o) "
            "WHERE n.d = b.demoted_key AND n.o = b.other_key)",
            columns[:2],
        )
        cursor.execute(
            "INSERT INTO customers_breach AS b (demoted_key, other_key, reason, type, since) "
            "SELECT d, o, r, t, %s FROM "
            "unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS n(d, o, r, t) "
            "ON CONFLICT ON CONSTRAINT customers_breach_unique "
            "DO UPDATE SET reason = excluded.reason, type = excluded.type",
            [now, *columns],
        )
        cursor.execute(
            "UPDATE customers_customer SET is_contested = (key = ANY(%s)) "
            "WHERE is_contested <> (key = ANY(%s))",
            [sore, sore],
        )


def _trail(cause: str, *, now: datetime) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_change (kind, kept_key, other_key, cause, at) "
            "SELECT kind, one, two, %s, %s FROM customers_moved ORDER BY two "
            "RETURNING kind, kept_key, other_key",
            [cause, now],
        )
        rows = cursor.fetchall()
    merged = [(one, two) for kind, one, two in rows if kind == "merge"]
    return merged, [(one, two) for kind, one, two in rows if kind == "split"]
