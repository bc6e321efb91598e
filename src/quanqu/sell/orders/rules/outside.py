"""The outside form of many ids at once; `kernel.ids.encode` says what it is."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ALPHABET: Final = np.frombuffer(b"0123456789abcdefghjkmnpqrstvwxyz", dtype=np.uint8)
_LETTERS: Final = 26
_BITS: Final = 5
_CHUNK: Final = 65_536


def outside_ids(prefix: str, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return `prefix_…` for a column of UUIDs as text, null for null."""
    chunks = []
    for start in range(0, max(len(ids), 1), _CHUNK):
        column = ids.slice(start, _CHUNK).combine_chunks()
        texts = _encoded(column.drop_null())
        if column.null_count:
            valid = column.is_valid()
            at = np.cumsum(np.asarray(valid.to_numpy(zero_copy_only=False))) - 1
            texts = texts.take(pc.if_else(valid, pa.array(at), None))
        joined = pc.binary_join_element_wise(pa.scalar(prefix), texts, "_")
        chunks.append(joined)
    return pa.chunked_array(chunks, pa.string())


def _encoded(ids: pa.Array) -> pa.Array:
    digits = pc.replace_substring(ids, "-", "")
    raw = bytes.fromhex("".join(digits.to_pylist()))
    bits = np.unpackbits(np.frombuffer(raw, dtype=np.uint8).reshape(len(ids), 16), axis=1)
    padded = np.zeros((len(ids), _LETTERS * _BITS), dtype=np.uint8)
    padded[:, 2:] = bits
    values = padded.reshape(len(ids), _LETTERS, _BITS) @ np.array([16, 8, 4, 2, 1], dtype=np.uint8)
    letters = np.ascontiguousarray(_ALPHABET[values])
    return pa.array(letters.view(f"S{_LETTERS}").reshape(len(ids)).astype(str), pa.string())
