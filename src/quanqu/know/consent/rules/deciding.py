"""The rule of the gate, over columns: who may be used for one purpose through one channel.

Source: docs/rules/consent.md.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.know.consent.contracts import DECISIONS, Reason, State, Status

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STATUSES: Final = (Status.GRANTED, Status.DENIED, Status.WITHDRAWN, Status.PENDING)
_GRANTED, _DENIED, _WITHDRAWN, _PENDING, _EXPIRED = range(5)
_STATES: Final = (
    State.NOT_ASKED,
    State.PENDING,
    State.EXPIRED,
    State.GRANTED,
    State.DENIED,
    State.WITHDRAWN,
    State.CONFLICT,
    State.NOT_NEEDED,
)
(
    _NOT_ASKED,
    _IS_PENDING,
    _IS_EXPIRED,
    _IS_GRANTED,
    _IS_DENIED,
    _IS_WITHDRAWN,
    _CONFLICT,
    _NO_NEED,
) = range(8)
_REASONS: Final = (
    *(Reason(state.value) for state in _STATES),
    Reason.OPT_OUT_SIGNAL,
    Reason.RESTRICTED,
)
_SIGNAL, _RESTRICTED = 8, 9
# which effective statuses speak for each state
_SPEAKS: Final = np.array(
    [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ],
    dtype=bool,
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The standings that count for one purpose and channel.

    Shapes: parallel arrays, one row per record.  Units: times in µs since 1970; `until_us` 0 means
    without end.  `status` is the position in STATUSES; `customer` is the subject's customer.
    """

    customer: Ints
    subject: Ints
    record: Ints
    status: Ints
    observed_us: Ints
    until_us: Ints
    is_signal: Flags


def decide_columns(
    rows: Rows, *, wanted: Ints, restricted: Ints, needs_consent: bool, at_us: int
) -> pa.Table:
    """Return the gate's answer for each wanted customer, in order (see DECISIONS).

    Per subject the last answer counts; of two at one instant the refusal; a pending record only
    where there is no answer.  Over the subjects of a customer the narrower wins: any refusal
    refuses, silence and lapsed grants neither grant nor refuse.
    """
    customers, position = np.unique(wanted, return_inverse=True)
    is_restricted = np.isin(customers, restricted)
    if not needs_consent:
        state = np.full(len(customers), _NO_NEED)
        return _answer(
            customers, position, state, state.copy(), is_restricted, None, _Lists.none(customers)
        )
    last = _last_of_subjects(rows, customers, at_us)
    at = np.searchsorted(customers, rows.customer[last])
    effective = rows.status[last].copy()
    until = rows.until_us[last]
    effective[(effective == _GRANTED) & (until > 0) & (until <= at_us)] = _EXPIRED
    counts = np.zeros((len(customers), 5), dtype=np.int64)
    np.add.at(counts, (at, effective), 1)
    refusing = (effective == _DENIED) | (effective == _WITHDRAWN)
    by_person = np.bincount(at[refusing & ~rows.is_signal[last]], minlength=len(customers)) > 0
    state = _state(counts)
    reason = state.copy()
    refused = counts[:, _DENIED] + counts[:, _WITHDRAWN] > 0
    reason[refused & ~by_person] = _SIGNAL
    speaks = _SPEAKS[state[at], effective]
    lists = _Lists.of(len(customers), at[speaks], rows.record[last][speaks])
    ends = _ends(len(customers), at, effective, until)
    return _answer(customers, position, state, reason, is_restricted, ends, lists)


@dataclass(frozen=True, slots=True)
class _Lists:
    offsets: Ints
    values: Ints

    @classmethod
    def none(cls, customers: Ints) -> "_Lists":
        return cls(np.zeros(len(customers) + 1, dtype=np.int64), np.empty(0, dtype=np.int64))

    @classmethod
    def of(cls, count: int, at: Ints, values: Ints) -> "_Lists":
        order = np.lexsort((values, at))
        offsets = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(at, minlength=count), out=offsets[1:])
        return cls(offsets, values[order])

    def taken(self, position: Ints) -> pa.Array:
        lists = pa.ListArray.from_arrays(pa.array(self.offsets, pa.int32()), pa.array(self.values))
        return lists.take(pa.array(position))


def _last_of_subjects(rows: Rows, customers: Ints, at_us: int) -> Ints:
    """Return the positions of the record that counts of each subject, as far as observed."""
    seen = np.flatnonzero((rows.observed_us <= at_us) & np.isin(rows.customer, customers))
    status = rows.status[seen]
    order = np.lexsort(
        (
            rows.record[seen],
            (status == _DENIED) | (status == _WITHDRAWN),
            rows.observed_us[seen],
            status != _PENDING,
            rows.subject[seen],
        )
    )
    subjects = rows.subject[seen][order]
    is_last = np.append(subjects[1:] != subjects[:-1], True) if len(subjects) else order > 0
    return seen[order[is_last]]


def _state(counts: Ints) -> Ints:
    has = counts > 0
    refused = has[:, _DENIED] | has[:, _WITHDRAWN]
    return np.select(
        [
            refused & has[:, _GRANTED],
            has[:, _WITHDRAWN],
            has[:, _DENIED],
            has[:, _GRANTED],
            has[:, _EXPIRED],
            has[:, _PENDING],
        ],
        [_CONFLICT, _IS_WITHDRAWN, _IS_DENIED, _IS_GRANTED, _IS_EXPIRED, _IS_PENDING],
        _NOT_ASKED,
    )


def _ends(count: int, at: Ints, effective: Ints, until: Ints) -> Ints:
    """Return until when each customer's grants last: the latest end, 0 for one without end."""
    counting = (effective == _GRANTED) | (effective == _EXPIRED)
    endless = np.iinfo(np.int64).max
    ends = np.zeros(count, dtype=np.int64)
    np.maximum.at(ends, at[counting], np.where(until == 0, endless, until)[counting])
    ends[ends == endless] = 0
    return ends


def _answer(
    customers: Ints,
    position: Ints,
    state: Ints,
    reason: Ints,
    is_restricted: Flags,
    ends: Ints | None,
    lists: _Lists,
) -> pa.Table:
    reason[is_restricted] = _RESTRICTED
    is_allowed = ((state == _IS_GRANTED) | (state == _NO_NEED)) & ~is_restricted
    shows_end = np.isin(state, (_IS_GRANTED, _IS_EXPIRED))
    until = np.zeros(len(customers), dtype=np.int64) if ends is None else ends * shows_end
    columns: list[Any] = [
        pa.array(customers[position]),
        pa.array(is_allowed[position]),
        _words(state[position], _STATES),
        _words(reason[position], _REASONS),
        pa.array(until[position], mask=until[position] == 0).cast(pa.timestamp("us")),
        lists.taken(position),
    ]
    columns[4] = columns[4].cast(pa.int64()).cast(DECISIONS.field("valid_until").type)
    return pa.table(columns, schema=DECISIONS)


def _words(codes: Ints, words: tuple[Any, ...]) -> pa.Array:
    known = pa.array([word.value for word in words])
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), known).cast(pa.string())
