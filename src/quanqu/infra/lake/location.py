"""Where the lake lies: a folder of the home, or the address of an object store."""

import os
from pathlib import Path
from typing import Final

from quanqu.infra.home.facade import home_path

LOG: Final = "_delta_log"


def lake_root() -> str:
    """Return the folder or URL that holds the tables: QUANQU_LAKE, or `lake` in the home."""
    given = os.environ.get("QUANQU_LAKE", "")
    if is_remote(given):
        return given.rstrip("/")
    return os.path.abspath(given) if given else str(home_path() / "lake")


def table_uri(name: str) -> str:
    """Return the folder or URL of one table."""
    return f"{lake_root()}/{name}"


def log_entry(folder: Path, version: int) -> Path:
    """Return the entry of a version in the log of the table that lies in a folder."""
    return folder / LOG / f"{version:020}.json"


def is_remote(uri: str) -> bool:
    """Tell whether the address is an object store's and not a folder."""
    return "://" in uri and not uri.startswith("file://")


def storage_options() -> dict[str, str] | None:
    """Return the credentials of an object store from the environment; None for a folder.

    Every variable that begins with AWS_, AZURE_ or GOOGLE_ is handed on as it is.
    """
    if not is_remote(lake_root()):
        return None
    kinds = ("AWS_", "AZURE_", "GOOGLE_")
    return {name: value for name, value in os.environ.items() if name.startswith(kinds)}


def spill_folder() -> Path:
    """Return where the engine puts what does not fit in memory."""
    return home_path() / "run" / "spill"
