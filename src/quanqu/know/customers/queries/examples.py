"""Examples of what other identity rules would change, masked."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from quanqu.know.customers.contracts import (
    CustomerRow,
    IdentifierRow,
    MergeExample,
    Simulation,
    SplitExample,
)
from quanqu.know.customers.models import Customer
from quanqu.know.customers.queries.rows import make_rows

MOST: Final = 20
_MOST_MEMBERS: Final = 6


def examples(effect: Mapping[str, int], stored: Any, told: Any, splitting: Any) -> Simulation:
    """Return the effect with up to 20 examples of each kind, the first by key.

    Shapes: `stored` and `told` are the graph with its stored state and the outcome, `splitting`
    positions of customers (see actions.effects).
    """
    key = stored.graph.key
    pairs = np.unique(np.stack([told.root, stored.customer], axis=1), axis=0)
    merged, sizes = np.unique(pairs[:, 0], return_counts=True)
    united: dict[int, list[int]] = {}
    for after, before in pairs[np.isin(pairs[:, 0], merged[sizes > 1][:MOST])].tolist():
        united.setdefault(after, []).append(int(key[before]))
    wanted = {one for members in united.values() for one in members[:_MOST_MEMBERS]}
    parted = splitting[:MOST].tolist()
    rows = _rows(wanted | {int(key[at]) for at in parted})
    merges = [
        MergeExample(tuple(rows[one] for one in members[:_MOST_MEMBERS] if one in rows))
        for members in list(united.values())[:MOST]
    ]
    splits = [
        SplitExample(rows[int(key[at])], _parts(rows[int(key[at])], key, told.root))
        for at in parted
        if int(key[at]) in rows
    ]
    return Simulation(effect, tuple(one for one in merges if len(one.customers) > 1), tuple(splits))


def _rows(keys: set[int]) -> dict[int, CustomerRow]:
    found = Customer.objects.filter(key__in=keys).order_by("key")
    return {row.key: row for row in make_rows(list(found))}


def _parts(row: CustomerRow, key: Any, root: Any) -> tuple[tuple[IdentifierRow, ...], ...]:
    parts: dict[int, list[IdentifierRow]] = {}
    for one in row.identifiers:
        at = int(np.searchsorted(key, one.subject_key))
        parts.setdefault(int(root[at]), []).append(one)
    return tuple(tuple(members) for members in parts.values())
