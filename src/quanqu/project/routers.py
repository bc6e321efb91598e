"""The API routers of every room, by import path, mounted by doors.api under /api/v1."""

from typing import Final

ROUTERS: Final[tuple[str, ...]] = (
    "quanqu.know.org.api:router",
    "quanqu.know.customers.api:router",
    "quanqu.know.consent.api:router",
    "quanqu.know.matching.api:router",
    "quanqu.know.timeline.api:router",
    "quanqu.know.audiences.api:router",
    "quanqu.know.tags.api:router",
    "quanqu.know.privacy.api:router",
    "quanqu.learn.metrics.api:router",
    "quanqu.learn.predict.api:router",
    "quanqu.sell.catalog.api:router",
    "quanqu.sell.supply.api:router",
    "quanqu.sell.replenishment.api:router",
    "quanqu.sell.sourcing.api:router",
    "quanqu.sell.payments.api:router",
    "quanqu.sell.inventory.api:router",
    "quanqu.sell.orders.api:router",
    "quanqu.sell.checkout.api:router",
    "quanqu.sell.carts.api:router",
    "quanqu.sell.quotes.api:router",
    "quanqu.sell.returns.api:router",
    "quanqu.sell.fulfilment.api:router",
    "quanqu.sell.intercompany.api:router",
    "quanqu.sell.invoicing.api:router",
    "quanqu.engage.care.api:router",
    "quanqu.doors.connectors.api:router",
    "quanqu.doors.api.audit:router",
    "quanqu.doors.api.jobs:router",
)
