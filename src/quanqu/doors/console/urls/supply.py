"""The addresses of suppliers and purchase orders."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    purchase,
    purchase_form,
    purchase_receiving,
    purchases,
    supplier,
    supplier_form,
    supplier_return_new,
    supplier_returns,
    suppliers,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("purchases", purchases.PurchasesPage.as_view(), name="purchases"),
    path("purchases/new", purchase_form.PurchaseNew.as_view(), name="purchase_new"),
    path("purchases/<str:purchase_id>", purchase.PurchasePage.as_view(), name="purchase"),
    path(
        "purchases/<str:purchase_id>/change",
        purchase_form.PurchaseChange.as_view(),
        name="purchase_change",
    ),
    path("purchases/<str:purchase_id>/acts", purchase.PurchaseAct.as_view(), name="purchase_act"),
    path(
        "purchases/<str:purchase_id>/receipts",
        purchase_receiving.PurchaseReceive.as_view(),
        name="purchase_receive",
    ),
    path(
        "purchases/<str:purchase_id>/scan",
        purchase_receiving.PurchaseScan.as_view(),
        name="purchase_scan",
    ),
    path(
        "receipts/<str:receipt_id>/charges",
        purchase_receiving.ReceiptCharge.as_view(),
        name="receipt_charge",
    ),
    path("suppliers", suppliers.SuppliersPage.as_view(), name="suppliers"),
    path("suppliers/new", supplier_form.SupplierNew.as_view(), name="supplier_new"),
    path("suppliers/rules", supplier_form.BuyingRulesPage.as_view(), name="buying_rules"),
    path(
        "suppliers/returns",
        supplier_returns.SupplierReturnsPage.as_view(),
        name="supplier_returns",
    ),
    path(
        "suppliers/returns/new",
        supplier_return_new.SupplierReturnNew.as_view(),
        name="supplier_return_new",
    ),
    path(
        "suppliers/returns/<str:return_id>",
        supplier_returns.SupplierReturnPage.as_view(),
        name="supplier_return",
    ),
    path(
        "suppliers/returns/<str:return_id>/credits",
        supplier_returns.SupplierCreditForm.as_view(),
        name="supplier_credit",
    ),
    path("suppliers/<str:supplier_id>", supplier.SupplierPage.as_view(), name="supplier"),
    path(
        "suppliers/<str:supplier_id>/change",
        supplier_form.SupplierChange.as_view(),
        name="supplier_change",
    ),
    path(
        "suppliers/<str:supplier_id>/reveal",
        supplier.SupplierReveal.as_view(),
        name="supplier_reveal",
    ),
    path(
        "suppliers/<str:supplier_id>/catalogue",
        supplier.SupplierCatalogue.as_view(),
        name="supplier_catalogue",
    ),
]
