"""Claims as columns: which identifiers were seen together, each distinct value looked at once."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.customers.contracts import (
    KINDS,
    IdentifierType,
    MalformedClaimsError,
    RuleSet,
    TypeRule,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.rules.columns import normalise_many
from quanqu.know.customers.rules.reading import blocked

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_ONE_PERSON = frozenset({IdentifierType.MEMBER_ID, IdentifierType.USER_ID})
COLUMNS = ("record", "type", "value", "observed_at")


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """Valid claims as parallel arrays, and the distinct identifiers that `code` points into.

    Shapes: `record`, `code`, `observed_us` have one entry per claim; `type`, `values` one per
    distinct identifier; `type` points into `names`.  Units: microseconds since 1970.
    """

    records: int
    record: Ints
    code: Ints
    observed_us: Ints
    names: list[str]
    type: Ints
    values: list[str]

    @property
    def types(self) -> list[str]:
        """Return the type of each distinct identifier by its name."""
        names: list[str] = np.array(self.names, dtype=object)[self.type].tolist()
        return names

    def ranks(self) -> Ints:
        """Return the rank of each distinct identifier."""
        return np.array([KINDS[name].rank for name in self.names], dtype=np.int64)[self.type]


@dataclass(frozen=True, slots=True)
class Together:
    """Distinct pairs of identifiers that were seen together, as codes with the smaller at the
    left, and the earliest time of each."""

    left: Ints
    right: Ints
    observed_us: Ints

    def part(self, at: Ints | Flags) -> "Together":
        """Return some of the pairs."""
        return Together(self.left[at], self.right[at], self.observed_us[at])


def read_claims(
    claims: pa.Table, records: int | None = None, *, rules: RuleSet | None = None
) -> ClaimSet:
    """Read a table of claims, leaving out values that identify nobody or that the rules block.

    Raises: MalformedClaimsError, UnknownIdentifierTypeError.
    """
    table = _checked(claims)
    record = _ints(table["record"])
    count = records if records is not None else int(record.max(initial=-1)) + 1
    names, type_, raw, where = _distinct(table)
    code_of, first, values = _normalised(names, type_, raw, rules)
    code = code_of[where]
    keep = code >= 0
    observed = _ints(table["observed_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()))
    return ClaimSet(count, record[keep], code[keep], observed[keep], names, type_[first], values)


def reordered(claims: ClaimSet, order: Ints) -> ClaimSet:
    """Return the same claims with codes given anew: the first to the identifier at `order[0]`.

    Identifiers of one type must stay together, and types in their order.
    """
    code_of = np.empty(len(order), dtype=np.int64)
    code_of[order] = np.arange(len(order))
    values = [claims.values[at] for at in order.tolist()]
    return replace(claims, code=code_of[claims.code], type=claims.type[order], values=values)


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
    nobody = np.zeros(len(claims.values), dtype=bool)
    centre = subjects(claims, nobody)
    left, right, at = centre[claims.record], claims.code, np.arange(len(claims.code))
    other = left != right
    pairs = [(left[other], right[other], at[other])]
    told = np.array([name not in _ONE_PERSON for name in claims.names], dtype=bool)
    shareable = told[claims.type]
    rest = other & shareable[left] if len(left) else other
    if rest.any():
        beside = ClaimSet(
            claims.records,
            claims.record[rest],
            right[rest],
            claims.observed_us[rest],
            claims.names,
            claims.type,
            claims.values,
        )
        second = subjects(beside, nobody)[claims.record[rest]]
        more = second != right[rest]
        pairs.append((second[more], right[rest][more], at[rest][more]))
    one, two, where = (np.concatenate(columns) for columns in zip(*pairs, strict=True))
    return Together(*_earliest(one, two, claims.observed_us[where]))


def first_seen(claims: ClaimSet) -> Ints:
    """Return the earliest time each distinct identifier was seen, in microseconds."""
    found = np.full(len(claims.values), np.iinfo(np.int64).max, dtype=np.int64)
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


def _distinct(table: pa.Table) -> tuple[list[str], Ints, pa.Array, Ints]:
    """Return the names of types, and of each distinct pair of type and raw value the position of
    its type and the value, one type after the other; and which pair each claim tells."""
    type_at, names = _encoded(table["type"])
    value_at, raw = _encoded(table["value"])
    span = len(raw) + 1
    combined, where = np.unique(type_at * span + value_at, return_inverse=True)
    types, values = np.divmod(combined, span)
    return names.to_pylist(), types, raw.take(pa.array(values)), where.astype(np.int64)


def _normalised(
    names: list[str], type_: Ints, raw: pa.Array, rules: RuleSet | None
) -> tuple[Ints, Ints, list[str]]:
    """Return the code of each pair (−1: identifies nobody), and of each code the position of the
    first pair that tells it and the normal value."""
    code_of = np.full(len(raw), -1, dtype=np.int64)
    first: list[Ints] = [np.empty(0, dtype=np.int64)]
    values: list[str] = []
    for at, name in enumerate(names):
        if name not in KINDS:
            raise UnknownIdentifierTypeError(type=name)
        start, end = np.searchsorted(type_, [at, at + 1]).tolist()
        normal = normalise_many(name, raw.slice(start, end - start))
        if rules is not None:
            normal = _without_blocked(rules.types[name], name, normal)
        column = normal.dictionary_encode()
        codes = _ints(column.indices.fill_null(-1))
        told = np.flatnonzero(codes >= 0)
        places = np.empty(len(column.dictionary), dtype=np.int64)
        places[codes[told][::-1]] = told[::-1]  # the first one stays
        code_of[start + told] = codes[told] + len(values)
        first.append(start + places)
        values += column.dictionary.to_pylist()
    return code_of, np.concatenate(first), values


def _without_blocked(rule: TypeRule, type_: str, normal: pa.Array) -> pa.Array:
    if not rule.blocked_values and not rule.blocked_patterns:
        return normal
    told = blocked(rule, type_, normal.fill_null("").to_pylist())
    return pc.if_else(pa.array(told, pa.bool_()), None, normal)


def _encoded(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return _ints(encoded.indices), encoded.dictionary


def _ints(column: Any) -> Ints:
    flat: Ints = np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))
    return flat
