"""Whom the rows of an upload name: the surest column that finds somebody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quanqu.know.audiences.contracts import DOUBLE, UPLOAD_TYPES

Ints = npt.NDArray[np.int64]
NOBODY = -1
EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Column:
    """What the values of one column name: identifier and customer by row (−1: nobody), and why
    not (empty text: somebody)."""

    subjects: Ints
    customers: Ints
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """The distinct identifiers that rows name, and by reason the places of rows left out."""

    subjects: Ints
    left_out: Mapping[str, list[int]]


def read_rows(columns: Mapping[str, Column], count: int) -> Reading:
    """Return whom the rows of an upload name.

    A row is its surest column's (UPLOAD_TYPES) that finds a customer; the columns after it are not
    looked at.  A row that finds nobody is left out with the reason of its surest column that is
    not empty.  A row whose customer an earlier row names is left out as `double`.
    """
    ordered = [columns[type_] for type_ in UPLOAD_TYPES if type_ in columns]
    subjects, customers = (np.full(count, NOBODY, np.int64) for _ in range(2))
    reasons = np.full(count, EMPTY, object)
    for column in ordered:
        is_open = customers == NOBODY
        is_found = is_open & (column.customers != NOBODY)
        subjects[is_found] = column.subjects[is_found]
        customers[is_found] = column.customers[is_found]
        told = np.asarray(column.reasons, object)
        is_first = is_open & ~is_found & (reasons == EMPTY)
        reasons[is_first] = told[is_first]
    places = np.flatnonzero(customers != NOBODY)
    _, first = np.unique(customers[places], return_index=True)
    kept = np.zeros(count, bool)
    kept[places[first]] = True
    left_out: dict[str, list[int]] = {}
    for at in np.flatnonzero(~kept).tolist():
        reason = DOUBLE if customers[at] != NOBODY else str(reasons[at])
        left_out.setdefault(reason, []).append(at)
    return Reading(np.unique(subjects[kept]), left_out)
