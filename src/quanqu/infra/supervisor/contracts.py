"""Parts to run, where they answer, and refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from quanqu.kernel.errors import RefusedError, UnavailableError

__all__ = ["AlreadyRunningError", "NotReadyError", "Part", "PartFailedError", "Running"]


@dataclass(frozen=True, slots=True)
class Part:
    """A program of ours that runs as long as the installation: a module and its patience."""

    name: str
    module: str
    stop_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """What a running supervisor tells the others: its process and the address it serves.

    `troubles` names the parts that end again and again, each with what is known of it.
    """

    pid: int
    address: str
    is_ready: bool
    troubles: Mapping[str, str] = field(default_factory=dict)


class AlreadyRunningError(RefusedError):
    """Another supervisor works on the same home."""

    code: ClassVar[str] = "supervisor.already_running"
    template: ClassVar[str] = (
        "Quanqu is running on {home} already ({address}). `quanqu down` stops it."
    )


class NotReadyError(UnavailableError):
    """The web server did not answer in time."""

    code: ClassVar[str] = "supervisor.not_ready"
    template: ClassVar[str] = "The web server did not answer within {seconds} s. See {log}."


class PartFailedError(UnavailableError):
    """A part ends as often as it is started, and has never worked."""

    code: ClassVar[str] = "supervisor.part_failed"
    template: ClassVar[str] = "The {part} part {trouble}: {reason}. See {log}."
