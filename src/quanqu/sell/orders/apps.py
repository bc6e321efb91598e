"""The Django app of sell.orders."""

from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Registers the room's tables, publications, laws and event handlers."""

    name = "quanqu.sell.orders"
    label = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.orders.publish")
        import_module("quanqu.sell.orders.jobs")
        import_module("quanqu.sell.orders.laws")
        import_module("quanqu.sell.orders.personal")
