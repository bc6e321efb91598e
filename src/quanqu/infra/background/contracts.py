"""What operators name in the background, and what they did to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from quanqu.kernel.errors import InvalidError

__all__ = ["MOST", "PERMISSION", "Done", "WorkKind", "WorkRef", "WorkRefError"]

PERMISSION: Final = "jobs.manage"
"""Held over the whole group: the queue is everybody's, and no part of it belongs to a place."""
MOST: Final = 1000
"""The most pieces of work that one word repeats or drops."""

_REF: Final = re.compile(r"(job|event)-([1-9][0-9]{0,17})")


class WorkRefError(InvalidError):
    """A piece of work is named `job-NUMBER` or `event-NUMBER`, as the list shows it."""

    code: ClassVar[str] = "background.work_ref"
    template: ClassVar[str] = "{ref!r} is not job-NUMBER or event-NUMBER."


class WorkKind(StrEnum):
    """A job of the queue, or an event of the outbox one of whose handlers fails."""

    JOB = "job"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class WorkRef:
    """One piece of work by its kind and number."""

    kind: WorkKind
    number: int

    def __str__(self) -> str:
        """Return `job-12` or `event-7`."""
        return f"{self.kind.value}-{self.number}"

    @classmethod
    def read(cls, text: str) -> "WorkRef":
        """Read a reference back. Raises: WorkRefError."""
        found = _REF.fullmatch(text)
        if found is None:
            raise WorkRefError(ref=text[:40])
        return cls(WorkKind(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Done:
    """How many jobs and events were repeated or dropped."""

    jobs: int
    events: int


def numbers_of(refs: Sequence[WorkRef], kind: WorkKind) -> list[int]:
    """Return the numbers of one kind, each once, in order."""
    return sorted({ref.number for ref in refs if ref.kind is kind})
