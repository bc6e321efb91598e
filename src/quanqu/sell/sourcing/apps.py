"""The Django app of sell.sourcing."""

from importlib import import_module

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """Registers the room's tables."""

    name = "quanqu.sell.sourcing"
    label = "sourcing"
    verbose_name = "Sourcing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.sourcing.personal")
