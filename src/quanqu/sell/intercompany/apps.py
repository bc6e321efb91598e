"""The Django app of sell.intercompany."""

from importlib import import_module

from django.apps import AppConfig


class IntercompanyConfig(AppConfig):
    """Registers the room's tables, laws, personal data and what it hears of goods."""

    name = "quanqu.sell.intercompany"
    label = "intercompany"
    verbose_name = "Between companies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.intercompany.guarding")
        import_module("quanqu.sell.intercompany.jobs")
        import_module("quanqu.sell.intercompany.laws")
        import_module("quanqu.sell.intercompany.personal")
