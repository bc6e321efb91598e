"""The addresses of sourcing."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    sourcing,
    sourcing_decision,
    sourcing_decisions,
    sourcing_trial,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("sourcing", sourcing.SourcingPage.as_view(), name="sourcing"),
    path("sourcing/preview", sourcing.SourcingPreview.as_view(), name="sourcing_preview"),
    path("sourcing/undo", sourcing.SourcingUndo.as_view(), name="sourcing_undo"),
    path("sourcing/shadow-end", sourcing.SourcingShadowEnd.as_view(), name="sourcing_shadow_end"),
    path(
        "sourcing/profiles/<str:profile_id>/activation",
        sourcing.SourcingActivation.as_view(),
        name="sourcing_activation",
    ),
    path(
        "sourcing/profiles/<str:profile_id>/shadow",
        sourcing.SourcingShadow.as_view(),
        name="sourcing_shadow",
    ),
    path(
        "sourcing/profiles/<str:profile_id>/trial",
        sourcing_trial.SourcingTrial.as_view(),
        name="sourcing_trial",
    ),
    path(
        "sourcing/decisions",
        sourcing_decisions.SourcingDecisionsPage.as_view(),
        name="sourcing_decisions",
    ),
    path(
        "sourcing/decisions/<str:decision_id>",
        sourcing_decision.SourcingDecisionPage.as_view(),
        name="sourcing_decision",
    ),
]
