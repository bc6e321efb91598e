"""The consents of one customer: what stands for each purpose and channel, and what was said."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.consent.contracts import (
    PURPOSES,
    Basis,
    Channel,
    ConsentRecordRow,
    CustomerConsent,
    Purpose,
    Reason,
    SourceKind,
    State,
    Status,
    pairs,
)
from quanqu.know.consent.models import ConsentNote, ConsentRecord, Restriction
from quanqu.know.consent.queries.standings import as_rows, counting, micros, read_standings
from quanqu.know.consent.rules.deciding import decide_columns
from quanqu.know.customers.facade import keys_of_customers, subject_map

NOTE_PURPOSE = "consent:note"
MOST = 1_000


def get_consents(*, actor: Actor, customer_id: UUID, at: datetime) -> tuple[CustomerConsent, ...]:
    """Return the gate's answer for every purpose and channel of one customer, with reasons.

    Raises: NotAllowedError, NotFoundError.
    """
    return consents_of(customer_key=_key_of(actor, customer_id), at=at)


def consents_of(*, customer_key: int, at: datetime) -> tuple[CustomerConsent, ...]:
    """Return the same for a customer key, for callers that have checked who asks."""
    members = subject_map(customers=pa.array([customer_key], pa.int64()))
    subjects = members["subject_key"].to_pylist() or [customer_key]
    found = counting(read_standings(at=at, subjects=pa.array(subjects, pa.int64())), members)
    held = Restriction.objects.restricted(purpose=None, at=at).filter(subject_key__in=subjects)
    restricted = set(held.values_list("purpose", flat=True))
    return tuple(
        _consent(customer_key, found, purpose, channel, restricted, at)
        for purpose, channel in pairs()
    )


def list_records(*, actor: Actor, customer_id: UUID) -> tuple[ConsentRecordRow, ...]:
    """Return all that was recorded of one customer, the newest first, at most 1,000.

    Notes are shown to those who may reveal.  Raises: NotAllowedError, NotFoundError.
    """
    members = subject_map(customers=pa.array([_key_of(actor, customer_id)], pa.int64()))
    keys = tuple(members["subject_key"].to_pylist())
    return records_of(subject_keys=keys, shows_notes=actor.can("customers.reveal"))


def records_of(*, subject_keys: tuple[int, ...], shows_notes: bool) -> tuple[ConsentRecordRow, ...]:
    """Return the records of these subjects, for callers that have checked who asks."""
    own = set(subject_keys)
    rows = list(ConsentRecord.objects.filter(subject_key__in=own).order_by("-key")[:MOST])
    keys = [row.key for row in rows if row.note_hash is not None]
    notes: dict[int, str] = {}
    if shows_notes and keys:
        sealed = ConsentNote.objects.filter(record_id__in=keys).values_list("record_id", "note")
        notes = {key: decrypt(bytes(note), purpose=NOTE_PURPOSE) for key, note in sealed}
    return tuple(_record(row, notes.get(row.key), row.via_key in own) for row in rows)


def _key_of(actor: Actor, customer_id: UUID) -> int:
    """Return the key of a customer the actor may see. Raises: NotAllowedError, NotFoundError."""
    found = keys_of_customers(actor=actor, customer_ids=[customer_id])
    if customer_id not in found:
        raise NotFoundError(kind="Customer", ref=encode("cus", customer_id))
    return found[customer_id]


def _consent(
    customer_key: int,
    found: pa.Table,
    purpose: Purpose,
    channel: Channel,
    restricted: set[str | None],
    at: datetime,
) -> CustomerConsent:
    rows = [
        row
        for row in found.to_pylist()
        if row["purpose"] == purpose and row["channel"] in (channel, Channel.ALL)
    ]
    wanted = np.array([customer_key], dtype=np.int64)
    is_restricted = None in restricted or purpose.value in restricted
    answer = decide_columns(
        as_rows(pa.Table.from_pylist(rows, schema=found.schema)),
        wanted=wanted,
        restricted=wanted if is_restricted else wanted[:0],
        needs_consent=PURPOSES[purpose].needs_consent,
        at_us=micros(at),
    ).to_pylist()[0]
    behind = set(answer["record_keys"])
    observed = [row["observed_us"] for row in rows if row["record_key"] in behind]
    return CustomerConsent(
        purpose,
        channel,
        answer["is_allowed"],
        State(answer["state"]),
        Reason(answer["reason"]),
        answer["valid_until"],
        _moment(max(observed)) if observed else None,
        tuple(answer["record_keys"]),
    )


def _moment(us: int) -> Any:
    return pa.scalar(us, pa.timestamp("us", "UTC")).as_py()


def _record(row: ConsentRecord, note: str | None, counts: bool) -> ConsentRecordRow:
    return ConsentRecordRow(
        key=row.key,
        id=row.id,
        subject_key=row.subject_key,
        via_key=row.via_key,
        purpose=Purpose(row.purpose),
        channel=Channel(row.channel),
        basis=Basis(row.basis),
        status=Status(row.status),
        text_version=row.text_version,
        language=row.language,
        source_kind=SourceKind(row.source_kind),
        source=row.source,
        reference=row.reference,
        observed_at=row.observed_at,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        note=note,
        proof=bytes(row.proof).hex(),
        counts=counts,
    )
