"""Who prices orders that are changed: the agreed prices, until a room above declares another."""

from typing import Final

from quanqu.sell.checkout.ports import Repricer
from quanqu.sell.checkout.rules.edits import AgreedPrices

__all__ = ["register_repricer", "repricer"]

_DECLARED: Final[list[Repricer]] = []
_AGREED: Final = AgreedPrices()


def register_repricer(*, repricer: Repricer) -> None:
    """Declare who prices changed orders, from a room's `apps.ready`; the same again is nothing new.

    Raises: ValueError where somebody else does already.
    """
    if _DECLARED and _DECLARED[0] is not repricer:
        raise ValueError("changed orders are priced by somebody else already")
    _DECLARED[:] = [repricer]


def repricer() -> Repricer:
    """Return who prices changed orders."""
    return _DECLARED[0] if _DECLARED else _AGREED
