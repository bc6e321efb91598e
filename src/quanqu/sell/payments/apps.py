"""The Django app of sell.payments."""

from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the room's tables, tenders, laws and jobs."""

    name = "quanqu.sell.payments"
    label = "payments"
    verbose_name = "Payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.payments.jobs")
        import_module("quanqu.sell.payments.laws")
        import_module("quanqu.sell.payments.personal")
