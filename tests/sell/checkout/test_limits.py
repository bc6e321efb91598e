"""Live orders name their channel and their buyer to stock."""

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop, order

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.checkout.contracts import NotEnoughError
from quanqu.sell.inventory.contracts import BuyerLimitError
from quanqu.sell.inventory.facade import limit_buyers, ring_fence
from quanqu.sell.inventory.models import HoldLine

pytestmark = pytest.mark.django_db


def test_an_order_beyond_the_limit_of_its_buyer_is_refused_by_name():
    shop = make_open_shop()
    limit_buyers(
        actor=SYSTEM,
        company_key=shop.company.key,
        variant_keys=[shop.items["tea"].key],
        most=2,
        window_s=3600,
        now=NOW,
    )

    order(shop, ("tea", 2), subject_key=7)
    with pytest.raises(BuyerLimitError) as refused:
        order(shop, ("tea", 1), subject_key=7)
    order(shop, ("tea", 1), subject_key=8)

    told = {"sku": "tea", "asked": 1, "left": 0, "most": 2}
    assert refused.value.fields == {"count": 1, "over": [told]}
    assert HoldLine.objects.count() == 2
    assert not breaches()


def test_an_order_may_not_have_what_is_kept_for_another_channel():
    shop = make_open_shop(units=10)
    at = (shop.store.key, shop.items["tea"].key)
    ring_fence(actor=SYSTEM, ats=[at], channel="live", units=9, now=NOW)

    with pytest.raises(NotEnoughError) as refused:
        order(shop, ("tea", 2))
    order(shop, ("tea", 1))

    assert refused.value.fields["short"] == [{"line": 1, "sku": "tea", "asked": 2, "available": 1}]
    assert set(HoldLine.objects.values_list("channel", flat=True)) == {"store"}
