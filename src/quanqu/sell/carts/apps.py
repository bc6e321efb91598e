"""The Django app of sell.carts."""

from importlib import import_module

from django.apps import AppConfig


class CartsConfig(AppConfig):
    """Registers the room's tables, laws, jobs and personal data."""

    name = "quanqu.sell.carts"
    label = "carts"
    verbose_name = "Carts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.carts.jobs")
        import_module("quanqu.sell.carts.laws")
        import_module("quanqu.sell.carts.personal")
