"""Read everything the identity graph holds, in columns."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db import connection

from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.db.facade import copy_out
from quanqu.know.customers.actions.graph import EDGE
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.rules.claims import Ints
from quanqu.know.customers.rules.reading import blocked
from quanqu.know.customers.rules.whole import NONE, WholeGraph

BLOCKED: Final = "blocked"
_BATCH: Final = 50_000
_NODES: Final = (
    "SELECT i.key, i.type, coalesce(i.namespace, ''), i.barred, i.customer_key, i.anchor_key, "
    "('x' || encode(substring(i.value_hash FROM 1 FOR 8), 'hex'))::bit(64)::bigint "
    "FROM customers_identifier i ORDER BY i.key"
)
_NODE_SCHEMA: Final = pa.schema(
    [
        ("key", pa.int64()),
        ("type", pa.string()),
        ("namespace", pa.string()),
        ("barred", pa.string()),
        ("customer", pa.int64()),
        ("anchor", pa.int64()),
        ("tie", pa.int64()),
    ]
)
_EDGE_SCHEMA: Final = pa.schema(
    [
        ("left", pa.int64()),
        ("right", pa.int64()),
        ("observed_us", pa.int64()),
        ("by", pa.int64()),
        ("confidence", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The graph, and what is stored of each identifier: the position of its customer's first
    identifier (−1 when that key is gone), of what it follows, and why it is barred."""

    graph: WholeGraph
    customer: Ints
    anchor: Ints
    barred: list[str | None]


def read_whole(rules: RuleSet) -> Stored:
    """Read all identifiers, active evidence and verdicts; who is blocked is judged by `rules`."""
    nodes = copy_out(query=_NODES, schema=_NODE_SCHEMA)
    edges = copy_out(query=EDGE.format("true"), schema=_EDGE_SCHEMA)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT left_key, right_key FROM customers_apart WHERE lifted_at IS NULL"
        )
        apart = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
    key = _ints(nodes["key"])
    types, type_names = _coded(nodes["type"])
    namespaces, namespace_names = _coded(nodes["namespace"])
    graph = WholeGraph(
        types=type_names,
        namespaces=namespace_names,
        key=key,
        type=types,
        namespace=namespaces,
        tie=_ints(nodes["tie"]).view(np.uint64),
        is_blocked=_blocked(rules, key, types, type_names),
        left=np.searchsorted(key, _ints(edges["left"])),
        right=np.searchsorted(key, _ints(edges["right"])),
        observed_us=_ints(edges["observed_us"]),
        by=_ints(edges["by"]),
        confidence=np.asarray(edges["confidence"].to_numpy(), dtype=np.float64),
        apart=np.searchsorted(key, apart),
    )
    return Stored(
        graph,
        positions(key, _ints(nodes["customer"])),
        positions(key, _ints(nodes["anchor"])),
        nodes["barred"].to_pylist(),
    )


def positions(key: Ints, wanted: Ints) -> Ints:
    """Return the position of each wanted key, −1 for those that are none."""
    at = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    return np.where(key[at] == wanted, at, NONE) if len(key) else np.full(len(wanted), NONE)


def _blocked(rules: RuleSet, key: Ints, types: Ints, names: list[str]) -> Any:
    found = np.zeros(len(key), dtype=bool)
    for code, name in enumerate(names):
        rule = rules.types[name]
        if not rule.blocked_values and not rule.blocked_patterns:
            continue
        own = np.flatnonzero(types == code)
        for start in range(0, len(own), _BATCH):
            part = own[start : start + _BATCH]
            found[part] = blocked(rule, name, _values(key[part]))
    return found


def _values(keys: Ints) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value_enc FROM customers_identifier WHERE key = ANY(%s) ORDER BY key",
            [keys.tolist()],
        )
        return [decrypt(bytes(row[0]), purpose="identifier") for row in cursor]


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = column.combine_chunks().dictionary_encode()
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return codes, encoded.dictionary.to_pylist()


def _ints(column: pa.ChunkedArray) -> Ints:
    filled = column.fill_null(NONE).to_numpy()
    return np.asarray(filled, dtype=np.int64)
