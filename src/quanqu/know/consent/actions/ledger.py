"""Write the ledger: check, leave out what is known, chain, append, and keep the standings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from quanqu.infra.crypto.facade import encrypt, keyed_hash
from quanqu.infra.db.facade import copy_in, copy_out, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.kernel.ids import new_id_texts
from quanqu.know.consent.contracts import (
    STATEMENTS,
    ConsentTextNotFoundError,
    Recorded,
    ReferenceTakenError,
)
from quanqu.know.consent.models import ChainHead, ConsentNote, ConsentText
from quanqu.know.consent.rules.chain import chain
from quanqu.know.consent.rules.partitions import buckets
from quanqu.know.consent.rules.statements import check_statements
from quanqu.know.customers.facade import subject_map

NOTE_PURPOSE: Final = "consent:note"
_TEMP: Final = "consent_told"
_COLUMNS: Final = {
    "at": "bigint", "subject_key": "bigint", "via_key": "bigint", "purpose": "text",
    "channel": "text", "basis": "text", "status": "text", "text_version": "integer",
    "language": "text", "source_kind": "text", "source": "text", "reference": "text",
    "observed_at": "timestamptz", "valid_until": "timestamptz",
}  # fmt: skip
_SAME: Final = (
    "(a.status, a.via_key, a.observed_at, a.valid_until) IS NOT DISTINCT FROM "
    "(b.status, b.via_key, b.observed_at, b.valid_until)"
)
_ON_REFERENCE: Final = (
    "a.reference = b.reference AND a.subject_key = b.subject_key AND a.purpose = b.purpose "
    "AND a.channel = b.channel"
)
_KNOWN: Final = (
    f"SELECT a.at, a.reference, bool_and({_SAME}) FROM {_TEMP} a JOIN "  # noqa: S608 - fragments of our own code
    f"(SELECT reference, subject_key, purpose, channel, status, via_key, observed_at, valid_until, "
    f"-1 AS at FROM consent_record WHERE reference IN (SELECT reference FROM {_TEMP}) UNION ALL "
    "SELECT reference, subject_key, purpose, channel, status, via_key, observed_at, valid_until, at"
    f" FROM {_TEMP}) b ON {_ON_REFERENCE} AND b.at < a.at GROUP BY 1, 2"
)
_STAND: Final = (
    "INSERT INTO consent_standing AS s (purpose, channel, subject_key, via_key, record_key, "
    "status, observed_at, valid_until, is_signal) "
    "SELECT DISTINCT ON (purpose, channel, subject_key, via_key) purpose, channel, subject_key, "
    "via_key, key, status, observed_at, valid_until, source_kind = 'signal' FROM consent_record "
    "WHERE key > %s ORDER BY purpose, channel, subject_key, via_key, status <> 'pending' DESC, "
    "observed_at DESC, status <> 'granted' DESC, key DESC "
    "ON CONFLICT (purpose, channel, subject_key, via_key) DO UPDATE SET "
    "record_key = excluded.record_key, status = excluded.status, "
    "observed_at = excluded.observed_at, valid_until = excluded.valid_until, "
    "is_signal = excluded.is_signal "
    "WHERE (excluded.status <> 'pending', excluded.observed_at, excluded.status <> 'granted', "
    "excluded.record_key) > (s.status <> 'pending', s.observed_at, s.status <> 'granted', "
    "s.record_key)"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who records, when, and the note that proves it, if any."""

    name: str
    now: datetime
    note: str | None = None


def record_statements(*, statements: pa.Table, recorded_by: str, now: datetime) -> Recorded:
    """Append a table of statements (columns of contracts.STATEMENTS) to the ledger, once each.

    Runs in the caller's transaction, or in one of its own.  A statement whose reference, subject,
    purpose and channel are recorded already is left out.
    Locks: the head of the ledger, until the end of the transaction.
    Raises: ConsentInputError, UnknownPurposeError, UnknownChannelError, ConsentTextNotFoundError,
    ReferenceTakenError.
    """
    return append(check_statements(statements, now=now), Author(recorded_by, now))


def append(told: pa.Table, author: Author) -> Recorded:
    """Append checked statements; see `record_statements`."""
    if not told.num_rows:
        return Recorded(0, 0)
    _check_versions(told)
    with transaction.atomic():
        head = lock_head()
        new = _unknown(told)
        if new.num_rows:
            _append(head, new, author)
    return Recorded(new.num_rows, told.num_rows - new.num_rows)


def lock_head() -> ChainHead:
    """Return the head of the ledger, locked: one writer at a time."""
    ChainHead.objects.bulk_create([ChainHead(key=1)], ignore_conflicts=True)
    return ChainHead.objects.select_for_update().get(key=1)


def touch_subjects(subjects: pa.Array) -> None:
    """Mark what is published of the customers of these subjects."""
    owners = subject_map(subjects=pc.unique(subjects))["customer_key"]
    touch_customers(customer_keys=pc.unique(owners).to_pylist())


def touch_customers(*, customer_keys: Sequence[int]) -> None:
    """Mark what is published of these customers to be written anew."""
    if customer_keys:
        mark_dirty(publication="dim_consent", partitions=buckets(customer_keys))


def _check_versions(told: pa.Table) -> None:
    asked = told.filter(pc.is_valid(told["text_version"]))
    if not asked.num_rows:
        return
    names = ["purpose", "text_version", "language"]
    known = set(ConsentText.objects.values_list("purpose", "version", "language"))
    for row in asked.select(names).group_by(names).aggregate([]).to_pylist():
        purpose, version, language = (row[name] for name in names)
        if (purpose, version, language) not in known:
            raise ConsentTextNotFoundError(
                purpose=purpose, version=version, language=language or "no language"
            )


def _unknown(told: pa.Table) -> pa.Table:
    """Return the statements that are neither in the ledger nor earlier in the table."""
    temp_table(name=_TEMP, columns=_COLUMNS)
    rows = told.append_column("at", pa.array(range(told.num_rows), pa.int64()))
    copy_in(table=_TEMP, columns=list(_COLUMNS), data=rows)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_TEMP}")
        cursor.execute(_KNOWN)
        found = cursor.fetchall()
    for _, reference, is_same in found:
        if not is_same:
            raise ReferenceTakenError(reference=reference)
    known = pa.array([at for at, *_ in found], pa.int64())
    return told.filter(pc.invert(pc.is_in(rows["at"], value_set=known)))


def _append(head: ChainHead, new: pa.Table, author: Author) -> None:
    count, before = new.num_rows, head.records
    columns = _stamped(new, before, author)
    proofs = chain(bytes(head.proof), new_records(columns))
    columns = columns.append_column("proof", pa.array(proofs, pa.binary()))
    copy_in(table="consent_record", columns=columns.column_names, data=columns)
    if author.note is not None:
        sealed = encrypt(author.note, purpose=NOTE_PURPOSE)
        keys = range(before + 1, before + count + 1)
        ConsentNote.objects.bulk_create([ConsentNote(record_id=key, note=sealed) for key in keys])
    with connection.cursor() as cursor:
        cursor.execute(_STAND, [before])
    ChainHead.objects.filter(key=1).update(records=before + count, proof=proofs[-1])
    touch_subjects(new["subject_key"].combine_chunks())


def _stamped(new: pa.Table, before: int, author: Author) -> pa.Table:
    count = new.num_rows
    unix_ms = int(author.now.timestamp() * 1000)
    note = None
    if author.note is not None:
        note = keyed_hash(author.note, purpose=NOTE_PURPOSE).hex()
    added: Mapping[str, pa.Array] = {
        "key": pa.array(range(before + 1, before + count + 1), pa.int64()),
        "id": pa.array(new_id_texts(count, unix_ms=unix_ms), pa.string()),
        "recorded_at": pa.array([author.now] * count, pa.timestamp("us", "UTC")),
        "recorded_by": pa.array([author.name] * count, pa.string()),
        "note_hash": pa.array([note] * count, pa.string()),
    }
    names = [*added, *STATEMENTS.names]
    return pa.table([*added.values(), *new.select(STATEMENTS.names).columns], names=names)


def new_records(columns: pa.Table) -> Sequence[Mapping[str, Any]]:
    """Return columns as records to be chained: times as whole microseconds."""
    plain = {}
    for name in columns.column_names:
        column = columns[name]
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        plain[name] = column.to_pylist()
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def read_ledger(*, after: int, until: int) -> pa.Table:
    """Return the records with keys in (after, until] in order, as columns to be chained again."""
    names = ["key", "id", "recorded_at", "recorded_by", "note_hash", *STATEMENTS.names, "proof"]
    types = {
        **{field.name: field.type for field in STATEMENTS},
        "key": pa.int64(),
        "recorded_at": pa.timestamp("us", "UTC"),
    }
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    made = {"id": "replace(id::text, '-', '')", "proof": "encode(proof, 'hex')"}
    listed = ", ".join(made.get(name, name) for name in names)
    return copy_out(
        query=f"SELECT {listed} FROM consent_record WHERE key > %s AND key <= %s ORDER BY key",  # noqa: S608 - fragments of our own code
        schema=schema,
        params=[after, until],
    )
