"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Owns no tables; makes the room's words known to the translations, and its laws checked."""

    name = "quanqu.learn.metrics"
    label = "metrics"

    def ready(self) -> None:
        import_module("quanqu.learn.metrics.laws")
