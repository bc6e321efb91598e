"""The REST API of customers."""

from ninja import Router

from quanqu.know.customers.api import calls, identity, scores

router = Router(tags=["customers"])
router.add_router("", identity.router)
router.add_router("", scores.router)
router.add_router("", calls.router)

__all__ = ["router"]
