"""The REST API of audiences: the grammar, live questions, saved audiences and exports."""

from ninja import Router

from quanqu.know.audiences.api import (
    exports,
    insight,
    lists,
    questions,
    saved,
    webhooks,
)

__all__ = ["router"]

router = Router(tags=["audiences"])
router.add_router("", questions.router)
router.add_router("", exports.router)
router.add_router("", lists.router)
router.add_router("", webhooks.router)
router.add_router("", saved.router)
router.add_router("", insight.router)
