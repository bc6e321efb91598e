"""The Django app of sell.catalog."""

from importlib import import_module

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the room's tables, publication and jobs."""

    name = "quanqu.sell.catalog"
    label = "catalog"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.catalog.publish")
        import_module("quanqu.sell.catalog.jobs")
        import_module("quanqu.sell.catalog.personal")
