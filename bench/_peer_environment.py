"""A Python environment of a peer's own, made for the time of a benchmark."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["make_environment"]


def make_environment(folder: Path, packages: Sequence[str]) -> Path:
    """Make an environment with packages from the index; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *packages], check=True)
    return python
