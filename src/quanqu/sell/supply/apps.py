"""The Django app of sell.supply."""

from importlib import import_module

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    """Registers the room's tables, laws and personal data."""

    name = "quanqu.sell.supply"
    label = "supply"
    verbose_name = "Supply"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.supply.laws")
        import_module("quanqu.sell.supply.personal")
