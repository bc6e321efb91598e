"""The Django app of sell.fulfilment."""

from importlib import import_module

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """Registers the room's tables and personal data."""

    name = "quanqu.sell.fulfilment"
    label = "fulfilment"
    verbose_name = "Fulfilment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.fulfilment.jobs")
        import_module("quanqu.sell.fulfilment.laws")
        import_module("quanqu.sell.fulfilment.personal")
