"""Background jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Owns the record of failures."""

    name = "quanqu.infra.jobs"
    label = "jobs"
