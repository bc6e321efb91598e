"""Take what events say of consent into the ledger: only what changes."""

import json
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.consent.actions.ledger import record_statements
from quanqu.know.consent.contracts import STATEMENTS, Basis, Recorded, SourceKind, Status
from quanqu.know.consent.queries.standings import read_standings
from quanqu.know.consent.rules.signals import Told, status_after, told_by

_MARK: Final = '"consent"'
_AUTHOR: Final = "timeline"


def record_signals(*, facts: pa.Table, now: datetime) -> Recorded:
    """Record the consents told by the contexts of events, as far as they change what stands.

    Shapes: `facts` has subject_key (null: nobody), occurred_at, source, message_id and context
    (JSON text).  Runs in the caller's transaction.  Source: docs/rules/consent.md#signals.
    """
    told = facts.filter(
        pc.and_(pc.is_valid(facts["subject_key"]), pc.match_substring(facts["context"], _MARK))
    )
    if not told.num_rows:
        return Recorded(0, 0)
    changes = _changes(told)
    standing = _standing(changes["subject_key"].combine_chunks(), now)
    rows = _statements(changes, standing, now)
    if not rows:
        return Recorded(0, 0)
    table = pa.Table.from_pylist(rows, schema=STATEMENTS)
    return record_statements(statements=table, recorded_by=_AUTHOR, now=now)


def _changes(told: pa.Table) -> pa.Table:
    """Keep of each subject, in order of time, the events whose context is not the last one's."""
    ordered = told.sort_by([("subject_key", "ascending"), ("occurred_at", "ascending")])
    subjects = ordered["subject_key"].to_numpy()
    contexts = ordered["context"].combine_chunks().dictionary_encode().indices.to_numpy()
    is_new = np.ones(len(subjects), dtype=bool)
    is_new[1:] = (subjects[1:] != subjects[:-1]) | (contexts[1:] != contexts[:-1])
    return ordered.filter(pa.array(is_new))


def _standing(subjects: pa.Array, now: datetime) -> dict[tuple[int, str, str], str]:
    found = read_standings(at=now, subjects=pc.unique(subjects))
    return {
        (row["subject_key"], row["purpose"], row["channel"]): row["status"]
        for row in found.to_pylist()
        if row["via_key"] == row["subject_key"]
    }


def _statements(
    changes: pa.Table, standing: dict[tuple[int, str, str], str], now: datetime
) -> list[dict[str, Any]]:
    known: dict[str, tuple[Told, ...]] = {}
    rows = []
    for event in changes.to_pylist():
        text = event["context"]
        if text not in known:
            known[text] = told_by(json.loads(text))
        for one in known[text]:
            key = (event["subject_key"], one.purpose.value, one.channel.value)
            status = status_after(standing.get(key), one)
            if status is None:
                continue
            standing[key] = status.value
            rows.append(_row(event, one, status, now))
    return rows


def _row(event: dict[str, Any], one: Told, status: Status, now: datetime) -> dict[str, Any]:
    kind = SourceKind.SIGNAL if one.is_signal else SourceKind.EVENT
    return {
        "subject_key": event["subject_key"],
        "purpose": one.purpose.value,
        "channel": one.channel.value,
        "basis": Basis.CONSENT.value,
        "status": status.value,
        "source_kind": kind.value,
        "source": event["source"][:120],
        "reference": f"event:{_name(event)}",
        "observed_at": min(event["occurred_at"], now),
    }


def _name(event: dict[str, Any]) -> str:
    """Return a short name of an event: its id may be of any letters and length."""
    text = f"{event['source']}:{event['message_id']}"
    return blake2b(text.encode(), digest_size=16).hexdigest()
