"""What know.consent puts in the lake: what stands for each customer, purpose and channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register
from quanqu.kernel.time import utc_now
from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose, pairs
from quanqu.know.consent.queries.gate import restricted_subjects
from quanqu.know.consent.queries.standings import as_rows, counting, micros, read_standings
from quanqu.know.consent.rules.deciding import decide_columns
from quanqu.know.consent.rules.partitions import WIDTH, bounds
from quanqu.know.customers.facade import subject_map

_TIME: Final = pa.timestamp("us", "UTC")

CONSENT: Final = (
    Column("customer_key", pa.int64(), "The customer."),
    Column("purpose", pa.string(), "What for, such as marketing."),
    Column("channel", pa.string(), "Through what, such as email; all where there is no channel."),
    Column(
        "status",
        pa.string(),
        "The state; not_asked and not_needed only where restricted.",
    ),
    Column("is_allowed", pa.bool_(), "Whether the gate allowed it when this was written."),
    Column("reason", pa.string(), "Why: a status, opt_out_signal or restricted."),
    Column("valid_until", _TIME, "A grant counts no longer from then on; null: without end."),
    Column("observed_at", _TIME, "When the last word that counts was said."),
    Column("bucket", pa.string(), "Partition: the customer key divided by 65 536."),
)
_SCHEMA: Final = pa.schema([(column.name, column.arrow_type) for column in CONSENT])


def read_consent(partitions: Sequence[str] | None) -> pa.Table:
    """Return the rows of dim_consent: customers with any word, and those restricted."""
    now = utc_now()
    if partitions is None:
        members, subjects = subject_map(), None
    else:
        keys = pa.array(np.concatenate([np.arange(*bounds(name)) for name in partitions]))
        members = subject_map(customers=keys)
        subjects = members["subject_key"].combine_chunks()
    known = members["subject_key"].combine_chunks()
    found = counting(read_standings(at=now, subjects=subjects), members)
    # the records of an erased identifier stay as proof, and lead to no customer
    found = found.filter(pc.is_in(found["subject_key"], value_set=known))
    told = [_pair(found, members, pair, now) for pair in pairs()]
    return pa.concat_tables(told)


def _pair(
    found: pa.Table, members: pa.Table, pair: tuple[Purpose, Channel], now: datetime
) -> pa.Table:
    purpose, channel = pair
    needs_consent = PURPOSES[purpose].needs_consent
    channels = pa.array([channel.value, Channel.ALL.value])
    mine = found.filter(
        pc.and_(
            pc.equal(found["purpose"], purpose.value),
            pc.and_(pc.is_in(found["channel"], value_set=channels), needs_consent),
        )
    )
    subjects = members["subject_key"].combine_chunks()
    held = restricted_subjects(at=now, among=subjects, purpose=purpose)
    owners = members["customer_key"].to_numpy()
    restricted = np.unique(owners[np.isin(subjects.to_numpy(), held)])
    wanted = np.union1d(mine["customer_key"].to_numpy(), restricted)
    answer = decide_columns(
        as_rows(mine),
        wanted=wanted,
        restricted=restricted,
        needs_consent=needs_consent,
        at_us=micros(now),
    )
    last = mine.group_by("customer_key").aggregate([("observed_us", "max")])
    order = np.argsort(last["customer_key"].to_numpy())
    known = last["customer_key"].to_numpy()[order]
    observed = np.zeros(len(wanted), dtype=np.int64)
    observed[np.isin(wanted, known)] = last["observed_us_max"].to_numpy()[order]
    made = {
        "purpose": pa.array([purpose.value] * len(wanted), pa.string()),
        "channel": pa.array([channel.value] * len(wanted), pa.string()),
        "status": answer["state"],
        "observed_at": pa.array(observed, mask=observed == 0).cast(_TIME),
        "bucket": pa.array(wanted // WIDTH).cast(pa.string()),
    }
    columns = [made[name] if name in made else answer[name] for name in _SCHEMA.names]
    return pa.table(columns, schema=_SCHEMA)


register(
    Publication("dim_consent", "customer, purpose and channel", CONSENT, "bucket", read_consent)
)
