"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    """Registers the room's jobs."""

    name = "quanqu.know.audiences"
    label = "audiences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.audiences.jobs")
        import_module("quanqu.know.audiences.personal")
