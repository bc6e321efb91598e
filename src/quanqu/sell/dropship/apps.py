"""The Django app of sell.dropship."""

from importlib import import_module

from django.apps import AppConfig


class DropshipConfig(AppConfig):
    """Registers the room's tables, laws, jobs and personal data."""

    name = "quanqu.sell.dropship"
    label = "dropship"
    verbose_name = "Drop-ship"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.dropship.jobs")
        import_module("quanqu.sell.dropship.laws")
        import_module("quanqu.sell.dropship.personal")
