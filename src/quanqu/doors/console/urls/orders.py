"""The addresses of orders that are changed."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import order_edit

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("orders/<str:live_order_id>/edit", order_edit.OrderEditPage.as_view(), name="order_edit"),
]
