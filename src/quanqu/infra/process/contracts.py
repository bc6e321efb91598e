"""Whom a process runs as."""

from dataclasses import dataclass

__all__ = ["Owner"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A user and group of this machine."""

    name: str
    uid: int
    gid: int
