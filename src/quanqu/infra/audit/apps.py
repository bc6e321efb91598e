"""The audit trail as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Owns the trail's table."""

    name = "quanqu.infra.audit"
    label = "audit"

    def ready(self) -> None:
        import_module("quanqu.infra.audit.personal")
