"""The Django app of sell.returns."""

from importlib import import_module

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Registers the room's tables, laws, personal data and the tender it keeps itself."""

    name = "quanqu.sell.returns"
    label = "returns"
    verbose_name = "Returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.returns.jobs")
        import_module("quanqu.sell.returns.laws")
        import_module("quanqu.sell.returns.personal")
