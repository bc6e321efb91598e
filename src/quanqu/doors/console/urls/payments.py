"""Pages of payments and reconciliation."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    differences,
    payment,
    payment_accounts,
    payments,
    refused_refunds,
    settlement,
    settlement_statement,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("payments", payments.PaymentsPage.as_view(), name="payments"),
    path(
        "payments/accounts",
        payment_accounts.PaymentAccountsPage.as_view(),
        name="payment_accounts",
    ),
    path(
        "payments/accounts/<str:account>",
        payment_accounts.PaymentAccountForm.as_view(),
        name="payment_account",
    ),
    path(
        "payments/accounts/<str:account>/checks",
        payment_accounts.PaymentAccountCheck.as_view(),
        name="payment_account_check",
    ),
    path(
        "payments/accounts/<str:account>/terms",
        payment_accounts.PaymentTerms.as_view(),
        name="payment_terms",
    ),
    path(
        "payments/refused-refunds",
        refused_refunds.RefusedRefundsPage.as_view(),
        name="refused_refunds",
    ),
    path(
        "payments/refused-refunds/<str:refused_id>",
        refused_refunds.RefusedRefundPage.as_view(),
        name="refused_refund",
    ),
    path("payments/<str:payment_id>", payment.PaymentPage.as_view(), name="payment"),
    path("payments/<str:payment_id>/acts", payment.PaymentAct.as_view(), name="payment_act"),
    path("settlement", settlement.SettlementPage.as_view(), name="settlement"),
    path("settlement/statements", settlement.StatementImport.as_view(), name="statement_import"),
    path(
        "settlement/statements/<str:statement_id>",
        settlement_statement.StatementPage.as_view(),
        name="statement",
    ),
    path(
        "settlement/statements/<str:statement_id>/rejects",
        settlement_statement.StatementRejects.as_view(),
        name="statement_rejects",
    ),
    path("settlement/differences", differences.DifferencesPage.as_view(), name="differences"),
    path(
        "settlement/differences/<str:difference_id>",
        differences.DifferencePage.as_view(),
        name="difference",
    ),
    path(
        "settlement/differences/<str:difference_id>/acts",
        differences.DifferenceActView.as_view(),
        name="difference_act",
    ),
]
