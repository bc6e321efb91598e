"""Take a file of consents into the ledger; lines that are wrong are told, the others recorded."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

import pyarrow as pa
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.consent.actions.ledger import record_statements
from quanqu.know.consent.actions.record import MANAGE
from quanqu.know.consent.contracts import (
    STATEMENTS,
    ImportedConsents,
    Recorded,
    RejectedLine,
    SourceKind,
)
from quanqu.know.consent.rules.files import FileLine, read_file
from quanqu.know.customers.contracts import KINDS
from quanqu.know.customers.facade import resolve_subjects

_NOBODY = "The statement is wrong: the identifier names nobody."


def import_consents(
    *, actor: Actor, content: bytes, source: str, now: datetime
) -> ImportedConsents:
    """Record a CSV file of consents in one transaction; the same file again changes nothing.

    Identifiers that are new become customers.  Needs customers.manage over the whole group.
    Raises: NotAllowedError, ConsentFileError, ConsentInputError, ReferenceTakenError.
    """
    actor.require(MANAGE)
    if not actor.scope(MANAGE).everything:
        raise NotAllowedError(permission=MANAGE)
    lines, rejected = read_file(content, types=frozenset(KINDS), now=now)
    done = Recorded(0, 0)
    with transaction.atomic():
        if lines:
            found = resolve_subjects(
                claims=_claims(lines), source=f"consent:{source}", now=now, records=len(lines)
            ).to_pylist()
            known = [(one, key) for one, key in zip(lines, found, strict=True) if key is not None]
            rejected += [
                RejectedLine(one.line, _NOBODY)
                for one, key in zip(lines, found, strict=True)
                if key is None
            ]
            rows = [_row(one, key, source) for one, key in known]
            table = pa.Table.from_pylist(rows, schema=STATEMENTS)
            done = record_statements(statements=table, recorded_by=actor.name, now=now)
        after = {"made": done.made, "known": done.known, "rejected": len(rejected)}
        record(actor=actor, action="consent.import", subject="consent", after=after, now=now)
    rejected.sort(key=lambda one: one.line)
    return ImportedConsents(done.made, done.known, tuple(rejected))


def _claims(lines: list[FileLine]) -> pa.Table:
    return pa.table(
        {
            "record": pa.array(range(len(lines)), pa.int32()),
            "type": [one.identifier_type for one in lines],
            "value": [one.identifier for one in lines],
            "observed_at": pa.array(
                [one.statement["observed_at"] for one in lines], pa.timestamp("us", "UTC")
            ),
        }
    )


def _row(one: FileLine, subject: int, source: str) -> dict[str, Any]:
    said = dict(one.statement)
    if not said["reference"]:
        text = repr([subject, source, *(str(value) for value in said.values())])
        said["reference"] = f"file:{blake2b(text.encode(), digest_size=16).hexdigest()}"
    return {**said, "subject_key": subject, "source_kind": SourceKind.IMPORT, "source": source}
