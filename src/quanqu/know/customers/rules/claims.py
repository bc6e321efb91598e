"""Claims as columns: which identifiers were seen together, each distinct value looked at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.know.customers.contracts import KINDS, MalformedClaimsError, UnknownIdentifierTypeError
from quanqu.know.customers.rules.identifiers import normalise

Ints = npt.NDArray[np.int64]
COLUMNS = ("record", "type", "value", "observed_at")


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """Valid claims as parallel arrays, and the distinct identifiers that `code` points into.

    Shapes: `record`, `code`, `observed_us` have one entry per claim; `types`, `values` one per
    distinct identifier.  Units: microseconds since 1970.
    """

    records: int
    record: Ints
    code: Ints
    observed_us: Ints
    types: list[str]
    values: list[str]

    def ranks(self) -> Ints:
        """Return the rank of each distinct identifier."""
        return np.array([KINDS[type_].rank for type_ in self.types], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Together:
    """The subject of each record, and the distinct pairs of a subject and another identifier of
    its record, as codes with the smaller at the left."""

    subject: Ints
    left: Ints
    right: Ints
    observed_us: Ints


def read_claims(claims: pa.Table, records: int | None = None) -> ClaimSet:
    """Read a table of claims, leaving out values that identify nobody.

    Raises: MalformedClaimsError, UnknownIdentifierTypeError.
    """
    table = _checked(claims)
    record = _ints(table["record"])
    count = records if records is not None else int(record.max(initial=-1)) + 1
    pairs, where = _distinct_pairs(table)
    code_of, types, values = _normalised(pairs)
    code = code_of[where]
    keep = code >= 0
    observed = _ints(table["observed_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()))
    return ClaimSet(count, record[keep], code[keep], observed[keep], types, values)


def pair_up(claims: ClaimSet) -> Together:
    """Find each record's subject (its strongest identifier, the first of equals; −1 when it has
    none) and the distinct pairs it makes with the others, with the earliest time of each."""
    subject = np.full(claims.records, -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(claims.code)), claims.ranks()[claims.code], claims.record))
    record, code = claims.record[order], claims.code[order]
    firsts = np.flatnonzero(np.diff(record, prepend=-1))
    subject[record[firsts]] = code[firsts]
    left, observed = subject[record], claims.observed_us[order]
    other = left != code
    return Together(subject, *_earliest(left[other], code[other], observed[other]))


def first_seen(claims: ClaimSet) -> Ints:
    """Return the earliest time each distinct identifier was seen, in microseconds."""
    found = np.full(len(claims.types), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(found, claims.code, claims.observed_us)
    return found


def _earliest(one: Ints, other: Ints, observed: Ints) -> tuple[Ints, Ints, Ints]:
    left, right = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((observed, right, left))
    left, right, observed = left[order], right[order], observed[order]
    is_new = (np.diff(left, prepend=-1) != 0) | (np.diff(right, prepend=-1) != 0)
    return left[is_new], right[is_new], observed[is_new]


def _checked(claims: pa.Table) -> pa.Table:
    missing = [name for name in COLUMNS if name not in claims.column_names]
    if missing:
        raise MalformedClaimsError(what="claims", problem=f"no column {', '.join(missing)}")
    whole = claims.select(COLUMNS)
    return whole.drop_null()


def _distinct_pairs(table: pa.Table) -> tuple[list[tuple[str, str]], Ints]:
    type_at, type_names = _encoded(table["type"])
    value_at, value_names = _encoded(table["value"])
    combined, where = np.unique(type_at * (len(value_names) + 1) + value_at, return_inverse=True)
    types, values = np.divmod(combined, len(value_names) + 1)
    pairs = [(type_names[t], value_names[v]) for t, v in zip(types, values, strict=True)]
    return pairs, where.astype(np.int64)


def _normalised(pairs: list[tuple[str, str]]) -> tuple[Ints, list[str], list[str]]:
    found: dict[tuple[str, str], int] = {}
    code_of = np.full(len(pairs), -1, dtype=np.int64)
    for at, (type_, raw) in enumerate(pairs):
        if type_ not in KINDS:
            raise UnknownIdentifierTypeError(type=type_)
        value = normalise(type_, raw)
        if value is not None:
            code_of[at] = found.setdefault((type_, value), len(found))
    return code_of, [type_ for type_, _ in found], [value for _, value in found]


def _encoded(column: pa.ChunkedArray) -> tuple[Ints, list[Any]]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return _ints(encoded.indices), encoded.dictionary.to_pylist()


def _ints(column: Any) -> Ints:
    flat: Ints = np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))
    return flat
