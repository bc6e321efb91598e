"""What is refused of places in line, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "QueueNotNeededError",
    "QueueWaitingError",
    "TicketError",
    "TicketNotFoundError",
    "TicketOnceError",
    "TicketServedError",
]


class QueueNotNeededError(RefusedError):
    """Somebody wants to wait for what they can have now."""

    code = "inventory.queue_not_needed"
    template = "{available} of the item are available and nobody waits: hold them."


class QueueWaitingError(RefusedError):
    """Others wait in line for items; `items` tells which, for each of which one can wait too."""

    code = "inventory.queue_waiting"
    template = "A queue is waiting for {count} of the items: take a place in line."


class TicketError(InvalidError):
    """A place in line that cannot be."""

    code = "inventory.ticket"
    template = "The place in line cannot be: {problem}."


class TicketNotFoundError(NotFoundError):
    """No such place in line, or none this actor may know of."""

    code = "inventory.ticket_not_found"
    template = "No place in line {ref} was found."


class TicketOnceError(RefusedError):
    """The buyer waits for the item already, here or at another place."""

    code = "inventory.ticket_once"
    template = "This buyer waits for the item already."


class TicketServedError(RefusedError):
    """Whoever was served cannot leave the line: their goods are held, and can be released."""

    code = "inventory.ticket_served"
    template = "The place in line {ref} was served; release its hold instead."
