"""Modules that are read when something of them is first asked for.

A command, a worker and a web process read every room when they start; what only few of their calls
need, and what takes long to read (a solver, a drawing library), is named here by its path instead.
"""

from importlib import import_module
from typing import Any

__all__ = ["Later"]


class Later:
    """A module by its name; the first name asked of it reads it. Raises: as its import does."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module has under a name; several threads may ask at once."""
        return getattr(import_module(self._name), name)
