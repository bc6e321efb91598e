"""The HTTP doors of the timeline: the tracking API, and its part of the REST API."""

from ninja import Router

from quanqu.know.timeline.api import events, retention, settings, sources, visits, warehouse

router = Router(tags=["timeline"])
router.add_router("", events.router)
router.add_router("", sources.router)
router.add_router("", settings.router)
router.add_router("", visits.router)
router.add_router("", retention.router)
router.add_router("", warehouse.router)

__all__ = ["router"]
