"""The Django app of know.org."""

from importlib import import_module

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Registers the room's tables and what it publishes."""

    name = "quanqu.know.org"
    label = "org"
    verbose_name = "Organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the room's publications."""
        import_module("quanqu.know.org.publish")
        import_module("quanqu.know.org.personal")
