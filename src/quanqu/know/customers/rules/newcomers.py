"""One ID of new identifiers that nothing ties to a stored one: decided in columns."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa

from quanqu.know.customers.contracts.ruleset import RuleSet
from quanqu.know.customers.rules.claims import ClaimSet, Flags, Ints, Together
from quanqu.know.customers.rules.columns import namespaces
from quanqu.know.customers.rules.components import TOGETHER
from quanqu.know.customers.rules.standing import limits_of
from quanqu.know.customers.rules.whole import (
    NONE,
    WholeGraph,
    WholeOutcome,
    connected,
    settle_whole,
)

_HASH_BYTES: Final = 32
LOAD: Final = 200_000
"""So many new identifiers at once, and no fewer than are stored, are a load."""

Entry = TypeVar("Entry")


def is_load(count: int, first_key: int) -> bool:
    """Tell whether new identifiers are so many, beside those stored (keys below the first new
    one), that indexes are sooner built anew than added to."""
    return count >= max(LOAD, first_key)


def tied(pairs: Together, is_stored: Flags) -> Flags:
    """Tell which identifiers the pairs tie to a stored one, over however many others."""
    if not is_stored.any():
        return is_stored
    label = connected(len(is_stored), pairs.left, pairs.right)
    reached = np.zeros(len(is_stored), dtype=bool)
    reached[label[is_stored]] = True
    return reached[label]


def settle_alone(
    rules: RuleSet, read: ClaimSet, hashes: Sequence[bytes], *, codes: Ints, pairs: Together
) -> WholeOutcome:
    """Decide the identifiers `codes`, whose keys ascend with them, from all evidence between them.

    The answer is by position in `codes`, and that of `components.settle`.
    """
    place = np.full(len(read.values), NONE, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    ties = np.frombuffer(b"".join(chosen(hashes, codes)), dtype=np.uint8)
    spaces, space_names = _namespaces(rules, read, codes)
    graph = WholeGraph(
        types=read.names,
        namespaces=space_names,
        key=np.arange(len(codes)),
        type=read.type[codes],
        namespace=spaces,
        tie=ties.reshape(-1, _HASH_BYTES)[:, :8].copy().view(">u8")[:, 0].astype(np.uint64),
        is_blocked=np.zeros(len(codes), dtype=bool),
        left=place[pairs.left],
        right=place[pairs.right],
        observed_us=pairs.observed_us,
        by=np.full(len(pairs.left), TOGETHER, dtype=np.int64),
        confidence=np.ones(len(pairs.left)),
        apart=np.empty((0, 2), dtype=np.int64),
    )
    return settle_whole(graph, rules)


def runs(read: ClaimSet, codes: Ints, most: int) -> Iterator[tuple[str, slice]]:
    """Cut ascending codes into pieces of one type and at most `most`; yield type and piece."""
    types = read.type[codes]
    steps = {*(np.flatnonzero(np.diff(types)) + 1).tolist(), *range(0, len(codes), most)}
    for start, end in pairwise(sorted({*steps, len(codes)})):
        yield read.names[types[start]], slice(start, end)


def chosen(everything: Sequence[Entry], codes: Ints) -> Sequence[Entry]:
    """Return the entries with these codes, ascending: all of them without a copy."""
    if len(codes) == len(everything):
        return everything
    return [everything[code] for code in codes.tolist()]


def _namespaces(rules: RuleSet, read: ClaimSet, codes: Ints) -> tuple[Ints, list[str]]:
    """Return the namespace of each identifier of a type with a limit, and the names."""
    limits = limits_of(rules)
    found: dict[str, int] = {"": 0}
    spaces = np.zeros(len(codes), dtype=np.int64)
    for name, piece in runs(read, codes, len(codes)):
        if name in limits:
            values = pa.array([read.values[code] for code in codes[piece].tolist()], pa.string())
            column = namespaces(name, values).fill_null("").dictionary_encode()
            own = [found.setdefault(one, len(found)) for one in column.dictionary.to_pylist()]
            spaces[piece] = np.array(own, dtype=np.int64)[column.indices.to_numpy()]
    return spaces, list(found)
