"""The addresses of stock."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    closed_places,
    count,
    count_entry,
    count_new,
    counts,
    kits,
    lots,
    pools,
    stock,
    stock_feeds,
    stock_ledger,
    stock_rule_forms,
    stock_rules,
    stock_turnover,
    tracked_items,
    transfer,
    transfer_new,
    transfers,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("stock", stock.StockPage.as_view(), name="stock"),
    path("stock/transfers", transfers.TransfersPage.as_view(), name="transfers"),
    path("stock/transfers/new", transfer_new.TransferNew.as_view(), name="transfer_new"),
    path("stock/transfers/<str:transfer_id>", transfer.TransferPage.as_view(), name="transfer"),
    path(
        "stock/transfers/<str:transfer_id>/act",
        transfer.TransferAct.as_view(),
        name="transfer_act",
    ),
    path("stock/counts", counts.CountsPage.as_view(), name="counts"),
    path("stock/counts/new", count_new.CountNew.as_view(), name="count_new"),
    path("stock/counts/<str:count_id>", count.CountPage.as_view(), name="count"),
    path("stock/counts/<str:count_id>/act", count.CountAct.as_view(), name="count_act"),
    path(
        "stock/counts/<str:count_id>/entry",
        count_entry.CountEntryPage.as_view(),
        name="count_entry",
    ),
    path("stock/counts/<str:count_id>/scan", count_entry.CountScan.as_view(), name="count_scan"),
    path(
        "stock/counts/<str:count_id>/hand-in",
        count_entry.CountHandIn.as_view(),
        name="count_hand_in",
    ),
    path("stock/rules", stock_rules.RulesPage.as_view(), name="stock_rules"),
    path("stock/rules/new", stock_rule_forms.RuleForm.as_view(), name="stock_rule_new"),
    path("stock/rules/<int:key>", stock_rule_forms.RuleForm.as_view(), name="stock_rule"),
    path("stock/fences", stock_rules.FencesPage.as_view(), name="stock_fences"),
    path("stock/fences/new", stock_rule_forms.FenceForm.as_view(), name="stock_fence_new"),
    path("stock/fences/<int:key>", stock_rule_forms.FenceForm.as_view(), name="stock_fence"),
    path("stock/limits", stock_rules.LimitsPage.as_view(), name="stock_limits"),
    path("stock/limits/new", stock_rule_forms.LimitForm.as_view(), name="stock_limit_new"),
    path("stock/limits/<int:key>", stock_rule_forms.LimitForm.as_view(), name="stock_limit"),
    path("stock/closed", closed_places.ClosedPlacesPage.as_view(), name="closed_places"),
    path("stock/closed/new", closed_places.ClosedPlaceForm.as_view(), name="closed_place_new"),
    path("stock/closed/<int:key>", closed_places.ClosedPlaceForm.as_view(), name="closed_place"),
    path("stock/lots", lots.LotsPage.as_view(), name="lots"),
    path("stock/lots/<str:lot_id>", lots.LotPage.as_view(), name="lot"),
    path("stock/lots/<str:lot_id>/state", lots.LotStep.as_view(), name="lot_step"),
    path("stock/kits", kits.KitsPage.as_view(), name="kits"),
    path("stock/kits/new", kits.KitForm.as_view(), name="kit_new"),
    path("stock/kits/<int:key>", kits.KitForm.as_view(), name="kit"),
    path("stock/pools", pools.PoolsPage.as_view(), name="pools"),
    path("stock/pools/new", pools.PoolForm.as_view(), name="pool_new"),
    path("stock/pools/<int:key>", pools.PoolForm.as_view(), name="pool"),
    path("stock/feeds", stock_feeds.FeedsPage.as_view(), name="stock_feeds"),
    path("stock/feeds/new", stock_feeds.FeedForm.as_view(), name="stock_feed_new"),
    path("stock/feeds/<int:key>", stock_feeds.FeedForm.as_view(), name="stock_feed"),
    path("stock/tracked", tracked_items.TrackedPage.as_view(), name="tracked_list"),
    path("stock/tracked/new", tracked_items.TrackedForm.as_view(), name="tracked_new"),
    path("stock/tracked/<int:key>", tracked_items.TrackedForm.as_view(), name="tracked"),
    path("stock/turnover", stock_turnover.StockTurnoverPage.as_view(), name="stock_turnover"),
    path(
        "stock/<str:place_id>/<str:item>",
        stock_ledger.StockLedgerPage.as_view(),
        name="stock_ledger",
    ),
]
