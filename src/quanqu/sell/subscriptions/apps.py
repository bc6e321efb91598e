"""The Django app of sell.subscriptions."""

from importlib import import_module

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Registers the room's tables, laws, jobs and personal data."""

    name = "quanqu.sell.subscriptions"
    label = "subscriptions"
    verbose_name = "Subscriptions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.sell.subscriptions.jobs")
        import_module("quanqu.sell.subscriptions.laws")
        import_module("quanqu.sell.subscriptions.personal")
