"""The addresses of audiences."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    audience,
    audience_builder,
    audience_composition,
    audience_contacts,
    audience_days,
    audience_exports,
    audience_feed,
    audience_forecast,
    audience_live,
    audience_overlap,
    audience_snapshot,
    audience_upload,
    audience_webhooks,
    audience_why,
    audiences,
    models,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("audiences", audiences.AudiencesPage.as_view(), name="audiences"),
    path("audiences/new", audience_builder.AudienceBuilder.as_view(), name="audience_new"),
    path("audiences/preview", audience_live.AudiencePreview.as_view(), name="audience_preview"),
    path("audiences/found", audience_live.AudienceFound.as_view(), name="audience_found"),
    path("audiences/exports", audience_exports.AudienceExports.as_view(), name="audience_exports"),
    path(
        "audiences/exports/policy",
        audience_exports.AudienceExportPolicy.as_view(),
        name="audience_export_policy",
    ),
    path(
        "audiences/exports/<str:export_id>/step",
        audience_exports.AudienceExportStep.as_view(),
        name="audience_export_step",
    ),
    path(
        "audiences/exports/<str:export_id>/file",
        audience_exports.AudienceExportFile.as_view(),
        name="audience_export_file",
    ),
    path("audiences/upload", audience_upload.AudienceUpload.as_view(), name="audience_upload"),
    path(
        "audiences/uploads/<str:list_id>",
        audience_upload.UploadPage.as_view(),
        name="audience_upload_found",
    ),
    path(
        "audiences/uploads/<str:list_id>/rejects",
        audience_upload.UploadRejects.as_view(),
        name="audience_upload_rejects",
    ),
    path(
        "audiences/uploads/<str:list_id>/discarded",
        audience_upload.UploadDiscard.as_view(),
        name="audience_upload_discard",
    ),
    path("audiences/<str:audience_id>", audience.AudiencePage.as_view(), name="audience"),
    path(
        "audiences/<str:audience_id>/rules",
        audience_builder.AudienceBuilder.as_view(),
        name="audience_rules",
    ),
    path(
        "audiences/<str:audience_id>/export-request",
        audience_exports.AudienceExportAsk.as_view(),
        name="audience_export_ask",
    ),
    path(
        "audiences/<str:audience_id>/webhooks",
        audience_webhooks.AudienceWebhooks.as_view(),
        name="audience_webhooks",
    ),
    path(
        "audiences/<str:audience_id>/webhooks/<str:webhook_id>",
        audience_webhooks.AudienceWebhookStep.as_view(),
        name="audience_webhook_step",
    ),
    path(
        "audiences/<str:audience_id>/snapshot",
        audience_snapshot.AudienceSnapshot.as_view(),
        name="audience_snapshot",
    ),
    path(
        "audiences/<str:audience_id>/composition",
        audience_composition.AudienceComposition.as_view(),
        name="audience_composition",
    ),
    path(
        "audiences/<str:audience_id>/overlap",
        audience_overlap.AudienceOverlap.as_view(),
        name="audience_overlap",
    ),
    path(
        "audiences/<str:audience_id>/feed",
        audience_feed.AudienceFeed.as_view(),
        name="audience_feed",
    ),
    path(
        "audiences/<str:audience_id>/days",
        audience_days.AudienceDays.as_view(),
        name="audience_days",
    ),
    path(
        "audiences/<str:audience_id>/forecast",
        audience_forecast.AudienceForecast.as_view(),
        name="audience_forecast",
    ),
    path(
        "audiences/<str:audience_id>/refresh",
        audience.AudienceRefresh.as_view(),
        name="audience_refresh",
    ),
    path(
        "audiences/<str:audience_id>/archive",
        audience.AudienceArchive.as_view(),
        name="audience_archive",
    ),
    path(
        "audiences/<str:audience_id>/restoration",
        audience.AudienceRestoration.as_view(),
        name="audience_restoration",
    ),
    path(
        "audiences/<str:audience_id>/why", audience_why.AudienceWhy.as_view(), name="audience_why"
    ),
    path(
        "audiences/<str:audience_id>/export",
        audience.AudienceExport.as_view(),
        name="audience_export",
    ),
    path(
        "audiences/<str:audience_id>/similar",
        models.SimilarPage.as_view(),
        name="audience_similar",
    ),
    path(
        "audiences/<str:audience_id>/contacts",
        audience_contacts.AudienceContacts.as_view(),
        name="audience_contacts",
    ),
]
