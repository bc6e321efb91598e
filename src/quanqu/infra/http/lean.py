"""Calls that come by the thousand: a room names them, and the API answers them without the chain
of middleware that pages and rare calls go through.

The same function answers both ways; whatever is unusual about a call goes the usual way.  It is a
generator that yields its questions, so that calls which came at the same time ask them as one set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Work, do_alone

__all__ = ["LeanCall", "find_lean_call", "lean_call"]

Body = TypeVar("Body", bound=BaseModel)
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LeanCall:
    """A POST below the mount of the API: what its body is, who answers it, with which status.

    `work` gets the actor, the body, the name of the call (`call_name`) and the time, and ends with
    what is shown, in types that JSON knows.  `fits` tells of a body whether it is short work.
    """

    path: str
    body: TypeAdapter[Any]
    fits: Callable[[Any], bool]
    work: Callable[[Actor, Any, UUID | None, datetime], Work[Shown]]
    status: int


_CALLS: Final[dict[str, LeanCall]] = {}


def lean_call(
    path: str, *, body: type[Body], status: int = 201, fits: Callable[[Body], bool] = lambda _: True
) -> Callable[
    [Callable[[Actor, Body, UUID | None, datetime], Work[Shown]]],
    Callable[[Actor, Body, UUID | None, datetime], Shown],
]:
    """Declare that a work answers a POST at a path below the mount, such as `stock/holds`.

    What is declared becomes a function that does the work of one call.  Calls that came together
    wait for each other: a body that means long work is not to fit.
    """

    def declare(
        work: Callable[[Actor, Body, UUID | None, datetime], Work[Shown]],
    ) -> Callable[[Actor, Body, UUID | None, datetime], Shown]:
        _CALLS[path] = LeanCall(path, TypeAdapter(body), fits, work, status)

        @wraps(work)
        def alone(actor: Actor, body: Body, once: UUID | None, now: datetime) -> Shown:
            return do_alone(work(actor, body, once, now))

        return alone

    return declare


def find_lean_call(path: str) -> LeanCall | None:
    """Return the call at a path below the mount, None where there is none."""
    return _CALLS.get(path)
