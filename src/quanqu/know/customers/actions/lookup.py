"""Find by set what is known already of a batch of identifiers and of pairs of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from quanqu.infra.crypto.facade import hash_many
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.know.customers.rules.claims import ClaimSet, Ints, reordered
from quanqu.know.customers.rules.newcomers import chosen

TOGETHER = "together"
GREATEST = np.iinfo(np.int64).max
_MANY = 1_000
EPOCH_US = "(extract(epoch FROM {}) * 1000000)::bigint"


@dataclass(frozen=True, slots=True)
class Found:
    """Keys of identifiers by code (−1: none yet), when each was first seen (µs), and whether it
    joins nobody, shared by many or blocked."""

    key: Ints
    first_seen_us: Ints
    is_barred: npt.NDArray[np.bool_]

    def united(self, other: "Found") -> "Found":
        """Return what either found."""
        return Found(
            np.maximum(self.key, other.key),
            self.first_seen_us + other.first_seen_us,
            self.is_barred | other.is_barred,
        )


def hash_values(read: ClaimSet) -> list[bytes]:
    """Hash the distinct normal values, each under the purpose of its type."""
    hashes: list[bytes] = []
    starts = [0, *(np.flatnonzero(np.diff(read.type)) + 1).tolist(), len(read.values)]
    for start, end in pairwise(starts):  # values of one type stand together
        if start < end:
            purpose = f"identifier:{read.names[read.type[start]]}"
            hashes += hash_many(read.values[start:end], purpose=purpose)
    return hashes


def hashed(read: ClaimSet, *, in_order: bool) -> tuple[ClaimSet, list[bytes]]:
    """Return claims with the hashes of their identifiers; many `in_order` of the hashes, if asked.

    Looked up and stored in that order they meet neighbouring pages of the index, not any.
    """
    hashes = hash_values(read)
    if not in_order or len(hashes) < _MANY:
        return read, hashes
    leading = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(len(hashes), -1)[:, :8]
    order = np.lexsort((leading.copy().view(">u8")[:, 0], read.type))
    return reordered(read, order), [hashes[at] for at in order.tolist()]


def newest_key() -> int | None:
    """Return the greatest key of an identifier, None when there is none.

    Keys are taken under the identity lock, which is held until they are committed: as long as this
    stays the same, nobody has added identifiers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(key) FROM customers_identifier")
        (newest,) = cursor.fetchone()
    return None if newest is None else int(newest)


def find_keys(*, read: ClaimSet, hashes: Sequence[bytes], among: Ints) -> Found:
    """Look up the identifiers with the codes `among`; the others stay −1."""
    count = len(read.values)
    found = Found(
        np.full(count, -1, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=bool),
    )
    if len(among):
        columns = {"code": "bigint", "type": "text", "value_hash": "bytea"}
        temp_table(name="customers_wanted", columns=columns)
        wanted = pa.table(
            {
                "code": among,
                "type": pa.DictionaryArray.from_arrays(read.type[among], read.names),
                "value_hash": pa.array(chosen(hashes, among), pa.binary()),
            }
        )
        copy_in(table="customers_wanted", columns=list(columns), data=wanted)
        rows = _integers(
            [
                "w.code",
                "i.key",
                EPOCH_US.format("i.first_seen_at"),
                "(i.barred IS NOT NULL)::int::bigint",
            ],
            # looked up one by one in the index: read whole, the table would cost more every time
            "customers_wanted w CROSS JOIN LATERAL (SELECT * FROM customers_identifier o "
            "WHERE o.value_hash = w.value_hash AND o.type = w.type LIMIT 1) i",
        )
        found.key[rows[:, 0]], found.first_seen_us[rows[:, 0]] = rows[:, 1], rows[:, 2]
        found.is_barred[rows[:, 0]] = rows[:, 3] == 1
    return found


def new_pairs(
    *, left: Ints, right: Ints, observed_us: Ints, source: str, first_new: int = GREATEST
) -> Ints:
    """Return the positions of the pairs that add to the evidence of this source: pairs it has not
    stated before, or only at a later time. Pairs whose evidence was withdrawn add nothing.

    Keys from `first_new` on are of identifiers of which nothing can be known yet.
    """
    is_new = np.ones(len(left), dtype=bool)
    known = np.flatnonzero(np.maximum(left, right) < first_new)
    if not len(known):
        return np.flatnonzero(is_new)
    left, right = left[known], right[known]
    columns = {"at": "bigint", "left_key": "bigint", "right_key": "bigint", "seen_us": "bigint"}
    temp_table(name="customers_pairs", columns=columns)
    pairs = pa.table(
        {
            "at": known,
            "left_key": np.minimum(left, right),
            "right_key": np.maximum(left, right),
            "seen_us": observed_us[known],
        }
    )
    copy_in(table="customers_pairs", columns=list(columns), data=pairs)
    stated = (
        "CASE WHEN e.withdrawn_at IS NOT NULL THEN 1 WHEN e.source = %(source)s "
        f"AND e.rule = %(rule)s AND {EPOCH_US.format('e.observed_at')} <= p.seen_us THEN 1 "
        "ELSE 0 END::bigint"
    )
    rows = _integers(
        ["p.at", stated],
        "customers_pairs p CROSS JOIN LATERAL (SELECT * FROM customers_evidence o "
        "WHERE o.left_key = p.left_key AND o.right_key = p.right_key OFFSET 0) e",
        {"source": source, "rule": TOGETHER},
    )
    is_new[rows[rows[:, 1] == 1, 0]] = False
    return np.flatnonzero(is_new)


def _integers(columns: list[str], origin: str, params: dict[str, str] | None = None) -> Ints:
    """Read bigint columns as one packed value: the driver's cost does not grow with the rows."""
    packed = " || ".join(f"int8send({column})" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg({packed}, '') FROM {origin}", params)  # noqa: S608 - fragments of our own code
        (found,) = cursor.fetchone()
    flat = np.frombuffer(bytes(found or b""), dtype=">i8").astype(np.int64)
    return flat.reshape(-1, len(columns))
