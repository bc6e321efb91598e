"""The addresses of stock."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import stock, stock_ledger

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("stock", stock.StockPage.as_view(), name="stock"),
    path(
        "stock/<str:place_id>/<str:item>",
        stock_ledger.StockLedgerPage.as_view(),
        name="stock_ledger",
    ),
]
