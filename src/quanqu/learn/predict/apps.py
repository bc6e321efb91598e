"""The room as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class PredictConfig(AppConfig):
    """Registers the room's jobs and what its tables hold."""

    name = "quanqu.learn.predict"
    label = "predict"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("quanqu.learn.predict.jobs")
        import_module("quanqu.learn.predict.personal")
