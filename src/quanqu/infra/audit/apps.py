"""The audit trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Owns the trail's table."""

    name = "quanqu.infra.audit"
    label = "audit"
