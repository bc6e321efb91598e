"""What sell.fulfilment offers."""

from quanqu.sell.fulfilment.actions.carriers import (
    import_tariff,
    renew_carrier_secret,
    save_carrier,
    save_tariff,
)
from quanqu.sell.fulfilment.actions.following import (
    follow_orders,
    release_no_shows,
    set_bins,
    set_keep_days,
)
from quanqu.sell.fulfilment.actions.outside import send_parcel
from quanqu.sell.fulfilment.actions.packing import make_ready, pack_parcel, unpack_parcel
from quanqu.sell.fulfilment.actions.picking import (
    cancel_pick_list,
    claim_pick_list,
    pick_line,
    scan_item,
)
from quanqu.sell.fulfilment.actions.shipping import (
    hand_over_parcels,
    hand_over_pickup,
    label_parcel,
)
from quanqu.sell.fulfilment.actions.tracking import note_parcel, take_tracking
from quanqu.sell.fulfilment.actions.trying import buy_at_desk, reserved_currency
from quanqu.sell.fulfilment.actions.waving import make_pick_list
from quanqu.sell.fulfilment.queries.carriers import (
    get_carrier,
    list_carriers,
    list_services,
    list_tariffs,
    quote_parcels,
)
from quanqu.sell.fulfilment.queries.figures import fulfilment_figures
from quanqu.sell.fulfilment.queries.lists import get_pick_list, list_pick_lists
from quanqu.sell.fulfilment.queries.parcels import (
    count_parcels,
    get_label,
    get_parcel,
    list_parcels,
)
from quanqu.sell.fulfilment.queries.pickups import get_keep_days, list_pickups
from quanqu.sell.fulfilment.queries.reservations import get_reservation, list_reservations
from quanqu.sell.fulfilment.queries.work import get_board, get_part
from quanqu.sell.fulfilment.registry import list_carrier_kinds, register_carrier

__all__ = [
    "buy_at_desk",
    "cancel_pick_list",
    "claim_pick_list",
    "count_parcels",
    "follow_orders",
    "fulfilment_figures",
    "get_board",
    "get_carrier",
    "get_keep_days",
    "get_label",
    "get_parcel",
    "get_part",
    "get_pick_list",
    "get_reservation",
    "hand_over_parcels",
    "hand_over_pickup",
    "import_tariff",
    "label_parcel",
    "list_carrier_kinds",
    "list_carriers",
    "list_parcels",
    "list_pick_lists",
    "list_pickups",
    "list_reservations",
    "list_services",
    "list_tariffs",
    "make_pick_list",
    "make_ready",
    "note_parcel",
    "pack_parcel",
    "pick_line",
    "quote_parcels",
    "register_carrier",
    "release_no_shows",
    "renew_carrier_secret",
    "reserved_currency",
    "save_carrier",
    "save_tariff",
    "scan_item",
    "send_parcel",
    "set_bins",
    "set_keep_days",
    "take_tracking",
    "unpack_parcel",
]
