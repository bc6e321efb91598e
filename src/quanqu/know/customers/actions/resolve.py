"""Turn claims into subject keys: find what is known, create what is new, keep One ID true."""

from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.know.customers.actions.apply import apply_plan, lower_first_seen, separate
from quanqu.know.customers.actions.creating import Newcomers, create
from quanqu.know.customers.actions.evidence import Pairs, add_evidence
from quanqu.know.customers.actions.lookup import (
    GREATEST,
    Found,
    find_keys,
    hashed,
    new_pairs,
    newest_key,
)
from quanqu.know.customers.actions.structure import Plan, make_plan
from quanqu.know.customers.actions.suppressed import without_suppressed
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.claims import (
    ClaimSet,
    Flags,
    Ints,
    Together,
    first_seen,
    pair_up,
    read_claims,
    subjects,
)
from quanqu.know.customers.rules.components import Edge, Node
from quanqu.know.customers.rules.newcomers import settle_alone, tied
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
        claimed = read_claims(claims, records, rules=active.rules)
        newest = newest_key()
        allowed = without_suppressed(claimed, now=now)
        read, hashes = hashed(allowed, in_order=newest is not None)
        together, seen = pair_up(read), first_seen(read)
        everything = np.arange(len(read.values) if newest is not None else 0)
        found = find_keys(read=read, hashes=hashes, among=everything)
        if _is_settled(found, together, seen, source):
            break
        lock_identity()
        if (current := active_rules()).version != active.version:
            active = current  # activated while we waited: what is blocked may differ
            continue
        if newest_key() != newest:  # others added identifiers while we waited
            found = found.united(find_keys(read=read, hashes=hashes, among=_missing(found)))
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
    first_new = int(key[missing[0]]) if len(missing) else GREATEST
    at = new_pairs(
        left=key[together.left],
        right=key[together.right],
        observed_us=together.observed_us,
        source=source,
        first_new=first_new,
    )
    pairs = together.part(at)
    plan, new = _decide(read, pairs, seen, hashes, key, rules=rules, first_new=first_new)
    split = separate(plan, now=now)  # customers come before their identifiers
    create(new, read, hashes)
    apply_plan(plan, cause=source, now=now, split=split)
    _state(read, pairs, key, rules=rules, new=new.key, source=source)
    earlier = np.flatnonzero((found.key >= 0) & (seen < found.first_seen_us))
    lower_first_seen(key[earlier], seen[earlier])
    return Found(key, seen, _barred_now(found, key, plan))


def _decide(
    read: ClaimSet,
    pairs: Together,
    seen: Ints,
    hashes: list[bytes],
    key: Ints,
    *,
    rules: RuleSet,
    first_new: int,
) -> tuple[Plan, Newcomers]:
    """Decide what nothing ties to a stored identifier by itself, in columns, and plan the rest."""
    is_new = key >= first_new
    is_tied = tied(pairs, ~is_new)
    held = is_tied[pairs.left]
    alone, beside = np.flatnonzero(~is_tied), np.flatnonzero(is_tied & is_new)
    left, right = key[pairs.left[held]], key[pairs.right[held]]
    rows = zip(left.tolist(), right.tolist(), pairs.observed_us[held].tolist(), strict=True)
    plan = make_plan(
        rules=rules,
        fresh=_nodes(rules, read, hashes, key, beside),
        edges=[Edge(*row) for row in rows],
    )
    customer, anchor = np.full(len(key), -1), np.full(len(key), -1)
    if len(alone):
        among = pairs.part(np.flatnonzero(~held))
        told, own = settle_alone(rules, read, hashes, codes=alone, pairs=among), key[alone]
        plan.add_settled(own, told)
        customer[alone] = own[told.root]
        anchor[alone] = np.where(told.anchor >= 0, own[told.anchor], -1)
    held_keys = key[beside].tolist()
    customer[beside] = [plan.fresh[one] for one in held_keys]
    anchor[beside] = [plan.fresh_anchors.get(one, -1) for one in held_keys]
    new = np.flatnonzero(is_new)
    return plan, Newcomers(new, key[new], seen[new], customer[new], anchor[new])


def _nodes(
    rules: RuleSet, read: ClaimSet, hashes: list[bytes], key: Ints, codes: Ints
) -> dict[int, Node]:
    nodes = {}
    for code in codes.tolist():
        type_ = read.names[read.type[code]]
        space = namespace_of(type_, read.values[code])
        nodes[int(key[code])] = make_node(rules, type_, hashes[code], space)
    return nodes


def _state(
    read: ClaimSet, pairs: Together, key: Ints, *, rules: RuleSet, new: Ints, source: str
) -> None:
    """State the pairs as evidence."""
    links = np.array([rules.types[name].links for name in read.names], dtype=bool)[read.type]
    left, right = key[pairs.left], key[pairs.right]
    evidence = Pairs(
        np.minimum(left, right),
        np.maximum(left, right),
        pairs.observed_us,
        links[pairs.left] & links[pairs.right],
    )
    add_evidence(evidence, new=new, source=source)


def _barred_now(found: Found, key: Ints, plan: Plan) -> Flags:
    is_barred = found.is_barred.copy()
    if plan.barred:
        why = np.isin(key, [one for one, why in plan.barred.items() if why is not None])
        free = np.isin(key, [one for one, why in plan.barred.items() if why is None])
        is_barred = (is_barred | why) & ~free
    return is_barred


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
