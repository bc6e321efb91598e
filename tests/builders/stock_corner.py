"""Rules of stock at a place, each named as its page names it."""

from datetime import timedelta

from tests.builders import catalog
from tests.builders.console import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import PlaceInfo, UnitInfo
from quanqu.sell.catalog.facade import record_products, variants_by_sku
from quanqu.sell.inventory.contracts import (
    FeedDraft,
    Kit,
    KitPart,
    LotFilters,
    PlaceClosing,
    PoolDraft,
    ReleaseFilters,
    StockRule,
    TicketRequest,
    Tracked,
    WithheldFilters,
)
from quanqu.sell.inventory.facade import (
    close_place,
    join_queue,
    limit_buyers,
    list_closed_places,
    list_kits,
    list_lots,
    list_releases,
    make_feed,
    name_lot,
    page_fences,
    page_limits,
    page_rules,
    ring_fence,
    save_pool,
    set_kit,
    set_release_day,
    set_rules,
    track_items,
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
    lot_id = _lot(place)
    _kit(place, mug)
    here, mine = frozenset({place.key}), frozenset({company})
    rules = page_rules(actor=SYSTEM, filters=WithheldFilters(mine, here)).items
    fences = page_fences(actor=SYSTEM, filters=WithheldFilters(place_keys=here)).items
    return {
        "stock_rule_key": str(rules[0].key),
        "stock_fence_key": str(fences[0].key),
        "lot_id": lot_id,
        **_pooled(place),
        "ticket_id": _waiting(place),
        "ticket_owner": f"{place.code} waits",
        "release_key": _released(place, mug),
        "stock_closing_key": str(closed.key),
    }


def of_company(company: UnitInfo) -> dict[str, str]:
    """Return what was made of stock for all places of a company."""
    mug = variants_by_sku(skus=[(company.key, "mug")])[company.key, "mug"].key
    filters = WithheldFilters(company_keys=frozenset({company.key}))
    limits = page_limits(actor=SYSTEM, filters=filters).items
    kits = list_kits(actor=SYSTEM, company_id=company.id, company_key=company.key)
    return {
        "stock_limit_key": str(limits[0].key),
        "kit_key": str(kits[0].variant_key),
        "tracked_key": str(mug),
    }


def _lot(place: PlaceInfo) -> str:
    """Track the mugs of the place's company by lot, and name one of them."""
    company = place.company_key
    mug = variants_by_sku(skus=[(company, "mug")])[company, "mug"].key
    track_items(actor=SYSTEM, company_key=company, variant_keys=[mug], by=Tracked.LOT, now=NOW)
    told = {"place_key": place.key, "variant_key": mug, "best_before": None, "quantity": 1}
    name_lot(actor=SYSTEM, code=f"{place.code} lot", now=NOW, **told)  # type: ignore[arg-type] # all named
    filters = LotFilters(place_keys=frozenset({place.key}))
    return encode("lot", list_lots(actor=SYSTEM, filters=filters).items[0].id)


def _kit(place: PlaceInfo, mug: int) -> None:
    """Make a box that holds two mugs."""
    sku = f"box-{place.key}"  # a product is the whole company's to see
    row = {"external_product": sku, "sku": sku, "name": "white box"}
    made = record_products(
        products=catalog.make_products(row), company_key=place.company_key, source="box", now=NOW
    )
    (box,) = made["variant_key"].to_pylist()
    told = {"company_key": place.company_key, "kit": Kit(box, (KitPart(mug, 2),)), "now": NOW}
    set_kit(actor=SYSTEM, **told)


def _released(place: PlaceInfo, mug: int) -> str:
    """Let the mugs leave the place since long ago."""
    told = {"company_key": place.company_key, "place_key": place.key, "variant_keys": [mug]}
    set_release_day(actor=SYSTEM, release_on=NOW.date() - timedelta(days=90), now=NOW, **told)
    filters = ReleaseFilters(place_keys=frozenset({place.key}))
    return str(list_releases(actor=SYSTEM, filters=filters).items[0].key)


def _waiting(place: PlaceInfo) -> str:
    """Let somebody wait at the place for an item that never came."""
    sku = f"late-{place.key}"  # a product is the whole company's to see
    row = {"external_product": sku, "sku": sku, "name": "white vase"}
    made = record_products(
        products=catalog.make_products(row), company_key=place.company_key, source="late", now=NOW
    )
    (vase,) = made["variant_key"].to_pylist()
    ticket, until = new_id(), NOW + timedelta(days=30)
    told = TicketRequest(ticket, f"{place.code} waits", place.key, vase, 1, until, 60)
    join_queue(actor=SYSTEM, request=told, now=NOW)
    return encode("tkt", ticket)


def _pooled(place: PlaceInfo) -> dict[str, str]:
    """Let the place be sold from as a pool, and a channel follow it."""
    draft = PoolDraft(place.company_key, f"{place.code} pool", (place.key,))
    pool = save_pool(actor=SYSTEM, draft=draft, now=NOW)
    follows = FeedDraft(place.company_key, "web", f"{place.code} feed", (place.key,))
    feed = make_feed(actor=SYSTEM, draft=follows, now=NOW).feed
    return {
        "pool_id": encode("spl", pool.id),
        "pool_key": str(pool.key),
        "feed_id": encode("sfd", feed.id),
        "feed_key": str(feed.key),
    }
