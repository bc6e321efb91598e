"""The Django app of doors.api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Brings the templates and styles of the documentation pages."""

    name = "quanqu.doors.api"
    label = "api"
