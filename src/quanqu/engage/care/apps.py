"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CareConfig(AppConfig):
    """Registers the room's own rules as the first that offer actions."""

    name = "quanqu.engage.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        providers = import_module("quanqu.engage.care.queries.providers")
        providers.register_actions(provider=providers.OwnRules())
