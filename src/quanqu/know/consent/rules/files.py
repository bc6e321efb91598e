"""Reads a consent file (CSV) into statements and rejects, line by line."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from quanqu.kernel.errors import InvalidError
from quanqu.kernel.time import parse_time
from quanqu.know.consent.contracts import (
    Basis,
    ConsentFileError,
    ConsentInputError,
    RejectedLine,
    Status,
)
from quanqu.know.consent.rules.statements import CLOCK_SKEW, LANGUAGES, MOST_REFERENCE, check_pair

NEEDED: Final = ("identifier_type", "identifier", "purpose", "channel", "status", "observed_at")
MOST_LINES: Final = 200_000
_LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class FileLine:
    """A good line: the identifier it is about and the columns of its statement."""

    line: int
    identifier_type: str
    identifier: str
    statement: Mapping[str, Any]


def read_file(
    content: bytes, *, types: frozenset[str], now: datetime
) -> tuple[list[FileLine], list[RejectedLine]]:
    """Return the good lines of a file and the rejected ones with the reason.

    Shapes: UTF-8, a header with at least NEEDED; also basis, valid_until, reference, language.
    Raises: ConsentFileError when the file as a whole cannot be read.
    """
    good, bad = [], []
    for line, row in _rows(content):
        try:
            good.append(_read(line, row, types, now))
        except InvalidError as error:
            bad.append(RejectedLine(line, str(error)))
    return good, bad


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise ConsentFileError(problem=f"it has no column {missing[0]}")
        for number, row in enumerate(reader, start=1):
            if number > MOST_LINES:
                raise ConsentFileError(problem=f"it has more than {MOST_LINES} lines")
            yield reader.line_num, {name: value or "" for name, value in row.items() if name}
    except UnicodeDecodeError as error:
        raise ConsentFileError(problem=f"byte {error.start} is not UTF-8") from None
    except csv.Error as error:
        raise ConsentFileError(problem=str(error)) from None


def _read(line: int, row: dict[str, str], types: frozenset[str], now: datetime) -> FileLine:
    told = {name: value.strip() for name, value in row.items()}
    _need(told["identifier_type"] in types, "identifier_type is unknown")
    _need(0 < len(told["identifier"]) <= _LONGEST, "identifier is missing or too long")
    _need("\0" not in told["identifier"], "identifier is missing or too long")
    _need(told["status"] in set(Status), f"status is none of {', '.join(Status)}")
    purpose, channel = check_pair(told["purpose"], told["channel"])
    observed = parse_time(told["observed_at"])
    _need(observed <= now + CLOCK_SKEW, "it is observed in the future")
    until = parse_time(told["valid_until"]) if told.get("valid_until") else None
    if until is not None:
        _need(told["status"] == Status.GRANTED, "only what is granted has a valid_until")
        _need(until > observed, "valid_until is not after observed_at")
    basis = told.get("basis") or Basis.CONSENT.value
    _need(basis in set(Basis), f"basis is none of {', '.join(Basis)}")
    language = told.get("language") or None
    _need(language is None or language in LANGUAGES, f"language is none of {', '.join(LANGUAGES)}")
    reference = told.get("reference", "")
    _need(len(reference) <= MOST_REFERENCE and reference.isprintable(), "reference is too long")
    statement = {
        "purpose": purpose.value,
        "channel": channel.value,
        "status": told["status"],
        "basis": basis,
        "language": language,
        "observed_at": observed,
        "valid_until": until,
        "reference": reference,
    }
    return FileLine(line, told["identifier_type"], told["identifier"], statement)


def _need(holds: bool, problem: str) -> None:
    if not holds:
        raise ConsentInputError(problem=problem)
