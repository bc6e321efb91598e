"""Which pairs are worth comparing: blocking keys chosen from the data, so that no block explodes.

A key is one detail or several; rows that agree on it form a block.  Every key may give a share of
the pairs the run can afford: its largest blocks are left out until it keeps to that.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quanqu.know.matching.contracts import Block

__all__ = ["choose_blocks", "choose_training_keys", "pair_budget"]

_ALL_PAIRS: Final = 2_100_000  # a table of two thousand rows is compared whole
_PAIRS_A_ROW: Final = 40
_FEWEST: Final = 3_000_000
_MOST: Final = 15_000_000
_SHARE: Final = 4  # one key may take a quarter of the budget

_LATIN_NAMES: Final = (("surname", 3), ("given", 3))
_KEYS: Final[tuple[tuple[str, ...], ...]] = (
    ("national",), ("email",), ("phone",), ("email_user",), ("names",),
    ("surname", "birth"), ("given", "birth"), ("given", "surname"), ("birth", "postcode"),
    ("birth", "locality"), ("surname", "postcode"), ("given", "postcode"),
    ("street", "street_number"),
    ("street", "postcode"), ("street", "surname"), ("street", "given"), ("street_2", "surname"),
    ("street_2", "given"), ("street_2", "birth"), ("surname", "street_number"),
    ("postcode", "street_number"), ("surname", "locality"), ("given", "locality"),
    ("middle", "birth"), ("middle", "postcode"), ("middle",), ("surname", "attribute_0"),
    ("surname_3", "given_3", "birth_year"), ("surname_3", "given_3", "locality"),
    ("surname_3", "postcode"), ("surname", "given_3"), ("surname_3", "birth_day"),
    ("given_3", "birth_day"), ("surname", "birth_year"), ("given", "birth_year"),
    ("locality", "birth_year"), ("birth",), ("postcode",), ("street",), ("surname",),
)  # fmt: skip
_TRAINING: Final[tuple[tuple[str, ...], ...]] = (
    ("national",), ("email",), ("phone",), ("birth", "surname"), ("given", "postcode"),
    ("street", "street_number"), ("birth", "postcode"), ("given", "surname"),
    ("surname", "locality"),
    ("birth",), ("surname", "postcode"),
)  # fmt: skip


def pair_budget(rows: int) -> int:
    """Return how many pairs a run over that many rows may compare."""
    every = rows * (rows - 1) // 2
    return min(every, max(_FEWEST, min(_PAIRS_A_ROW * rows, _MOST)))


def choose_blocks(details: pa.Table, budget: int) -> list[Block]:
    """Return the keys to compare within, cheapest first, while the budget lasts.

    A small table is one block: every pair is compared.
    """
    rows = details.num_rows
    every = rows * (rows - 1) // 2
    if every <= min(_ALL_PAIRS, budget):
        return [Block(("all",), np.zeros(rows, np.int64), every, 1.0)]
    columns = _coded_columns(details)
    kept, left = [], budget
    found = [_block(key, columns, budget // _SHARE) for key in _KEYS if columns.keys() >= {*key}]
    for block in sorted(found, key=lambda block: block.pairs):
        if 0 < block.pairs <= left:
            kept.append(block)
            left -= block.pairs
    return kept


def choose_training_keys(details: pa.Table, least_pairs: int = 5) -> list[tuple[str, ...]]:
    """Return the keys to train within: each has pairs, and every detail is free in two of them."""
    columns = _coded_columns(details)
    names = [name for name in details.column_names if name != "row"]
    free = dict.fromkeys(names, 0)
    chosen: list[tuple[str, ...]] = []
    for key in _TRAINING:
        if not columns.keys() >= {*key}:
            continue
        counts = np.bincount(_combined([columns[part] for part in key]) + 1)[1:]
        if (counts * (counts - 1) // 2).sum() < least_pairs:
            continue
        if len(chosen) >= 2 and all(free[name] >= 2 for name in names if name not in key):
            continue
        chosen.append(key)
        for name in names:
            free[name] += name not in key
    return chosen


def _coded_columns(details: pa.Table) -> dict[str, NDArray[np.int64]]:
    """Return every column, and parts of some, as numbers; -1 for nothing."""
    texts = {name: details.column(name) for name in details.column_names if name != "row"}
    derived: dict[str, pa.ChunkedArray] = {}
    for name, length in _LATIN_NAMES:
        if name in texts:
            derived[f"{name}_{length}"] = pc.utf8_slice_codeunits(texts[name], 0, length)
    if "birth" in texts:
        derived["birth_year"] = pc.utf8_slice_codeunits(texts["birth"], 0, 4)
        derived["birth_day"] = pc.utf8_slice_codeunits(texts["birth"], 4, 8)
    if "email" in texts:
        derived["email_user"] = pc.replace_substring_regex(texts["email"], "@.*$", "")
    coded = {name: _codes(values) for name, values in {**texts, **derived}.items()}
    if "given" in texts and "surname" in texts:
        coded["names"] = _unordered(texts["given"], texts["surname"])
    return coded


def _codes(values: pa.ChunkedArray) -> NDArray[np.int64]:
    coded = _flat(values).dictionary_encode()
    return np.asarray(pc.fill_null(coded.indices, -1), dtype=np.int64)


def _flat(values: pa.ChunkedArray) -> pa.Array:
    flat = values.combine_chunks()
    return flat.chunk(0) if isinstance(flat, pa.ChunkedArray) else flat


def _unordered(given: pa.ChunkedArray, surname: pa.ChunkedArray) -> NDArray[np.int64]:
    """Number the pairs of names, whichever comes first: Wang Wei and Wei Wang are one."""
    rows = len(given)
    both = _codes(pa.chunked_array([*given.chunks, *surname.chunks]))
    one, other = both[:rows], both[rows:]
    pair = np.minimum(one, other) * (both.max(initial=0) + 2) + np.maximum(one, other)
    return np.where((one < 0) | (other < 0), -1, pair)


def _combined(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Number the combinations; a row without one of the parts is in none."""
    joined = parts[0]
    for part in parts[1:]:
        product = np.where((joined < 0) | (part < 0), -1, joined * (part.max(initial=0) + 1) + part)
        joined = _dense(product)
    return _dense(joined)


def _dense(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    present = codes >= 0
    dense = np.full(len(codes), -1, np.int64)
    dense[present] = np.unique(codes[present], return_inverse=True)[1]
    return dense


def _block(key: tuple[str, ...], columns: dict[str, NDArray[np.int64]], most: int) -> Block:
    """Return the key with its largest blocks left out until it gives no more pairs than `most`."""
    codes = _combined([columns[part] for part in key])
    counts = np.bincount(codes + 1, minlength=1)[1:]
    ordered = np.sort(counts)
    given = np.cumsum(ordered * (ordered - 1) // 2)
    fitting = int(np.searchsorted(given, most, side="right"))
    if fitting == 0 or not given[fitting - 1]:
        return Block(key, codes, 0, 0.0)
    largest = int(ordered[fitting - 1])
    if fitting < len(ordered) and ordered[fitting] == largest:
        largest -= 1
    sizes = np.where(codes >= 0, counts[codes], 0)
    within = (sizes > 1) & (sizes <= largest)
    pairs = int((counts[counts <= largest] * (counts[counts <= largest] - 1) // 2).sum())
    return Block(key, np.where(within, codes, -1), pairs, float(within.mean()))
