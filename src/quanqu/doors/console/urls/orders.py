"""The addresses of carts and quotes, and of orders that are changed."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    cart,
    carts,
    order_edit,
    order_merge,
    order_split,
    quote,
    quotes,
    subscription,
    subscriptions,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("quotes", quotes.QuotesPage.as_view(), name="quotes"),
    path("quotes/new", quote.QuoteNew.as_view(), name="quote_new"),
    path("quotes/<str:quote_id>", quote.QuotePage.as_view(), name="quote"),
    path("quotes/<str:quote_id>/change", quote.QuoteForm.as_view(), name="quote_change"),
    path("quotes/<str:quote_id>/acts", quote.QuoteActs.as_view(), name="quote_act"),
    path("subscriptions", subscriptions.SubscriptionsPage.as_view(), name="subscriptions"),
    path(
        "subscriptions/<str:subscription_id>",
        subscription.SubscriptionPage.as_view(),
        name="subscription",
    ),
    path("carts", carts.CartsPage.as_view(), name="carts"),
    path("carts/new", carts.CartNew.as_view(), name="cart_new"),
    path("carts/<str:cart_id>", cart.CartPage.as_view(), name="cart"),
    path("carts/<str:cart_id>/acts", cart.CartAct.as_view(), name="cart_act"),
    path("orders/<str:live_order_id>/edit", order_edit.OrderEditPage.as_view(), name="order_edit"),
    path(
        "orders/<str:live_order_id>/split", order_split.OrderSplitPage.as_view(), name="order_split"
    ),
    path(
        "orders/<str:live_order_id>/merge", order_merge.OrderMergePage.as_view(), name="order_merge"
    ),
]
