"""The Django app of sell.replenishment."""

from importlib import import_module

from django.apps import AppConfig


class ReplenishmentConfig(AppConfig):
    """Registers the room's tables and personal data."""

    name = "quanqu.sell.replenishment"
    label = "replenishment"
    verbose_name = "Replenishment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.replenishment.personal")
        inventory = import_module("quanqu.sell.inventory.facade")
        promises = import_module("quanqu.sell.replenishment.queries.promises")
        inventory.register_outlook(code="replenishment", outlook=promises.Inbound())
