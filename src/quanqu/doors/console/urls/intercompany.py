"""The addresses of the books between companies."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import intercompany, intercompany_stock

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("intercompany", intercompany.IntercompanyPage.as_view(), name="intercompany"),
    path(
        "intercompany/stock.csv",
        intercompany_stock.GroupStockFile.as_view(),
        name="intercompany_stock",
    ),
    path(
        "intercompany/statements/<str:company_id>/<str:other_id>/<str:month>",
        intercompany.IntercompanyStatement.as_view(),
        name="intercompany_statement",
    ),
]
