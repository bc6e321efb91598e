"""Subscriptions for tests of doors."""

from datetime import date

from tests.builders.sell_corners import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.contracts import ContactDraft
from quanqu.sell.subscriptions.contracts import Every, ItemDraft, PlanDraft
from quanqu.sell.subscriptions.facade import begin_subscription, pause_subscription

__all__ = ["repeat"]


def repeat(word: str, place: PlaceInfo) -> dict[str, str]:
    """Begin a subscription for a mug a month, and pause it with a word."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = PlanDraft(
        id=new_id(),
        place_key=place.key,
        items=(ItemDraft(mug, 1),),
        every=1,
        unit=Every.MONTH,
        first_on=date(2099, 1, 1),
        tender="invoice",
        contact=ContactDraft(name=f"{word} buyer", street=f"{word} street"),
    )
    made = begin_subscription(actor=SYSTEM, draft=draft, now=NOW)
    pause_subscription(actor=SYSTEM, subscription_id=made.id, reason=f"{word} pause", now=NOW)
    return {"subscription_id": encode("sub", made.id)}
