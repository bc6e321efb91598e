"""Rules of stock at a place, each named as its page names it."""

from datetime import timedelta

from tests.builders.console import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import PlaceClosing, StockRule, WithheldFilters
from quanqu.sell.inventory.facade import (
    close_place,
    limit_buyers,
    list_closed_places,
    page_fences,
    page_limits,
    page_rules,
    ring_fence,
    set_rules,
)


def rule_stock(place: PlaceInfo) -> dict[str, str]:
    """Withhold nothing by a rule, keep a mug for live sessions, and limit buyers very high.

    The place closes in years to come.
    """
    company = place.company_key
    mug = variants_by_sku(skus=[(company, "mug")])[company, "mug"].key
    rule = StockRule(0, mug, "", place.key, "")
    set_rules(actor=SYSTEM, company_key=company, rules=[(rule, True)], now=NOW)
    ring_fence(actor=SYSTEM, ats=[(place.key, mug)], channel="live", units=1, now=NOW)
    limit_buyers(
        actor=SYSTEM, company_key=company, variant_keys=[mug], most=10**6, window_s=60, now=NOW
    )
    closing = PlaceClosing(NOW + timedelta(days=1_500), None, "Far away")
    close_place(actor=SYSTEM, place_key=place.key, closing=closing, now=NOW)
    (closed,) = list_closed_places(actor=SYSTEM, now=NOW, place_keys=[place.key])
    here, mine = frozenset({place.key}), frozenset({company})
    rules = page_rules(actor=SYSTEM, filters=WithheldFilters(mine, here)).items
    fences = page_fences(actor=SYSTEM, filters=WithheldFilters(place_keys=here)).items
    limits = page_limits(actor=SYSTEM, filters=WithheldFilters(company_keys=mine)).items
    return {
        "stock_rule_key": str(rules[0].key),
        "stock_fence_key": str(fences[0].key),
        "stock_closing_key": str(closed.key),
        "stock_limit_key": str(limits[0].key),
    }
