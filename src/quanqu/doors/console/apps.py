"""The console as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Owns the saved views of lists; everything else it shows belongs to other rooms."""

    name = "quanqu.doors.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.doors.console.personal")
