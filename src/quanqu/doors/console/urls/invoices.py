"""The addresses of invoices and tax rules."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import invoice, invoices, tax_rules

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("invoices", invoices.InvoicesPage.as_view(), name="invoices"),
    path("invoices/new", invoice.InvoiceNew.as_view(), name="invoice_new"),
    path("invoices/taxes", tax_rules.TaxRulesPage.as_view(), name="tax_rules"),
    path("invoices/<str:invoice_id>", invoice.InvoicePage.as_view(), name="invoice"),
    path("invoices/<str:invoice_id>/act", invoice.InvoiceAct.as_view(), name="invoice_act"),
    path(
        "invoices/<str:invoice_id>/files/<str:form>",
        invoice.InvoiceFileView.as_view(),
        name="invoice_file",
    ),
]
