"""Who tells when goods come: a higher room declares it, or nobody does."""

from typing import Final

from quanqu.sell.inventory.ports import Outlook

__all__ = ["outlooks", "register_outlook"]

_OUTLOOKS: Final[dict[str, Outlook]] = {}


def register_outlook(*, code: str, outlook: Outlook) -> None:
    """Declare who tells when goods come, from a room's `apps.ready`; again, it changes nothing.

    Raises: ValueError for a code that is taken.
    """
    if _OUTLOOKS.get(code, outlook) is not outlook:
        raise ValueError(f"the outlook {code} is declared already")
    _OUTLOOKS[code] = outlook


def outlooks() -> tuple[Outlook, ...]:
    """Return all that were declared."""
    return tuple(_OUTLOOKS.values())
