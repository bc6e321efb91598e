"""The addresses of drop-shipping."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    dropship,
    dropship_forms,
    dropship_order,
    dropship_suppliers,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("dropship", dropship.DropshipPage.as_view(), name="dropship"),
    path("dropship/offers", dropship.DropshipOffersPage.as_view(), name="dropship_offers"),
    path(
        "dropship/offers/new",
        dropship_forms.DropshipOfferForm.as_view(),
        name="dropship_offer_new",
    ),
    path(
        "dropship/offers/<int:offer_key>",
        dropship_forms.DropshipOfferForm.as_view(),
        name="dropship_offer",
    ),
    path(
        "dropship/suppliers",
        dropship_suppliers.DropshipSuppliersPage.as_view(),
        name="dropship_suppliers",
    ),
    path(
        "dropship/suppliers/new",
        dropship_forms.DropshipSupplierForm.as_view(),
        name="dropship_supplier_new",
    ),
    path(
        "dropship/suppliers/<str:supplier_place>",
        dropship_forms.DropshipSupplierForm.as_view(),
        name="dropship_supplier",
    ),
    path("dropship/dues", dropship.DropshipDuesPage.as_view(), name="dropship_dues"),
    path(
        "dropship/dues/payment",
        dropship_forms.DropshipPaymentForm.as_view(),
        name="dropship_payment",
    ),
    path(
        "dropship/orders/<str:dropship_id>",
        dropship_order.DropshipOrderPage.as_view(),
        name="dropship_order",
    ),
    path(
        "dropship/orders/<str:dropship_id>/acts",
        dropship_order.DropshipAct.as_view(),
        name="dropship_act",
    ),
]
