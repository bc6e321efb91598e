"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Registers the room's jobs and the personal data it holds."""

    name = "quanqu.know.matching"
    label = "matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.matching.jobs")
        import_module("quanqu.know.matching.personal")
