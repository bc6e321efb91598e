"""The addresses of replenishment."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    promises,
    proposal,
    replenishment,
    replenishment_policies,
    stock_alerts,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("replenishment", replenishment.ReplenishmentPage.as_view(), name="replenishment"),
    path(
        "replenishment/look", replenishment.ReplenishmentLook.as_view(), name="replenishment_look"
    ),
    path(
        "replenishment/decisions",
        replenishment.ProposalDecisions.as_view(),
        name="proposal_decisions",
    ),
    path("replenishment/alerts", stock_alerts.StockAlertsPage.as_view(), name="stock_alerts"),
    path("replenishment/promises", promises.PromisesPage.as_view(), name="promises"),
    path(
        "replenishment/rules",
        replenishment_policies.PoliciesPage.as_view(),
        name="replenishment_policies",
    ),
    path(
        "replenishment/rules/new",
        replenishment_policies.PolicyNew.as_view(),
        name="replenishment_policy_new",
    ),
    path(
        "replenishment/rules/stop",
        replenishment_policies.PolicyStop.as_view(),
        name="replenishment_policy_stop",
    ),
    path(
        "replenishment/proposals/<str:proposal_id>",
        proposal.ProposalPage.as_view(),
        name="proposal",
    ),
    path(
        "replenishment/proposals/<str:proposal_id>/quantity",
        proposal.ProposalQuantity.as_view(),
        name="proposal_quantity",
    ),
]
