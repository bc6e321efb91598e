"""The outbox as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the delivery jobs."""

    name = "quanqu.infra.outbox"
    label = "outbox"

    def ready(self) -> None:
        import_module("quanqu.infra.outbox.jobs")
        import_module("quanqu.infra.outbox.personal")
