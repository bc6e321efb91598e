"""The Django app of doors.connectors."""

from importlib import import_module

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Channels, imports and webhooks."""

    name = "quanqu.doors.connectors"
    label = "connectors"
    verbose_name = "Connectors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs."""
        import_module("quanqu.doors.connectors.jobs")
        import_module("quanqu.doors.connectors.personal")
