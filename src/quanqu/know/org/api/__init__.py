"""The organisation by API: oneself, the tree, places, people, keys and rates."""

from ninja import Router

from quanqu.know.org.api import access, me, units

router = Router(tags=["organisation"])
router.add_router("", me.router)
router.add_router("", units.router)
router.add_router("", access.router)

__all__ = ["router"]
