"""Claims as columns: which identifiers were seen together, each distinct value looked at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.know.customers.contracts import (
    KINDS,
    IdentifierType,
    MalformedClaimsError,
    RuleSet,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.rules.identifiers import normalise
from quanqu.know.customers.rules.reading import blocked

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_ONE_PERSON = frozenset({IdentifierType.MEMBER_ID, IdentifierType.USER_ID})
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
    """Distinct pairs of identifiers that were seen together, as codes with the smaller at the
    left, and the earliest time of each."""

    left: Ints
    right: Ints
    observed_us: Ints


def read_claims(
    claims: pa.Table, records: int | None = None, *, rules: RuleSet | None = None
) -> ClaimSet:
    """Read a table of claims, leaving out values that identify nobody or that the rules block.

    Raises: MalformedClaimsError, UnknownIdentifierTypeError.
    """
    table = _checked(claims)
    record = _ints(table["record"])
    count = records if records is not None else int(record.max(initial=-1)) + 1
    pairs, where = _distinct_pairs(table)
    code_of, types, values = _normalised(pairs, rules)
    code = code_of[where]
    keep = code >= 0
    observed = _ints(table["observed_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()))
    return ClaimSet(count, record[keep], code[keep], observed[keep], types, values)


def subjects(claims: ClaimSet, is_barred: Flags) -> Ints:
    """Return each record's subject: its strongest identifier that is not barred, or its strongest
    when all are; the first of equals, −1 when it has none."""
    subject = np.full(claims.records, -1, dtype=np.int64)
    position = np.arange(len(claims.code))
    order = np.lexsort(
        (position, claims.ranks()[claims.code], is_barred[claims.code], claims.record)
    )
    record, code = claims.record[order], claims.code[order]
    firsts = np.flatnonzero(np.diff(record, prepend=-1))
    subject[record[firsts]] = code[firsts]
    return subject


def pair_up(claims: ClaimSet) -> Together:
    """Find the distinct pairs of identifiers that the records state, with the earliest time.

    A record's strongest identifier (the first of equals) makes a pair with each other of it.  Is
    it of a type that many may turn out to share, the second strongest does so too, so that the
    rest holds together without it.
    """
    nobody = np.zeros(len(claims.types), dtype=bool)
    centre = subjects(claims, nobody)
    left, right, at = centre[claims.record], claims.code, np.arange(len(claims.code))
    other = left != right
    pairs = [(left[other], right[other], at[other])]
    shareable = np.array([type_ not in _ONE_PERSON for type_ in claims.types], dtype=bool)
    rest = other & shareable[left] if len(left) else other
    if rest.any():
        beside = ClaimSet(
            claims.records,
            claims.record[rest],
            right[rest],
            claims.observed_us[rest],
            claims.types,
            claims.values,
        )
        second = subjects(beside, nobody)[claims.record[rest]]
        more = second != right[rest]
        pairs.append((second[more], right[rest][more], at[rest][more]))
    one, two, where = (np.concatenate(columns) for columns in zip(*pairs, strict=True))
    return Together(*_earliest(one, two, claims.observed_us[where]))


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


def _normalised(
    pairs: list[tuple[str, str]], rules: RuleSet | None
) -> tuple[Ints, list[str], list[str]]:
    normal: list[str | None] = []
    for type_, raw in pairs:
        if type_ not in KINDS:
            raise UnknownIdentifierTypeError(type=type_)
        normal.append(normalise(type_, raw))
    if rules is not None:
        _leave_out_blocked(pairs, normal, rules)
    found: dict[tuple[str, str], int] = {}
    code_of = np.full(len(pairs), -1, dtype=np.int64)
    for at, value in enumerate(normal):
        if value is not None:
            code_of[at] = found.setdefault((pairs[at][0], value), len(found))
    return code_of, [type_ for type_, _ in found], [value for _, value in found]


def _leave_out_blocked(
    pairs: list[tuple[str, str]], normal: list[str | None], rules: RuleSet
) -> None:
    for type_, rule in rules.types.items():
        if rule.blocked_values or rule.blocked_patterns:
            places = [at for at, pair in enumerate(pairs) if pair[0] == type_]
            values = [normal[at] or "" for at in places]
            for at, is_blocked in zip(places, blocked(rule, type_, values), strict=True):
                if is_blocked:
                    normal[at] = None


def _encoded(column: pa.ChunkedArray) -> tuple[Ints, list[Any]]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return _ints(encoded.indices), encoded.dictionary.to_pylist()


def _ints(column: Any) -> Ints:
    flat: Ints = np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))
    return flat
