"""The addresses of the settings and of imports."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import import_columns, import_wizard, imports
from quanqu.doors.console.pages.settings import (
    audit,
    keys,
    organisation,
    people,
    profile,
    source,
    sources,
    units,
    warehouse,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("imports", imports.ImportsPage.as_view(), name="imports"),
    path("imports/new", import_wizard.ImportFile.as_view(), name="import_new"),
    path(
        "imports/new/<str:token>/columns",
        import_columns.ImportColumns.as_view(),
        name="import_columns",
    ),
    path("imports/new/<str:token>/check", import_wizard.ImportCheck.as_view(), name="import_check"),
    path(
        "imports/new/<str:token>/mapping",
        import_wizard.ImportMapping.as_view(),
        name="import_mapping",
    ),
    path("imports/new/<str:token>/start", import_wizard.ImportStart.as_view(), name="import_start"),
    path("imports/<str:import_id>", imports.ImportPage.as_view(), name="import"),
    path(
        "imports/<str:import_id>/progress",
        imports.ImportProgress.as_view(),
        name="import_progress",
    ),
    path("imports/<str:import_id>/rejects", imports.ImportRejects.as_view(), name="import_rejects"),
    path(
        "imports/<str:import_id>/cancellation",
        imports.ImportCancellation.as_view(),
        name="import_cancellation",
    ),
    path("settings", profile.ProfilePage.as_view(), name="settings"),
    path("settings/profile", profile.ProfilePage.as_view(), name="profile"),
    path("settings/organisation", organisation.OrganisationPage.as_view(), name="organisation"),
    path("settings/organisation/<str:unit_id>", units.UnitPage.as_view(), name="unit"),
    path("settings/organisation/<str:unit_id>/new", units.NewUnitPage.as_view(), name="unit_new"),
    path("settings/organisation/<str:unit_id>/move", units.UnitMove.as_view(), name="unit_move"),
    path("settings/audit", audit.AuditPage.as_view(), name="audit"),
    path("settings/people", people.PeoplePage.as_view(), name="people"),
    path("settings/people/<str:person_id>", people.PersonPage.as_view(), name="person"),
    path(
        "settings/people/<str:person_id>/state", people.PersonState.as_view(), name="person_state"
    ),
    path("settings/people/<str:person_id>/name", people.PersonName.as_view(), name="person_name"),
    path("settings/people/<str:person_id>/link", people.LoginLink.as_view(), name="person_link"),
    path(
        "settings/people/<str:person_id>/roles/<str:assignment_id>/gone",
        people.AssignmentGone.as_view(),
        name="assignment_gone",
    ),
    path("settings/keys", keys.ApiKeysPage.as_view(), name="api_keys"),
    path(
        "settings/keys/<str:key_id>/rotation",
        keys.ApiKeyRotation.as_view(),
        name="api_key_rotation",
    ),
    path("settings/keys/<str:key_id>/gone", keys.ApiKeyGone.as_view(), name="api_key_gone"),
    path("settings/sources", sources.SourcesPage.as_view(), name="sources"),
    path("settings/sources/<str:source_id>", source.SourcePage.as_view(), name="source"),
    path(
        "settings/sources/<str:source_id>/warehouse",
        warehouse.SourceWarehouse.as_view(),
        name="source_warehouse",
    ),
    path(
        "settings/sources/<str:source_id>/warehouse/pull",
        warehouse.SourcePull.as_view(),
        name="source_pull",
    ),
    path(
        "settings/sources/<str:source_id>/first-event",
        source.SourceFirstEvent.as_view(),
        name="source_first_event",
    ),
    path(
        "settings/sources/<str:source_id>/rotation",
        source.SourceRotation.as_view(),
        name="source_rotation",
    ),
    path(
        "settings/sources/<str:source_id>/state", source.SourceState.as_view(), name="source_state"
    ),
]
