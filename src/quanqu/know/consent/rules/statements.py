"""What a statement may say: words, lengths, times; and the reference of one without its own."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.consent.contracts import (
    PURPOSES,
    STATEMENTS,
    Basis,
    Channel,
    ConsentInputError,
    Purpose,
    SourceKind,
    Statement,
    Status,
    UnknownChannelError,
    UnknownPurposeError,
)

MOST_REFERENCE: Final = 200
MOST_SOURCE: Final = 120
LANGUAGES: Final = ("en", "zh-hans")
CLOCK_SKEW: Final = timedelta(minutes=5)
_WORDS: Final = {"basis": Basis, "status": Status, "source_kind": SourceKind}
_NEEDED: Final = (
    "subject_key", "purpose", "channel", "basis", "status", "source_kind", "source", "reference",
    "observed_at",
)  # fmt: skip


def check_pair(purpose: str, channel: str) -> tuple[Purpose, Channel]:
    """Return a purpose and a channel it is asked for, or `all`.

    Raises: UnknownPurposeError, UnknownChannelError.
    """
    if purpose not in set(Purpose):
        raise UnknownPurposeError(purpose=purpose)
    known = PURPOSES[Purpose(purpose)].channels
    if channel != Channel.ALL and channel not in known:
        channels = ", ".join(one.value for one in known)
        raise UnknownChannelError(channel=channel, purpose=purpose, channels=channels)
    return Purpose(purpose), Channel(channel)


def check_asked(purpose: str, channel: str) -> tuple[Purpose, Channel]:
    """Return a purpose and one of the channels it is decided by.

    Raises: UnknownPurposeError, UnknownChannelError.
    """
    found = check_pair(purpose, channel)
    known = PURPOSES[found[0]].channels
    if found[1] not in known:
        channels = ", ".join(one.value for one in known)
        raise UnknownChannelError(channel=channel, purpose=purpose, channels=channels)
    return found


def check_statements(table: pa.Table, *, now: datetime) -> pa.Table:
    """Return a table of statements with the columns of STATEMENTS, or refuse it.

    Raises: ConsentInputError, UnknownPurposeError, UnknownChannelError.
    """
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        raise ConsentInputError(problem=f"there is no column {missing[0]}")
    try:
        columns = [
            table[field.name].cast(field.type)
            if field.name in table.column_names
            else pa.nulls(table.num_rows, field.type)
            for field in STATEMENTS
        ]
    except pa.ArrowInvalid as error:
        raise ConsentInputError(problem=str(error)) from None
    told = pa.table(columns, schema=STATEMENTS)
    for name in _NEEDED:
        _refuse(told[name].null_count > 0, f"{name} is missing")
    for name, words in _WORDS.items():
        unknown = set(pc.unique(told[name]).to_pylist()) - set(words)
        _refuse(unknown, f"{name} is none of {', '.join(words)}")
    pairs = told.select(["purpose", "channel"]).group_by(["purpose", "channel"]).aggregate([])
    for row in pairs.to_pylist():
        check_pair(row["purpose"], row["channel"])
    _check_texts(told)
    _check_times(told, now)
    via = pc.coalesce(told["via_key"], told["subject_key"])
    return told.set_column(told.schema.get_field_index("via_key"), "via_key", via)


def own_reference(subject_key: int, statement: Statement) -> str:
    """Return the reference of a statement that has none: a hash of all it says."""
    said: list[Any] = [
        subject_key,
        statement.purpose,
        statement.channel,
        statement.status,
        statement.basis,
        statement.source_kind,
        statement.source,
        statement.text_version,
        statement.language,
        statement.observed_at.isoformat(),
        statement.valid_until and statement.valid_until.isoformat(),
    ]
    return f"own:{sha256(repr([str(one) for one in said]).encode()).hexdigest()[:40]}"


def _check_texts(told: pa.Table) -> None:
    for name, most in (("reference", MOST_REFERENCE), ("source", MOST_SOURCE)):
        length = pc.utf8_length(told[name])
        bad = pc.or_(pc.less(length, 1), pc.greater(length, most))
        _refuse(pc.any(bad).as_py(), f"{name} has 1 to {most} characters")
        plain = pc.utf8_is_printable(told[name])
        _refuse(not pc.all(plain).as_py(), f"{name} has a character that cannot be printed")
    languages = set(pc.unique(told["language"]).to_pylist()) - {None, *LANGUAGES}
    _refuse(languages, f"language is none of {', '.join(LANGUAGES)}")
    versions = told["text_version"]
    _refuse(pc.any(pc.less(versions, 1)).as_py(), "text_version is at least 1")


def _check_times(told: pa.Table, now: datetime) -> None:
    latest = pa.scalar(now + CLOCK_SKEW, pa.timestamp("us", "UTC"))
    future = pc.any(pc.greater(told["observed_at"], latest)).as_py()
    _refuse(future, "it is observed in the future")
    until, observed = told["valid_until"], told["observed_at"]
    _refuse(pc.any(pc.less_equal(until, observed)).as_py(), "valid_until is not after observed_at")
    ends = pc.and_(pc.is_valid(until), pc.not_equal(told["status"], Status.GRANTED.value))
    _refuse(pc.any(ends).as_py(), "only what is granted has a valid_until")


def _refuse(is_bad: object, problem: str) -> None:
    if is_bad:
        raise ConsentInputError(problem=problem)
