"""The REST API of fulfilment."""

from ninja import Router

from quanqu.sell.fulfilment.api.carriers import router as carriers
from quanqu.sell.fulfilment.api.parcels import router as parcels
from quanqu.sell.fulfilment.api.reservations import router as reservations
from quanqu.sell.fulfilment.api.work import router as work

__all__ = ["router"]

router = Router(tags=["fulfilment"])
for _part in (carriers, work, parcels, reservations):
    router.add_router("", _part)
