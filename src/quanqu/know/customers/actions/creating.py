"""Write new identifiers, and the customers that come with them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from quanqu.infra.crypto.facade import encrypt_many, hash_many
from quanqu.infra.db.facade import copy_in, id_column, indexed_afterwards
from quanqu.infra.lake.facade import mark_dirty
from quanqu.know.customers.actions.apply import stamp
from quanqu.know.customers.rules.claims import ClaimSet, Ints
from quanqu.know.customers.rules.columns import hints, namespaces, searchable_parts
from quanqu.know.customers.rules.newcomers import chosen, is_load, runs
from quanqu.know.customers.rules.partitions import buckets

_AT_ONCE: Final = 32_768
_COLUMNS: Final = (
    "key",
    "id",
    "type",
    "value_hash",
    "value_enc",
    "part_hash",
    "hint",
    "namespace",
    "customer_key",
    "anchor_key",
    "first_seen_at",
)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """New identifiers in columns, by ascending key: code among the claims, key, when it was first
    seen (µs), its customer's key and the key of what it follows (−1: nothing)."""

    code: Ints
    key: Ints
    first_seen_us: Ints
    customer: Ints
    anchor: Ints


def loading(table: str, new: Ints) -> AbstractContextManager[bool]:
    """Take the indexes off a table while new identifiers (keys, ascending) come, if a load."""
    if len(new) and is_load(len(new), int(new[0])):
        return indexed_afterwards(table=table)
    return nullcontext(False)


def create(new: Newcomers, read: ClaimSet, hashes: Sequence[bytes]) -> None:
    """Insert new identifiers and the customers whose first identifier is among them."""
    if not len(new.key):
        return
    born = _customers(new)
    pieces = _identifiers(new, read, chosen(hashes, new.code), chosen(read.values, new.code))
    data = pieces if len(new.key) > _AT_ONCE else pa.concat_tables(pieces)
    with loading("customers_identifier", new.key):
        copy_in(table="customers_identifier", columns=_COLUMNS, data=data)
    mark_dirty(publication="dim_identity", partitions=buckets(new.key))
    mark_dirty(publication="dim_customer", partitions=buckets(born))


def _customers(new: Newcomers) -> Ints:
    """Insert the customers who are new, and return their keys."""
    owner = new.customer >= new.key[0]
    born, whose = np.unique(new.customer[owner], return_inverse=True)
    first = np.full(len(born), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, whose, new.first_seen_us[owner])
    rows = pa.table(
        {
            "key": born,
            "id": id_column(len(born)),
            "first_seen_at": stamp(first),
        }
    )
    with loading("customers_customer", new.key):
        copy_in(table="customers_customer", columns=rows.column_names, data=rows)
    return born


def _identifiers(
    new: Newcomers, read: ClaimSet, hashes: Sequence[bytes], values: Sequence[str]
) -> Iterator[pa.Table]:
    for type_, at in runs(read, new.code, _AT_ONCE):
        own, count = pa.array(values[at], pa.string()), at.stop - at.start
        anchor = new.anchor[at]
        yield pa.table(
            [
                pa.array(new.key[at]),
                id_column(count),
                pa.repeat(type_, count),
                pa.array(hashes[at], pa.binary()),
                pa.array(encrypt_many(values[at], purpose="identifier"), pa.binary()),
                _part_hashes(searchable_parts(type_, own)),
                hints(type_, own),
                namespaces(type_, own),
                pa.array(new.customer[at]),
                pa.array(anchor, mask=anchor < 0),
                stamp(new.first_seen_us[at]),
            ],
            names=_COLUMNS,
        )


def _part_hashes(parts: pa.Array) -> pa.Array:
    """Hash the parts by which values are also found, each distinct one once."""
    told = parts.dictionary_encode()
    texts = told.dictionary.to_pylist()
    hashed = hash_many(texts, purpose="identifier-part")
    kept = [one if text else None for one, text in zip(hashed, texts, strict=True)]
    return pa.array(kept, pa.binary()).take(told.indices)
