"""The Django app of sell.checkout."""

from importlib import import_module

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    """Registers the room's tables, laws, jobs and event handlers."""

    name = "quanqu.sell.checkout"
    label = "checkout"
    verbose_name = "Checkout"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.checkout.jobs")
        import_module("quanqu.sell.checkout.laws")
        import_module("quanqu.sell.checkout.personal")
