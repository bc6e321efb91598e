"""The laws of fulfilment: parcels are what their parts are."""

from quanqu.infra.laws.facade import law
from quanqu.sell.fulfilment.queries.laws import (
    gone_unlike_the_parcels,
    packed_beyond_the_part,
    picked_twice,
)

law("L1.packed_within_the_part", "No parcel holds more than its part has.", packed_beyond_the_part)
law("L1.gone_is_in_parcels", "Goods that are gone are parcels that left.", gone_unlike_the_parcels)
law("L1.packed_is_picked", "What is packed was picked.", picked_twice)
