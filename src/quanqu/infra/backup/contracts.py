"""What a backup holds, and why one may be refused."""

from dataclasses import dataclass
from typing import ClassVar, Final

from quanqu.kernel.errors import InvalidError, RefusedError, UnavailableError

__all__ = [
    "DATABASE_MEMBER",
    "FORMAT",
    "MANIFEST_MEMBER",
    "BackupDamagedError",
    "BackupExistsError",
    "BackupNewerError",
    "BackupPlaceError",
    "DatabaseInUseError",
    "DumpError",
    "HomeNotEmptyError",
    "LakeElsewhereError",
    "Manifest",
    "RestoreInterruptedError",
    "StillRunningError",
    "UnquietLakeError",
]

FORMAT: Final = 1
DATABASE_MEMBER: Final = "database.dump"
MANIFEST_MEMBER: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last member of the archive: what went in, with the SHA-256 of every file.

    Units: `made_at` RFC 3339; `lake` table name to the version of its transaction log.
    """

    format: int
    quanqu: str
    made_at: str
    postgresql: str
    lake: dict[str, int]
    lake_elsewhere: str | None
    files: dict[str, str]


class BackupExistsError(RefusedError):
    """The file to write is there already."""

    code: ClassVar[str] = "backup.exists"
    template: ClassVar[str] = "{path} exists; a backup overwrites nothing."


class BackupPlaceError(UnavailableError):
    """The folder of the file to write is not there or cannot be written."""

    code: ClassVar[str] = "backup.place"
    template: ClassVar[str] = "{path} cannot be written: {reason}."


class BackupNewerError(RefusedError):
    """The archive was made by a later version, whose tables this one does not know."""

    code: ClassVar[str] = "backup.newer"
    template: ClassVar[str] = (
        "{path} was made by Quanqu {made_by} and this is {ours}: restore it with that version."
    )


class LakeElsewhereError(RefusedError):
    """The archive holds a lake in files, and QUANQU_LAKE is an object store."""

    code: ClassVar[str] = "backup.lake_elsewhere"
    template: ClassVar[str] = (
        "{path} holds a lake, which cannot be put into {lake}. Restore without QUANQU_LAKE, "
        "copy the home's folder `lake` to {lake}, and set QUANQU_LAKE then."
    )


class RestoreInterruptedError(RefusedError):
    """A restore was begun and not ended: the home holds parts of two installations."""

    code: ClassVar[str] = "backup.restore_interrupted"
    template: ClassVar[str] = (
        "A restore into {home} was interrupted. Run it again: quanqu restore {archive}"
    )


class BackupDamagedError(InvalidError):
    """The archive is cut off, changed, or no backup at all."""

    code: ClassVar[str] = "backup.damaged"
    template: ClassVar[str] = "{path} cannot be restored: {reason}. Nothing was changed."


class HomeNotEmptyError(RefusedError):
    """The home holds data that a restore would replace."""

    code: ClassVar[str] = "backup.home_not_empty"
    template: ClassVar[str] = (
        "{home} holds data ({what}). Restore into an empty home, or replace it with --force."
    )


class StillRunningError(RefusedError):
    """The installation works on the home that is to be replaced."""

    code: ClassVar[str] = "backup.still_running"
    template: ClassVar[str] = "Quanqu is running on {home}. Stop it first: `quanqu down`."


class DatabaseInUseError(RefusedError):
    """Other programs are connected to the database that is to be replaced."""

    code: ClassVar[str] = "backup.in_use"
    template: ClassVar[str] = (
        "{count} other connections use the database. Stop those programs first."
    )


class DumpError(UnavailableError):
    """PostgreSQL's own program refused."""

    code: ClassVar[str] = "backup.dump"
    template: ClassVar[str] = "{program} failed: {reason}"


class UnquietLakeError(UnavailableError):
    """The lake changed at every attempt to take it and the database at the same instant."""

    code: ClassVar[str] = "backup.unquiet_lake"
    template: ClassVar[str] = "The lake changed during each of {attempts} attempts. Try again."
