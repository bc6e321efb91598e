"""The Django app of sell.inventory."""

from importlib import import_module

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers the room's tables, laws and jobs."""

    name = "quanqu.sell.inventory"
    label = "inventory"
    verbose_name = "Inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.inventory.jobs")
        import_module("quanqu.sell.inventory.laws")
        import_module("quanqu.sell.inventory.personal")
