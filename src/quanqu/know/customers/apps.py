"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers what the room publishes and its law."""

    name = "quanqu.know.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.know.customers.publish")
        import_module("quanqu.know.customers.jobs")
        import_module("quanqu.know.customers.actions.law")
        import_module("quanqu.know.customers.personal")
