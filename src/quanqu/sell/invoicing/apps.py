"""The Django app of sell.invoicing."""

from importlib import import_module

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Registers the room's tables, laws, personal data and what it hears of returns."""

    name = "quanqu.sell.invoicing"
    label = "invoicing"
    verbose_name = "Invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.invoicing.jobs")
        import_module("quanqu.sell.invoicing.laws")
        import_module("quanqu.sell.invoicing.personal")
