"""The lake as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class LakeConfig(AppConfig):
    """Owns the list of what has to be published and registers the publishing jobs."""

    name = "quanqu.infra.lake"
    label = "lake"

    def ready(self) -> None:
        import_module("quanqu.infra.lake.jobs")
        import_module("quanqu.infra.lake.personal")
