"""Looks whether a server will do, before anything is written to it."""

from typing import Final

import psycopg

from quanqu.infra.postgres.contracts import (
    ServerEncodingError,
    ServerExtensionError,
    ServerRightsError,
    ServerTooOldError,
    ServerUnreachableError,
)

EXTENSIONS: Final = ("pg_trgm",)
_OLDEST: Final = 160_000
_ASKED: Final = (
    "SELECT current_setting('server_version_num')::int, current_setting('server_version'), "
    "current_setting('server_encoding'), current_database(), current_user, "
    "coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false), "
    "array(SELECT name::text FROM unnest(%s::text[]) AS needed(name) WHERE NOT EXISTS "
    "(SELECT FROM pg_available_extensions AS a WHERE a.name = needed.name))"
)


def require_server(url: str) -> None:
    """Make sure that a server answers, is new enough, speaks UTF-8 and has what we need.

    Raises: ServerUnreachableError, ServerTooOldError, ServerEncodingError, ServerRightsError,
    ServerExtensionError.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(_ASKED, [list(EXTENSIONS)]).fetchone()
    except psycopg.OperationalError as error:
        raise ServerUnreachableError(reason=" ".join(str(error).split())) from None
    if row is None:
        raise ServerUnreachableError(reason="it gave no answer")
    number, version, encoding, database, user, may_create, missing = row
    if number < _OLDEST:
        raise ServerTooOldError(version=version)
    if encoding != "UTF8":
        raise ServerEncodingError(database=database, encoding=encoding)
    if not may_create:
        raise ServerRightsError(database=database, user=user)
    if missing:
        raise ServerExtensionError(extension=", ".join(missing))
