"""The register of personal data as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """Owns the suppression list and declares the tables of the parts we stand on."""

    name = "quanqu.infra.personal"
    label = "personal"

    def ready(self) -> None:
        import_module("quanqu.infra.personal.outside")
