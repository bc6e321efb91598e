"""Calls that come by the thousand: a room names them, and the API answers them without the chain
of middleware that pages and rare calls go through.

The same function answers both ways; whatever is unusual about a call goes the usual way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from quanqu.infra.auth.contracts import Actor

__all__ = ["LeanCall", "find_lean_call", "lean_call"]

Body = TypeVar("Body", bound=BaseModel)
Work = Callable[[Actor, Body, UUID | None, datetime], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LeanCall:
    """A POST below the mount of the API: what its body is, who answers it, with which status.

    `work` gets the actor, the body, the name of the call (`call_name`) and the time, and returns
    what is shown, in types that JSON knows.
    """

    path: str
    body: TypeAdapter[Any]
    work: Callable[[Actor, Any, UUID | None, datetime], dict[str, Any]]
    status: int


_CALLS: Final[dict[str, LeanCall]] = {}


def lean_call(
    path: str, *, body: type[Body], status: int = 201
) -> Callable[[Work[Body]], Work[Body]]:
    """Declare that a function answers a POST at a path below the mount, such as `stock/holds`."""

    def declare(work: Work[Body]) -> Work[Body]:
        _CALLS[path] = LeanCall(path, TypeAdapter(body), work, status)
        return work

    return declare


def find_lean_call(path: str) -> LeanCall | None:
    """Return the call at a path below the mount, None where there is none."""
    return _CALLS.get(path)
