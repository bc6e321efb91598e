"""A home of its own for a benchmark that runs the whole product."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["own_home"]


@contextmanager
def own_home() -> Iterator[Path]:
    """Point the settings at an empty home whose API refuses nobody for calling often."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["QUANQU_API_RATE"] = "900000/900000"
    os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        os.environ["QUANQU_HOME"] = folder
        yield Path(folder)
