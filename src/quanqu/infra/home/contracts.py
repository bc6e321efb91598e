"""The layout of QUANQU_HOME as a value."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from quanqu.kernel.errors import InvalidError, UnavailableError

__all__ = ["FOLDERS", "MOST_PATH_BYTES", "Home", "HomeNotWritableError", "HomePathError"]

FOLDERS: Final = ("postgres", "lake", "logs", "keys", "run", "rejects", "privacy")
MOST_PATH_BYTES: Final = 800
"""PostgreSQL's own limit is 1,023 bytes for any of its files."""


class HomeNotWritableError(UnavailableError):
    """The home folder cannot be made or written."""

    code: ClassVar[str] = "home.not_writable"
    template: ClassVar[str] = (
        "{path} cannot be written: {reason}. Set QUANQU_HOME to a folder of yours."
    )


class HomePathError(InvalidError):
    """The path of the home is none that every part of the product can use."""

    code: ClassVar[str] = "home.path"
    template: ClassVar[str] = "QUANQU_HOME {problem}. Set it to another folder."


@dataclass(frozen=True, slots=True)
class Home:
    """Where one installation keeps its database, lake, logs, keys, state and files."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded database's files, or a pointer to where they are."""
        return self.root / "postgres"

    @property
    def lake(self) -> Path:
        """Delta tables."""
        return self.root / "lake"

    @property
    def logs(self) -> Path:
        """Readable logs, rotated."""
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        """Secrets, one file each, 0600."""
        return self.root / "keys"

    @property
    def run(self) -> Path:
        """Locks and state of running processes."""
        return self.root / "run"

    @property
    def privacy(self) -> Path:
        """What outlives the database about people's data: the journal of erasures, exports."""
        return self.root / "privacy"

    @property
    def rejects(self) -> Path:
        """Rejected rows of imports."""
        return self.root / "rejects"
