"""Who prices changed orders (the agreed prices, until a room above declares another), and who says
whose goods an order may have (its own company's, until then)."""

from collections.abc import Collection
from datetime import date
from typing import Final

from quanqu.sell.checkout.ports import Repricer, SourceGuard
from quanqu.sell.checkout.rules.edits import AgreedPrices

__all__ = ["register_repricer", "register_source_guard", "repricer", "source_guard"]

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


class _OwnGoods:
    """Lets no order have goods of another company."""

    def givers(self, *, taker_key: int, company_keys: Collection[int], on: date) -> Collection[int]:
        """Return none."""
        del taker_key, company_keys, on
        return ()


_GUARDS: Final[list[SourceGuard]] = []
_OWN: Final = _OwnGoods()


def register_source_guard(*, guard: SourceGuard) -> None:
    """Declare who says whose goods orders may have, from a room's `apps.ready`; the same again is
    nothing new.

    Raises: ValueError where somebody else does already.
    """
    if _GUARDS and _GUARDS[0] is not guard:
        raise ValueError("whose goods orders may have is said by somebody else already")
    _GUARDS[:] = [guard]


def source_guard() -> SourceGuard:
    """Return who says whose goods orders may have."""
    return _GUARDS[0] if _GUARDS else _OWN
