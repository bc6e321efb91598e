"""What the doctor found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do when it is not well."""

    name: str
    state: State
    detail: str
    advice: str = ""


def ok(name: str, detail: str) -> Finding:
    """Return that a thing is well."""
    return Finding(name, State.OK, detail)


def warn(name: str, detail: str, advice: str) -> Finding:
    """Return that a thing works but wants attention."""
    return Finding(name, State.WARN, detail, advice)


def fail(name: str, detail: str, advice: str) -> Finding:
    """Return that a thing does not work."""
    return Finding(name, State.FAIL, detail, advice)
