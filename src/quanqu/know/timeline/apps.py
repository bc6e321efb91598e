"""The Django app of know.timeline."""

from importlib import import_module

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    """The room of events."""

    name = "quanqu.know.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what the room publishes, its jobs and its law."""
        import_module("quanqu.know.timeline.publish")
        import_module("quanqu.know.timeline.jobs")
        import_module("quanqu.know.timeline.laws")
        import_module("quanqu.know.timeline.personal")
