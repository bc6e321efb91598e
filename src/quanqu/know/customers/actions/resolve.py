"""Turn claims into subject keys: find what is known, create what is new, keep One ID true."""

from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.crypto.facade import encrypt_many, hash_many
from quanqu.infra.db.facade import copy_in
from quanqu.kernel.ids import new_id_texts
from quanqu.know.customers.actions.apply import apply_plan, lower_first_seen, stamp
from quanqu.know.customers.actions.evidence import Pairs, add_evidence
from quanqu.know.customers.actions.lookup import (
    Found,
    find_keys,
    hash_values,
    new_pairs,
)
from quanqu.know.customers.actions.structure import Plan, make_plan
from quanqu.know.customers.actions.suppressed import without_suppressed
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.claims import (
    ClaimSet,
    Ints,
    Together,
    first_seen,
    pair_up,
    read_claims,
    subjects,
)
from quanqu.know.customers.rules.components import Edge
from quanqu.know.customers.rules.identifiers import hint, searchable_part
from quanqu.know.customers.rules.standing import make_node, namespace_of

IDENTITY_LOCK = 7_204_001


def resolve_subjects(
    *, claims: pa.Table, source: str, now: datetime, records: int | None = None
) -> pa.Array:
    """Return for each record the subject key of its strongest identifier, making what is new.

    Shapes: `claims` has record int (0..n−1; identifiers of one record were observed together),
    type, value (raw) and observed_at; the answer has `records` entries (default: the highest
    record + 1), null where no value identifies anybody, or one that was suppressed by an erasure.
    Locks: the suppression lock, shared; the identity lock, only when something is new.
    Emits: CustomersMerged.
    Raises: MalformedClaimsError, UnknownIdentifierTypeError, TransactionManagementError.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("resolve_subjects needs a transaction")
    active = active_rules()
    while True:
        read = without_suppressed(read_claims(claims, records, rules=active.rules), now=now)
        together, seen = pair_up(read), first_seen(read)
        hashes = hash_values(read.types, read.values)
        everything = np.arange(len(read.types))
        found = find_keys(types=read.types, hashes=hashes, among=everything)
        if _is_settled(found, together, seen, source):
            break
        lock_identity()
        if (current := active_rules()).version != active.version:
            active = current  # activated while we waited: what is blocked may differ
            continue
        missing = find_keys(types=read.types, hashes=hashes, among=_missing(found))
        found = found.united(missing)
        rules = active.rules
        found = _write(read, together, seen, hashes, found, rules=rules, source=source, now=now)
        break
    return _subjects(read, found)


def _subjects(read: ClaimSet, found: Found) -> pa.Array:
    """Return the key of each record's strongest identifier that is not shared or blocked, or of
    its strongest when all are."""
    subject = subjects(read, found.is_barred)
    keys = found.key[subject] if len(found.key) else subject
    return pa.array(keys, mask=subject < 0, type=pa.int64())


def lock_identity() -> None:
    """Let one transaction at a time change who is who; held until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IDENTITY_LOCK])


def _is_settled(found: Found, together: Together, seen: Ints, source: str) -> bool:
    if len(_missing(found)) or (seen < found.first_seen_us).any():
        return False
    left, right = found.key[together.left], found.key[together.right]
    return not len(
        new_pairs(left=left, right=right, observed_us=together.observed_us, source=source)
    )


def _missing(found: Found) -> Ints:
    return np.flatnonzero(found.key < 0)


def _write(
    read: ClaimSet,
    together: Together,
    seen: Ints,
    hashes: list[bytes],
    found: Found,
    *,
    rules: RuleSet,
    source: str,
    now: datetime,
) -> Found:
    missing = _missing(found)
    key = found.key.copy()
    key[missing] = _next_keys(len(missing))
    at = new_pairs(
        left=key[together.left],
        right=key[together.right],
        observed_us=together.observed_us,
        source=source,
    )
    left, right = key[together.left[at]], key[together.right[at]]
    observed = together.observed_us[at]
    edges = [
        Edge(*row) for row in zip(left.tolist(), right.tolist(), observed.tolist(), strict=True)
    ]
    fresh = {
        int(key[code]): make_node(
            rules,
            read.types[code],
            hashes[code],
            namespace_of(read.types[code], read.values[code]),
        )
        for code in missing.tolist()
    }
    plan = make_plan(rules=rules, fresh=fresh, edges=edges)
    seen_of = dict(zip(key[missing].tolist(), seen[missing].tolist(), strict=True))
    earlier = np.flatnonzero((found.key >= 0) & (seen < found.first_seen_us))
    apply_plan(
        plan,
        first_seen_us=seen_of,
        create=lambda: _create(read, hashes, missing, key, seen, plan),
        cause=source,
        now=now,
    )
    is_strong = np.array([rules.types[type_].links for type_ in read.types], dtype=bool)
    both = is_strong[together.left[at]] & is_strong[together.right[at]]
    evidence = Pairs(np.minimum(left, right), np.maximum(left, right), observed, both)
    first_new = int(key[missing].min()) if len(missing) else np.iinfo(np.int64).max
    add_evidence(evidence, is_new=evidence.right >= first_new, source=source)
    lower_first_seen(key[earlier], seen[earlier])
    is_barred = found.is_barred.copy()
    code_of = {int(one): code for code, one in enumerate(key)}
    for one, why in plan.barred.items():
        if one in code_of:
            is_barred[code_of[one]] = why is not None
    return Found(key, seen, is_barred)


def _next_keys(count: int) -> Ints:
    """Take keys in one piece; the identity lock keeps others from taking them meanwhile."""
    if not count:
        return np.empty(0, dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) "
            "FROM pg_get_serial_sequence('customers_identifier', 'key') s",
            [count - 1],
        )
        (last,) = cursor.fetchone()
    return np.arange(last - count + 1, last + 1)


def _create(
    read: ClaimSet, hashes: list[bytes], missing: Ints, keys: Ints, seen: Ints, plan: Plan
) -> None:
    codes = missing.tolist()
    types = [read.types[code] for code in codes]
    values = [read.values[code] for code in codes]
    new = keys[missing].tolist()
    rows = pa.table(
        {
            "key": new,
            "id": pa.array(new_id_texts(len(codes)), pa.string()),
            "type": pa.array(types, pa.string()),
            "value_hash": pa.array([hashes[code] for code in codes], pa.binary()),
            "value_enc": pa.array(encrypt_many(values, purpose="identifier"), pa.binary()),
            "part_hash": pa.array(_part_hashes(types, values), pa.binary()),
            "hint": pa.array(list(map(hint, types, values)), pa.string()),
            "namespace": pa.array(
                [n or None for n in map(namespace_of, types, values)], pa.string()
            ),
            "customer_key": [plan.fresh[key] for key in new],
            "anchor_key": pa.array([plan.fresh_anchors.get(key) for key in new], pa.int64()),
            "first_seen_at": stamp(seen[missing]),
        }
    )
    copy_in(table="customers_identifier", columns=rows.column_names, data=rows)


def _part_hashes(types: list[str], values: list[str]) -> list[bytes | None]:
    parts = list(map(searchable_part, types, values))
    hashed = iter(hash_many([part for part in parts if part], purpose="identifier-part"))
    return [next(hashed) if part else None for part in parts]
