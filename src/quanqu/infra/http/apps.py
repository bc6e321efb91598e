"""The Django app of infra.http."""

from importlib import import_module

from django.apps import AppConfig


class HttpConfig(AppConfig):
    """Registers the tables of idempotency keys and rate limits, and their clean-up."""

    name = "quanqu.infra.http"
    label = "http"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the jobs."""
        import_module("quanqu.infra.http.jobs")
        import_module("quanqu.infra.http.personal")
