"""The Django app of doors.preferences."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    """The pages behind signed links."""

    name = "quanqu.doors.preferences"
    label = "preferences"
