"""The Django app of sell.quotes."""

from importlib import import_module

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """Registers the room's tables, laws, jobs and personal data."""

    name = "quanqu.sell.quotes"
    label = "quotes"
    verbose_name = "Quotes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.quotes.jobs")
        import_module("quanqu.sell.quotes.laws")
        import_module("quanqu.sell.quotes.personal")
