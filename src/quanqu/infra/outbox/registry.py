"""Which handler hears which event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Registration:
    """A handler, the event class it hears, and the stable name its receipts carry."""

    name: str
    event: type[Any]
    handle: Callable[..., None]


_BY_EVENT: Final[dict[str, dict[str, Registration]]] = {}


def on(event: type[Any]) -> Callable[[Handler], Handler]:
    """Declare a handler `(event, *, now)` of an event class; delivered after commit, once."""

    def declare(handle: Handler) -> Handler:
        name = f"{handle.__module__}.{handle.__qualname__}"
        _BY_EVENT.setdefault(event.name, {})[name] = Registration(name, event, handle)
        return handle

    return declare


def handlers_of(name: str) -> list[Registration]:
    """Return the handlers of an event name, in the order of their names."""
    return sorted(_BY_EVENT.get(name, {}).values(), key=lambda found: found.name)


def forget(handle: Callable[..., None]) -> None:
    """Take a handler out again."""
    for found in _BY_EVENT.values():
        found.pop(f"{handle.__module__}.{handle.__qualname__}", None)
