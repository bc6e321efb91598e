"""Leave out of claims what speaks of people who were erased."""

from datetime import datetime

import numpy as np

from quanqu.infra.personal.facade import count_met, find_suppressed, hold_off_erasure
from quanqu.know.customers.actions.lookup import hash_values
from quanqu.know.customers.rules.claims import ClaimSet


def without_suppressed(read: ClaimSet, *, now: datetime) -> ClaimSet:
    """Return the claims without those of records that name a suppressed identifier.

    The whole record is left out, not the identifier alone: what it says besides would make a new
    customer of the erased person's data.  What was met is counted.
    Locks: the suppression lock, shared, until the transaction ends.
    """
    if not hold_off_erasure() or not read.values:
        return read
    types, hashes = read.types, hash_values(read)
    codes = find_suppressed(kinds=types, hashes=hashes)
    if not codes:
        return read
    is_met = np.isin(read.code, codes)
    found, times = np.unique(read.code[is_met], return_counts=True)
    met = found.tolist()
    count_met(
        kinds=[types[code] for code in met],
        hashes=[hashes[code] for code in met],
        times=times.tolist(),
        now=now,
    )
    return _kept(read, ~np.isin(read.record, np.unique(read.record[is_met])))


def _kept(read: ClaimSet, keep: "np.typing.NDArray[np.bool_]") -> ClaimSet:
    """Return the claims that are kept, with the identifiers that only they name."""
    left, code = np.unique(read.code[keep], return_inverse=True)
    return ClaimSet(
        read.records,
        read.record[keep],
        code.astype(np.int64),
        read.observed_us[keep],
        read.names,
        read.type[left],
        [read.values[one] for one in left.tolist()],
    )
