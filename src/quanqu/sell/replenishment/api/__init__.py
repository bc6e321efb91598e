"""The REST API of replenishment."""

from ninja import Router

from quanqu.sell.replenishment.api.alerts import router as alerts
from quanqu.sell.replenishment.api.planning import router as planning
from quanqu.sell.replenishment.api.promises import router as promises
from quanqu.sell.replenishment.api.proposals import router as proposals

__all__ = ["router"]

router = Router(tags=["replenishment"])
for _part in (planning, proposals, alerts, promises):
    router.add_router("", _part)
