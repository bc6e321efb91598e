"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers what the room publishes, its handlers and its laws."""

    name = "quanqu.know.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.consent.publish")
        import_module("quanqu.know.consent.personal")
        import_module("quanqu.know.consent.jobs")
        import_module("quanqu.know.consent.actions.law")
