"""How the helping process of the settler starts: tied to it, on the same database."""

import gc
import signal
from typing import Final

import django
from django.conf import settings

from quanqu.infra.process.facade import die_with_parent, end_in_silence

_ALIAS: Final = "default"
_MANY_OBJECTS: Final = 2_000_000


def start(parent: int, database: str) -> None:
    """Set Django up before anything that needs its tables is imported."""
    end_in_silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(signal.SIGKILL, parent=parent)
    settings.DATABASES[_ALIAS]["NAME"] = database
    django.setup()
    gc.freeze()
    gc.set_threshold(_MANY_OBJECTS, 50, 50)  # a round is many objects and next to no cycles
