"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class TagsConfig(AppConfig):
    """Registers the room's jobs and what it holds of people."""

    name = "quanqu.know.tags"
    label = "tags"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.tags.jobs")
        import_module("quanqu.know.tags.personal")
