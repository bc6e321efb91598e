"""The gate: one function that says who may be used for a purpose through a channel, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor
from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose
from quanqu.know.consent.models import Restriction
from quanqu.know.consent.queries.standings import (
    as_rows,
    counting,
    micros,
    read_standings,
)
from quanqu.know.consent.rules.deciding import Ints, decide_columns
from quanqu.know.consent.rules.statements import check_asked
from quanqu.know.customers.facade import keys_of_customers, subject_map

_FEW: Final = 1_000


def decide(
    *,
    purpose: str,
    channel: str,
    at: datetime,
    customers: pa.Array | Sequence[int] | None = None,
    subjects: pa.Array | Sequence[int] | None = None,
) -> pa.Table:
    """Say for each customer, or for the customer of each subject, whether it is allowed and why.

    The gate of every send, export, ad sync and training.  Give exactly one of `customers` and
    `subjects` (keys).  Shapes: one row per key in the order given, see contracts.DECISIONS;
    `record_keys` are the records that decided it.
    Raises: UnknownPurposeError, UnknownChannelError, ValueError.
    Source: docs/rules/consent.md.
    """
    if (customers is None) == (subjects is None):
        raise ValueError("give customers or subjects")
    asked = check_asked(purpose, channel)
    if subjects is not None:
        keys = _array(subjects)
        wanted = _owners(keys, subject_map(subjects=keys))
    else:
        wanted = _array(customers).to_numpy()
    return decide_customers(wanted, purpose=asked[0], channel=asked[1], at=at)


def decide_ids(
    *, actor: Actor, purpose: str, channel: str, customer_ids: Sequence[UUID], at: datetime
) -> dict[UUID, dict[str, Any]]:
    """Return the gate's answer, as a row of contracts.DECISIONS, for the customers in scope.

    Raises: NotAllowedError, UnknownPurposeError, UnknownChannelError.
    """
    known = keys_of_customers(actor=actor, customer_ids=customer_ids)
    found = decide(purpose=purpose, channel=channel, at=at, customers=list(known.values()))
    return dict(zip(known, found.to_pylist(), strict=True))


def decide_customers(wanted: Ints, *, purpose: Purpose, channel: Channel, at: datetime) -> pa.Table:
    """Decide for customer keys; see `decide`."""
    members = subject_map(customers=pa.array(np.unique(wanted)))
    needs_consent = PURPOSES[purpose].needs_consent
    # a subject that know.customers does not know stands for itself
    listed = pa.array(np.union1d(members["subject_key"].to_numpy(), wanted))
    found = read_standings(
        at=at,
        subjects=listed,
        purpose=purpose,
        channels=(channel, Channel.ALL) if needs_consent else (),
    )
    return decide_columns(
        as_rows(counting(found, members)),
        wanted=wanted,
        restricted=_restricted(members, listed, purpose, at, wanted),
        needs_consent=needs_consent,
        at_us=micros(at),
    )


def restricted_subjects(*, at: datetime, among: pa.Array, purpose: Purpose | None = None) -> Ints:
    """Return which of these subjects are restricted at a time, for a purpose (None: for any)."""
    found = Restriction.objects.restricted(purpose=purpose and purpose.value, at=at)
    if len(among) <= _FEW:  # each of a longer list would be bound by itself
        found = found.filter(subject_key__in=among.to_pylist())
    held = np.fromiter(found.values_list("subject_key", flat=True), dtype=np.int64)
    return np.intersect1d(held, among.to_numpy(zero_copy_only=False))


def _restricted(
    members: pa.Table, listed: pa.Array, purpose: Purpose, at: datetime, wanted: Ints
) -> Ints:
    subjects = restricted_subjects(at=at, among=listed, purpose=purpose)
    if not len(subjects):
        return subjects
    owned = np.isin(members["subject_key"].to_numpy(), subjects)
    own = members["customer_key"].to_numpy()[owned]
    return np.concatenate([own, np.intersect1d(subjects, wanted)])


def _owners(keys: pa.Array, found: pa.Table) -> Ints:
    known = dict(
        zip(found["subject_key"].to_pylist(), found["customer_key"].to_pylist(), strict=True)
    )
    return np.array([known.get(key, key) for key in keys.to_pylist()], dtype=np.int64)


def _array(keys: pa.Array | Sequence[int] | None) -> pa.Array:
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    return keys.cast(pa.int64()) if isinstance(keys, pa.Array) else pa.array(keys, pa.int64())
