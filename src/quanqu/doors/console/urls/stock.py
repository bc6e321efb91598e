"""The addresses of stock."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import stock, stock_ledger, transfer, transfer_new, transfers

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
    path(
        "stock/<str:place_id>/<str:item>",
        stock_ledger.StockLedgerPage.as_view(),
        name="stock_ledger",
    ),
]
