"""State that identifiers were seen together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.know.customers.actions.apply import stamp
from quanqu.know.customers.actions.creating import loading
from quanqu.know.customers.actions.lookup import TOGETHER
from quanqu.know.customers.rules.claims import Ints

STRONG_CONFIDENCE = 1.0
WEAK_CONFIDENCE = 0.8

_STAGE = "customers_evidence_in"
_COLUMNS = {
    "left_key": "bigint",
    "right_key": "bigint",
    "observed_at": "timestamptz",
    "confidence": "float8",
    "source": "text",
    "rule": "text",
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct pairs of identifier keys, the smaller at the left, with the time they were seen
    together (µs) and whether both are strong."""

    left: Ints
    right: Ints
    observed_us: Ints
    are_strong: npt.NDArray[np.bool_]


def add_evidence(pairs: Pairs, *, new: Ints, source: str) -> None:
    """State pairs as seen together by a source; one that it stated before gets the earlier time.

    `new` are the keys of new identifiers, ascending: their pairs cannot have been stated.
    """
    is_new = pairs.right >= new[0] if len(new) else np.zeros(len(pairs.right), dtype=bool)
    rows = pa.table(
        {
            "left_key": pairs.left,
            "right_key": pairs.right,
            "observed_at": stamp(pairs.observed_us),
            "confidence": np.where(pairs.are_strong, STRONG_CONFIDENCE, WEAK_CONFIDENCE),
            "source": pa.repeat(source, len(pairs.left)),
            "rule": pa.repeat(TOGETHER, len(pairs.left)),
        }
    )
    with loading("customers_evidence", new):
        copy_in(table="customers_evidence", columns=list(_COLUMNS), data=rows.filter(is_new))
    known = rows.filter(~is_new)
    if not known.num_rows:
        return
    temp_table(name=_STAGE, columns=_COLUMNS)
    copy_in(table=_STAGE, columns=list(_COLUMNS), data=known)
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_evidence AS e ({names}) SELECT {names} FROM {_STAGE} "  # noqa: S608 - fragments of our own code
            "ON CONFLICT ON CONSTRAINT customers_evidence_unique "
            "DO UPDATE SET observed_at = least(e.observed_at, excluded.observed_at)"
        )
