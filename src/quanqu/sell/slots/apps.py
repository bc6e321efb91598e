"""The Django app of sell.slots."""

from importlib import import_module

from django.apps import AppConfig


class SlotsConfig(AppConfig):
    """Registers the room's tables, laws and personal data."""

    name = "quanqu.sell.slots"
    label = "slots"
    verbose_name = "Slots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.slots.laws")
        import_module("quanqu.sell.slots.personal")
