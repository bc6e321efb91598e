"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Registers the room's jobs and its own personal data."""

    name = "quanqu.know.privacy"
    label = "privacy"
    verbose_name = "Privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.privacy.jobs")
        import_module("quanqu.know.privacy.personal")
        import_module("quanqu.know.privacy.laws")
