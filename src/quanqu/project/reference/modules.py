"""Loads every module, so that what they declare can be listed."""

from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

from django.apps import apps

import quanqu
from quanqu.kernel.errors import QuanquError

_WINGS: Final = ("know", "learn", "sell", "engage", "steer", "doors")
# programs: importing one is starting it
_PROGRAMS: Final = ("quanqu.project.web_worker", "quanqu.project.wsgi")


def load_everything() -> list[str]:
    """Import every module of what is installed, but no migration and no program.

    Django must be set up.
    """
    package = Path(quanqu.__file__).parent
    paths = sorted(package.rglob("*.py"))
    names = [
        ".".join(["quanqu", *path.relative_to(package).with_suffix("").parts]) for path in paths
    ]
    names = [name.removesuffix(".__init__") for name in names]
    names = [name for name in names if _is_module(name) and _is_installed(name)]
    for name in names:
        import_module(name)
    return names


def _is_module(name: str) -> bool:
    return ".migrations" not in name and not name.endswith("__main__") and name not in _PROGRAMS


def _is_installed(module: str) -> bool:
    names = module.split(".")
    if len(names) < 3 or names[1] not in _WINGS:
        return True
    return apps.is_installed(".".join(names[:3]))


def error_classes() -> list[type[QuanquError]]:
    """Return every error class of ours by its code."""
    found: set[type[QuanquError]] = {QuanquError}
    waiting = [QuanquError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found and child.__module__.startswith("quanqu."):
                found.add(child)
                waiting.append(child)
    return sorted(found, key=lambda error: (error.code, error.__name__))


def event_classes(modules: list[str]) -> list[type[Any]]:
    """Return every event class of the rooms' contracts by its name."""
    found = {}
    for module_name in modules:
        if ".contracts" not in module_name or module_name.startswith("quanqu.infra."):
            continue
        for value in vars(import_module(module_name)).values():
            name = getattr(value, "name", None)
            if isinstance(value, type) and isinstance(name, str) and "." in name:
                found[name] = value
    return [found[name] for name in sorted(found)]


def summary(thing: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    text = cleandoc(thing.__doc__ or "").partition("\n\n")[0]
    return " ".join(text.split())
