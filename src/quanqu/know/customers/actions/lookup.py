"""Find by set what is known already of a batch of identifiers and of pairs of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from quanqu.infra.crypto.facade import hash_many
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.know.customers.rules.claims import Ints

TOGETHER = "together"
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


def hash_values(types: Sequence[str], values: Sequence[str]) -> list[bytes]:
    """Hash normal values, each under the purpose of its type."""
    hashes: list[bytes] = [b""] * len(values)
    by_type: dict[str, list[int]] = {}
    for at, type_ in enumerate(types):
        by_type.setdefault(type_, []).append(at)
    for type_, places in by_type.items():
        made = hash_many([values[at] for at in places], purpose=f"identifier:{type_}")
        for at, value_hash in zip(places, made, strict=True):
            hashes[at] = value_hash
    return hashes


def find_keys(*, types: Sequence[str], hashes: Sequence[bytes], among: Ints) -> Found:
    """Look up the identifiers with the codes `among`; the others stay −1."""
    key = np.full(len(types), -1, dtype=np.int64)
    first_seen = np.zeros(len(types), dtype=np.int64)
    is_barred = np.zeros(len(types), dtype=bool)
    if len(among):
        columns = {"code": "bigint", "type": "text", "value_hash": "bytea"}
        temp_table(name="customers_wanted", columns=columns)
        wanted = pa.table(
            {
                "code": among,
                "type": pa.array([types[at] for at in among], pa.string()),
                "value_hash": pa.array([hashes[at] for at in among], pa.binary()),
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
            "customers_wanted w JOIN customers_identifier i "
            "ON i.type = w.type AND i.value_hash = w.value_hash",
        )
        key[rows[:, 0]], first_seen[rows[:, 0]] = rows[:, 1], rows[:, 2]
        is_barred[rows[:, 0]] = rows[:, 3] == 1
    return Found(key, first_seen, is_barred)


def new_pairs(*, left: Ints, right: Ints, observed_us: Ints, source: str) -> Ints:
    """Return the positions of the pairs that add to the evidence of this source: pairs it has not
    stated before, or only at a later time. Pairs whose evidence was withdrawn add nothing."""
    is_new = np.ones(len(left), dtype=bool)
    if not len(left):
        return np.flatnonzero(is_new)
    columns = {"at": "bigint", "left_key": "bigint", "right_key": "bigint", "seen_us": "bigint"}
    temp_table(name="customers_pairs", columns=columns)
    pairs = pa.table(
        {
            "at": np.arange(len(left)),
            "left_key": np.minimum(left, right),
            "right_key": np.maximum(left, right),
            "seen_us": observed_us,
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
        "customers_pairs p JOIN customers_evidence e "
        "ON e.left_key = p.left_key AND e.right_key = p.right_key",
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
