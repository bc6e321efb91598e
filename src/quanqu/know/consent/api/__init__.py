"""The REST API of consent: definitions, what stands, recording, the gate, signed links."""

from ninja import Router

from quanqu.know.consent.api import calls, files, links

router = Router(tags=["consent"])
router.add_router("", calls.router)
router.add_router("", files.router)
router.add_router("", links.router)

__all__ = ["router"]
