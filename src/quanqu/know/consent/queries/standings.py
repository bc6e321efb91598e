"""Read what stands for subjects, now or as it stood at an earlier time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.db.facade import copy_out
from quanqu.know.consent.contracts import Channel, Purpose
from quanqu.know.consent.rules.deciding import STATUSES, Ints, Rows

MICROS: Final = "(extract(epoch FROM {}) * 1000000)::bigint"
MOST_LISTED: Final = 100_000
_SCHEMA: Final = pa.schema(
    [
        ("purpose", pa.string()),
        ("channel", pa.string()),
        ("subject_key", pa.int64()),
        ("via_key", pa.int64()),
        ("record_key", pa.int64()),
        ("status", pa.string()),
        ("observed_us", pa.int64()),
        ("until_us", pa.int64()),
        ("is_signal", pa.bool_()),
    ]
)
_TIMES: Final = f"{MICROS.format('observed_at')}, coalesce({MICROS.format('valid_until')}, 0)"
_NOW: Final = (
    f"SELECT purpose, channel, subject_key, via_key, record_key, status, {_TIMES}, is_signal "  # noqa: S608 - fragments of our own code
    "FROM consent_standing WHERE {}"
)
_THEN: Final = (
    "SELECT DISTINCT ON (purpose, channel, subject_key, via_key) "  # noqa: S608 - fragments of our own code
    f"purpose, channel, subject_key, via_key, key, status, {_TIMES}, source_kind = 'signal' "
    "FROM consent_record WHERE {} AND observed_at <= %(at)s "
    "ORDER BY purpose, channel, subject_key, via_key, status <> 'pending' DESC, "
    "observed_at DESC, status <> 'granted' DESC, key DESC"
)


def read_standings(
    *,
    at: datetime,
    subjects: pa.Array | None,
    purpose: Purpose | None = None,
    channels: Sequence[Channel] | None = None,
) -> pa.Table:
    """Return what stood at a time: of these subjects (None: all), this purpose and its channels.

    The ledger is asked only when something has been said since.
    """
    parts, params = ["true"], dict[str, Any](at=at)
    if purpose is not None:
        parts.append("purpose = %(purpose)s")
        params["purpose"] = purpose.value
    if channels is not None:
        parts.append("channel = ANY(%(channels)s)")
        params["channels"] = [channel.value for channel in channels]
    if subjects is not None and len(subjects) <= MOST_LISTED:
        parts.append("subject_key = ANY(%(subjects)s::bigint[])")
        params["subjects"] = subjects.to_pylist()
    condition = " AND ".join(parts)
    found = copy_out(query=_NOW.format(condition), schema=_SCHEMA, params=params)
    newest = pc.max(found["observed_us"]).as_py()
    if newest is not None and newest > micros(at):
        found = copy_out(query=_THEN.format(condition), schema=_SCHEMA, params=params)
    if subjects is not None and len(subjects) > MOST_LISTED:
        found = found.filter(pc.is_in(found["subject_key"], value_set=subjects))
    return found


def counting(standings: pa.Table, subject_map: pa.Table) -> pa.Table:
    """Add each subject's customer, and keep the rows whose speaker is the same customer's.

    A subject that know.customers does not know is a customer of its own.
    """
    order = np.argsort(subject_map["subject_key"].to_numpy())
    keys = subject_map["subject_key"].to_numpy()[order]
    owners = subject_map["customer_key"].to_numpy()[order]
    customer = _owner(keys, owners, standings["subject_key"].to_numpy())
    speaker = _owner(keys, owners, standings["via_key"].to_numpy())
    found = standings.append_column("customer_key", pa.array(customer))
    return found.filter(pa.array(customer == speaker))


def as_rows(counted: pa.Table) -> Rows:
    """Return counted standings as the columns the rule takes."""
    words = pa.array([status.value for status in STATUSES])
    status = pc.index_in(counted["status"], value_set=words)
    return Rows(
        customer=_numbers(counted["customer_key"]),
        subject=_numbers(counted["subject_key"]),
        record=_numbers(counted["record_key"]),
        status=_numbers(status),
        observed_us=_numbers(counted["observed_us"]),
        until_us=_numbers(counted["until_us"]),
        is_signal=counted["is_signal"].to_numpy().astype(bool),
    )


def micros(moment: datetime) -> int:
    """Return a time as whole microseconds since 1970."""
    return int(pa.scalar(moment, pa.timestamp("us", "UTC")).value)


def _numbers(column: pa.ChunkedArray) -> Ints:
    return column.to_numpy().astype(np.int64)


def _owner(keys: Ints, owners: Ints, asked: Ints) -> Ints:
    if not len(keys):
        return asked
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[at] == asked, owners[at], asked)
