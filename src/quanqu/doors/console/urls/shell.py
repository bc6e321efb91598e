"""The addresses of the overview, of goods and orders, and of what is the reader's own."""

from typing import Final

from django.urls import URLPattern, path
from django.views.i18n import set_language

from quanqu.doors.console.pages import (
    finding_decisions,
    findings,
    imports,
    live_order,
    live_orders,
    order,
    orders,
    overview,
    own,
    product,
    product_figures,
    products,
    search,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("", overview.OverviewPage.as_view(), name="overview"),
    path("search", search.SearchPage.as_view(), name="search"),
    path("views", own.Views.as_view(), name="views"),
    path("views/undo", own.ViewUndo.as_view(), name="view_undo"),
    path("views/<str:view_id>/gone", own.ViewGone.as_view(), name="view_gone"),
    path("language", set_language, name="language"),
    path("preference", own.Preference.as_view(), name="preference"),
    path("products", products.ProductsPage.as_view(), name="products"),
    path("products/audit", findings.FindingsPage.as_view(), name="findings"),
    path("products/audit/run", finding_decisions.AuditRun.as_view(), name="audit_run"),
    path(
        "products/audit/decisions",
        finding_decisions.FindingDecisions.as_view(),
        name="finding_decisions",
    ),
    path(
        "products/audit/decisions/undo",
        finding_decisions.FindingUndo.as_view(),
        name="finding_undo",
    ),
    path(
        "products/<str:product_id>/figures",
        product_figures.ProductFigures.as_view(),
        name="product_figures",
    ),
    path("products/<str:product_id>", product.ProductPage.as_view(), name="product"),
    path("jobs", imports.Jobs.as_view(), name="jobs"),
    path("orders", orders.OrdersPage.as_view(), name="orders"),
    path("orders/live", live_orders.LiveOrdersPage.as_view(), name="live_orders"),
    path("orders/<str:order_id>", order.OrderPage.as_view(), name="order"),
    path("orders/<str:order_id>/acts", live_order.LiveOrderAct.as_view(), name="order_act"),
    path("orders/<str:order_id>/reveal", order.OrderReveal.as_view(), name="order_reveal"),
]
