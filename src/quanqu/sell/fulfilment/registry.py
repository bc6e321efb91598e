"""Which carriers there are: the one of this room, and those that higher rooms declare."""

from typing import Final

from quanqu.sell.fulfilment.adapters.table import TableCarrier
from quanqu.sell.fulfilment.contracts import CarrierFieldError
from quanqu.sell.fulfilment.ports import Carrier

__all__ = ["carrier_of", "list_carrier_kinds", "register_carrier"]

_CARRIERS: Final[dict[str, Carrier]] = {"table": TableCarrier()}


def register_carrier(*, code: str, carrier: Carrier) -> None:
    """Declare an adapter, from a room's `apps.ready`; the same again changes nothing.

    Raises: ValueError for a code that is taken.
    """
    if _CARRIERS.get(code, carrier) is not carrier:
        raise ValueError(f"the carrier {code} is declared already")
    _CARRIERS[code] = carrier


def list_carrier_kinds() -> tuple[str, ...]:
    """Return the codes of every declared adapter."""
    return tuple(sorted(_CARRIERS))


def carrier_of(code: str) -> Carrier:
    """Return an adapter by its code. Raises: CarrierFieldError."""
    found = _CARRIERS.get(code)
    if found is None:
        known = ", ".join(sorted(_CARRIERS))
        raise CarrierFieldError(field="carrier", problem=f"there is no {code}, only {known}")
    return found
