"""What know.audiences refuses, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "ArchivedAudienceError",
    "AudienceNameError",
    "DefinitionError",
    "ExportFormatError",
    "ExportUseError",
    "Problem",
    "UnknownFieldError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition: where (a JSON path), a stable code and its details."""

    path: str
    code: str
    details: dict[str, str] = field(default_factory=dict)


class DefinitionError(InvalidError):
    """A definition is not of the grammar; `problems` says where and why."""

    code = "audiences.definition"
    template = "The audience's rules are not right: {summary}"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        summary = "; ".join(f"{found.path}: {found.code}" for found in problems)
        super().__init__(
            summary=summary,
            problems=[
                {"path": found.path, "code": found.code, **found.details} for found in problems
            ],
        )


class AudienceNameError(InvalidError):
    """An audience's name is empty, too long, or not printable."""

    code = "audiences.name"
    template = "An audience's name has 1 to 120 characters."


class ArchivedAudienceError(RefusedError):
    """An archived audience cannot be changed or refreshed."""

    code = "audiences.archived"
    template = "This audience is archived."


class ExportFormatError(InvalidError):
    """The format is not one an export can have."""

    code = "audiences.export_format"
    template = "{format!r} is not a format: choose csv, xlsx, parquet or hashed."


class ExportUseError(InvalidError):
    """Contact data in clear is asked for without saying what for."""

    code = "audiences.export_use"
    template = "Say what the contact data is for: a purpose and a channel."


class UnknownFieldError(InvalidError):
    """Rules cannot speak of this field."""

    code = "audiences.unknown_field"
    template = "There is no field {field!r}."
