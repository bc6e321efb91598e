"""Write a plan: assignments, customers that come, go and come back, the trail, the lake marks."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
from django.db import connection

from quanqu.infra.lake.facade import mark_dirty
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import new_ids
from quanqu.know.customers.actions.structure import Plan
from quanqu.know.customers.contracts import CustomersMerged, CustomersSplit
from quanqu.know.customers.queries.ruleset import survival_in_force
from quanqu.know.customers.rules.claims import Ints
from quanqu.know.customers.rules.partitions import bucket, buckets

Pair = tuple[int, int]
MANY = 1_000
"""So many customers may come of a load that the planner's statistics know nothing of."""


def stamp(micros: Ints | list[int]) -> pa.Array:
    """Return microseconds since 1970 as a column of UTC times."""
    return pa.array(micros, pa.int64()).cast(pa.timestamp("us", "UTC"))


def apply_plan(plan: Plan, *, cause: str, now: datetime, split: list[Pair] | None = None) -> None:
    """Write what the plan says of stored identifiers, and of new ones but whose they are.

    `split`: what `separate` answered, where new identifiers needed its customers before.
    Emits: CustomersMerged, CustomersSplit.
    """
    split = separate(plan, now=now) if split is None else split
    merged = _merge(plan)
    _move(plan)
    _note_refusals(plan, now=now)
    touched = {*plan.grown, *(key for pair in (*merged, *split) for key in pair)}
    touched |= {key for move in plan.moves.values() for key in move}
    refresh_customers(touched)
    _record("merge", merged, cause=cause, now=now)
    _record("split", split, cause=cause, now=now)
    _mark(plan, touched)


def refresh_customers(keys: Iterable[int]) -> None:
    """Work out again what a customer's row repeats of its identifiers: first seen and country."""
    wanted = sorted(keys)
    if not wanted:
        return
    is_many, chosen = len(wanted) > MANY, survival_in_force()
    with connection.cursor() as cursor:
        if is_many:  # a nested loop would work the inner query out once for every customer
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            "UPDATE customers_customer c SET first_seen_at = n.first_seen_at, country = n.country "  # noqa: S608 - fragments of our own code
            "FROM (SELECT i.customer_key, min(i.first_seen_at) AS first_seen_at, "
            f"{chosen.many(['country'])} FROM customers_identifier i "
            "LEFT JOIN customers_profile p ON p.subject_key = i.key "
            f"{chosen.joins(['country'])} "
            "WHERE i.customer_key = ANY(%s) GROUP BY i.customer_key) n "
            "WHERE c.key = n.customer_key "
            "AND (c.first_seen_at, c.country) IS DISTINCT FROM (n.first_seen_at, n.country)",
            [wanted],
        )
        if is_many:
            cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def lower_first_seen(keys: Ints, seen: Ints) -> None:
    """Put back when identifiers were first seen, as earlier records arrive late."""
    if not len(keys):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_identifier i "
            "SET first_seen_at = to_timestamp(0) + s * interval '1us' "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(k, s) WHERE i.key = t.k "
            "RETURNING i.customer_key",
            [keys.tolist(), seen.tolist()],
        )
        customers = {row[0] for row in cursor.fetchall()}
    refresh_customers(customers)
    mark_dirty(publication="dim_customer", partitions=buckets(customers))


def separate(plan: Plan, *, now: datetime) -> list[Pair]:
    """Bring back, or make, the customers that come out of another; return (from, separated)."""
    origin = {kept: old for old, kept in reversed(plan.moves.values())}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k FROM unnest(%s::bigint[]) k LEFT JOIN customers_customer c ON c.key = k "
            "WHERE c.key IS NULL OR c.merged_into_key IS NOT NULL",
            [sorted(origin.keys() - plan.fresh.keys())],
        )
        apart = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO customers_customer (key, id, first_seen_at) "
            "SELECT k, i, %s FROM unnest(%s::bigint[], %s::uuid[]) AS t(k, i) "
            "ON CONFLICT (key) DO UPDATE SET merged_into_key = NULL",
            [now, apart, new_ids(len(apart))],
        )
    return [(origin[key], key) for key in apart]


def _merge(plan: Plan) -> list[Pair]:
    """Move whole customers into others; return (kept, gone)."""
    moved = {key: kept for key, (old, kept) in plan.moves.items() if key == old}
    merged = {**plan.merges, **moved}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer c SET merged_into_key = t.kept "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(gone, kept) "
            "WHERE c.key = t.gone OR c.merged_into_key = t.gone",
            [list(merged), list(merged.values())],
        )
        cursor.execute(
            "UPDATE customers_identifier i SET customer_key = t.kept "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(gone, kept) "
            "WHERE i.customer_key = t.gone",
            [list(plan.merges), list(plan.merges.values())],
        )
    return [(kept, gone) for gone, kept in merged.items()]


def _move(plan: Plan) -> None:
    """Move single identifiers, and the pointers of customers whose own identifier they are."""
    with connection.cursor() as cursor:
        moved = [list(plan.moves), [kept for _, kept in plan.moves.values()]]
        cursor.execute(
            "UPDATE customers_identifier i SET customer_key = t.kept "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(moved, kept) WHERE i.key = t.moved",
            moved,
        )
        cursor.execute(
            "UPDATE customers_customer c SET merged_into_key = nullif(t.kept, c.key) "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(moved, kept) WHERE c.key = t.moved",
            moved,
        )
        cursor.execute(
            "UPDATE customers_identifier i SET anchor_key = t.above "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(below, above) WHERE i.key = t.below",
            [list(plan.anchored), list(plan.anchored.values())],
        )


def _note_refusals(plan: Plan, *, now: datetime) -> None:
    """Write who joins nobody, which links are refused and of whom."""
    with connection.cursor() as cursor:
        if plan.barred:
            cursor.execute(
                "UPDATE customers_identifier i SET barred = t.why, "
                "barred_at = CASE WHEN t.why IS NOT NULL THEN %s::timestamptz END "
                "FROM unnest(%s::bigint[], %s::text[]) AS t(k, why) WHERE i.key = t.k",
                [now, list(plan.barred), list(plan.barred.values())],
            )
        if not plan.weighed:
            return
        cursor.execute(
            "UPDATE customers_customer c SET is_contested = t.sore "
            "FROM unnest(%s::bigint[], %s::bool[]) AS t(k, sore) "
            "WHERE c.key = t.k AND c.is_contested IS DISTINCT FROM t.sore",
            [list(plan.contested), list(plan.contested.values())],
        )
        pairs = {(one.demoted, one.other): one for one in plan.refused}
        kept = [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
        cursor.execute(
            "DELETE FROM customers_breach b "
            "WHERE (b.demoted_key = ANY(%s) OR b.other_key = ANY(%s)) "
            "AND (b.demoted_key, b.other_key) NOT IN "
            "(SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            [list(plan.weighed), list(plan.weighed), *kept],
        )
        cursor.execute(
            "INSERT INTO customers_breach AS b (demoted_key, other_key, reason, type, since) "
            "SELECT d, o, r, t, %s FROM "
            "unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS n(d, o, r, t) "
            "ON CONFLICT ON CONSTRAINT customers_breach_unique "
            "DO UPDATE SET reason = excluded.reason, type = excluded.type",
            [
                now,
                *kept,
                [one.reason for one in pairs.values()],
                [one.type for one in pairs.values()],
            ],
        )


def _record(kind: str, pairs: list[Pair], *, cause: str, now: datetime) -> None:
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_change (kind, kept_key, other_key, cause, at) "
            "SELECT %s, k, o, %s, %s FROM unnest(%s::bigint[], %s::bigint[]) AS t(k, o)",
            [kind, cause, now, [pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        )
    emit(
        CustomersMerged(pairs, cause) if kind == "merge" else CustomersSplit(pairs, cause), now=now
    )


def _mark(plan: Plan, customers: set[int]) -> None:
    subjects = set(map(bucket, plan.moves))
    if plan.merges:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key FROM customers_identifier WHERE customer_key = ANY(%s)",
                [list(plan.merges.values())],
            )
            subjects |= {bucket(row[0]) for row in cursor.fetchall()}
    mark_dirty(publication="dim_identity", partitions=sorted(subjects))
    mark_dirty(publication="dim_customer", partitions=buckets(customers))
    mark_dirty(publication="dim_presence", partitions=buckets(customers))
    mark_dirty(publication="dim_score", partitions=buckets(customers))
