"""Checks that orders and refunds share: places, currencies, words and repetitions."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.orders.contracts import RejectCode
from quanqu.sell.orders.rules.frames import Flags, Ints, ints, is_null
from quanqu.sell.orders.rules.rejects import Rejects


def check_heads(
    heads: pa.Table, needed: Iterable[str], companies: Mapping[int, int], rejects: Rejects
) -> None:
    """Reject rows that lack a needed field, repeat an id, or name no place or currency.

    Shapes: `companies` maps every known place to its company.
    """
    lacking = np.zeros(heads.num_rows, dtype=np.bool_)
    for name in needed:
        lacking |= is_null(heads[name])
    rejects.add(
        lacking,
        RejectCode.MISSING_FIELD,
        lambda row: ", ".join(name for name in needed if not heads[name][row].is_valid),
    )
    rejects.add(_repeats(heads["external_id"], heads["place_key"]), RejectCode.DUPLICATE_IN_BATCH)
    places, owners = ints(heads["place_key"], null=-1), ints(heads["company_key"], null=-1)
    known = np.array(list(companies), dtype=np.int64)
    of_known = np.array([companies[place] for place in companies], dtype=np.int64)
    order = np.argsort(known)
    rejects.add(~_owned(places, owners, known[order], of_known[order]), RejectCode.UNKNOWN_PLACE)
    is_code = pc.match_substring_regex(heads["currency"], "^[A-Z]{3}$")
    rejects.add(~flags(is_code), RejectCode.UNKNOWN_CURRENCY)


def unknown_words(column: pa.ChunkedArray, words: Iterable[str]) -> Flags:
    """Return where a text is not one of the words; null is not."""
    known = pc.is_in(column, value_set=pa.array([str(word) for word in words], pa.string()))
    return ~flags(known)


def flags(column: pa.ChunkedArray | pa.Array) -> Flags:
    """Return a boolean column as flags, nulls as false."""
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False))


def repeated(at: Ints, number: Ints) -> Flags:
    """Return where a (position, number) pair was seen before, in any order of rows."""
    order = np.lexsort((number, at))
    same = (np.diff(at[order]) == 0) & (np.diff(number[order]) == 0)
    found = np.zeros(len(at), dtype=np.bool_)
    found[order[1:][same]] = True
    return found


def _repeats(ids: pa.ChunkedArray, places: pa.ChunkedArray) -> Flags:
    encoded = ids.combine_chunks().dictionary_encode()
    codes = np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False))
    return repeated(codes.astype(np.int64), ints(places, null=-1))


def _owned(places: Ints, owners: Ints, known: Ints, of_known: Ints) -> Flags:
    if not len(known):
        return np.zeros(len(places), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, places), len(known) - 1)
    return np.asarray((known[at] == places) & (of_known[at] == owners))
