"""What sell.fulfilment offers."""

from quanqu.sell.fulfilment.actions.carriers import (
    import_tariff,
    renew_carrier_secret,
    save_carrier,
    save_tariff,
)
from quanqu.sell.fulfilment.queries.carriers import (
    get_carrier,
    list_carriers,
    list_tariffs,
    quote_parcels,
)
from quanqu.sell.fulfilment.registry import list_carrier_kinds, register_carrier

__all__ = [
    "get_carrier",
    "import_tariff",
    "list_carrier_kinds",
    "list_carriers",
    "list_tariffs",
    "quote_parcels",
    "register_carrier",
    "renew_carrier_secret",
    "save_carrier",
    "save_tariff",
]
