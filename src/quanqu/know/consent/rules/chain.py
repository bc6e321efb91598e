"""The chain of proofs: each record is hashed together with the proof before it."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

FIELDS: Final = (
    "key",
    "id",
    "subject_key",
    "via_key",
    "purpose",
    "channel",
    "basis",
    "status",
    "text_version",
    "language",
    "source_kind",
    "source",
    "reference",
    "observed_at",
    "valid_until",
    "recorded_at",
    "recorded_by",
    "note_hash",
)
"""What a proof is over, beside the proof before."""

START: Final = b""
"""The proof before the first record."""

_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def canonical(record: Mapping[str, Any]) -> bytes:
    """Return a record as canonical JSON: the fields of FIELDS in order of name, without spaces.

    Units: times are whole microseconds since 1970; ids are hexadecimal.
    """
    return _ENCODER.encode({name: record[name] for name in FIELDS})


def prove(before: bytes, record: Mapping[str, Any]) -> bytes:
    """Return the proof of a record: SHA-256 (FIPS 180-4) over the proof before and the record."""
    return sha256(before + canonical(record)).digest()


def chain(before: bytes, records: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """Return the proof of each record in order."""
    proofs = []
    for record in records:
        before = prove(before, record)
        proofs.append(before)
    return proofs
