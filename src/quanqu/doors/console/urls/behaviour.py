"""The addresses of the timeline, of visits, figures and models."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    event_retention,
    failed_event,
    failures,
    live,
    metrics,
    model,
    models,
    plan,
    planned_event,
    quality,
    repairs,
    timeline,
    violations,
    visit_rules,
    visits,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("learn/metrics", metrics.MetricsPage.as_view(), name="metrics"),
    path("learn/metrics/<str:code>", metrics.MetricPage.as_view(), name="metric"),
    path("learn/models", models.ModelsPage.as_view(), name="models"),
    path("learn/models/<str:model_id>", model.ModelPage.as_view(), name="model"),
    path(
        "learn/models/<str:model_id>/progress",
        model.ModelProgress.as_view(),
        name="model_progress",
    ),
    path(
        "learn/models/<str:model_id>/training",
        models.ModelTraining.as_view(),
        name="model_training",
    ),
    path(
        "learn/models/<str:model_id>/audience",
        models.ModelAudience.as_view(),
        name="model_audience",
    ),
    path("learn/quality", quality.QualityPage.as_view(), name="quality"),
    path("timeline", timeline.EventsPage.as_view(), name="timeline"),
    path("timeline/live", live.LivePage.as_view(), name="live"),
    path("timeline/live/tail", live.LiveTail.as_view(), name="live_tail"),
    path("timeline/failed", failures.FailedEventsPage.as_view(), name="failed_events"),
    path("timeline/failed/replay", failures.FailedReplay.as_view(), name="failed_replay"),
    path("timeline/failed/repairs", repairs.RepairsPage.as_view(), name="repairs"),
    path(
        "timeline/failed/<str:failed_id>",
        failed_event.FailedEventPage.as_view(),
        name="failed_event",
    ),
    path(
        "timeline/failed/<str:failed_id>/reveal",
        failed_event.FailedEventReveal.as_view(),
        name="failed_event_reveal",
    ),
    path(
        "timeline/failed/<str:failed_id>/repair",
        failed_event.FailedEventRepair.as_view(),
        name="failed_event_repair",
    ),
    path(
        "timeline/failed/<str:failed_id>/retry",
        failed_event.FailedEventRetry.as_view(),
        name="failed_event_retry",
    ),
    path("timeline/violations", violations.ViolationsPage.as_view(), name="violations"),
    path("timeline/plan", plan.PlanPage.as_view(), name="plan"),
    path("timeline/plan/event", planned_event.PlannedEventPage.as_view(), name="planned_event"),
    path("timeline/plan/import", plan.PlanImport.as_view(), name="plan_import"),
    path(
        "timeline/retention", event_retention.EventRetentionPage.as_view(), name="event_retention"
    ),
    path("timeline/plan/gone", planned_event.PlannedEventGone.as_view(), name="planned_event_gone"),
    path("timeline/plan/rule", plan.PlannedEventRule.as_view(), name="planned_event_rule"),
    path("timeline/plan/restore", plan.PlannedEventRestore.as_view(), name="planned_event_restore"),
    path("timeline/plan/unplanned", plan.UnplannedRule.as_view(), name="unplanned_rule"),
    path("timeline/events/<path:message_id>", timeline.EventPage.as_view(), name="event"),
    path("visits", visits.VisitsPage.as_view(), name="visits"),
    path("visits/rules", visit_rules.VisitRulesPage.as_view(), name="visit_rules"),
    path(
        "visits/rules/restore", visit_rules.VisitRulesRestore.as_view(), name="visit_rules_restore"
    ),
]
