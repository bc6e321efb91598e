"""Says what is wrong with a setting before anything starts with it."""

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping
from typing import ClassVar, Final
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from quanqu.kernel.errors import InvalidError

Check = Callable[[str], str | None]

_STORES: Final = ("s3", "s3a", "gs", "gcs", "az", "azure", "adl", "abfs", "abfss")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_KEY_BYTES: Final = 32


class SettingError(InvalidError):
    """A setting of the environment has a value that cannot be meant."""

    code: ClassVar[str] = "project.setting"
    template: ClassVar[str] = "{name} {problem} (docs/reference/settings.md)."


def require_settings(environment: Mapping[str, str] | None = None) -> None:
    """Look at every setting that has a form; empty counts as unset. Raises: SettingError."""
    given = os.environ if environment is None else environment
    for name, check in CHECKS.items():
        value = given.get(name, "")
        problem = check(value) if value else None
        if problem:
            raise SettingError(name=name, problem=problem)


def _number(least: int, most: int) -> Check:
    def check(value: str) -> str | None:
        fits = value.isascii() and value.isdigit() and least <= int(value) <= most
        return None if fits else f"must be a number from {least} to {most}, not {value!r}"

    return check


def _one_of(*words: str) -> Check:
    def check(value: str) -> str | None:
        return None if value in words else f"must be {' or '.join(words)}, not {value!r}"

    return check


def _rate(value: str) -> str | None:
    fits = re.fullmatch(r"[1-9]\d{0,6}(/\d{1,6}(\.\d+)?)?", value) and not re.search(r"/0+$", value)
    return None if fits else f"must be BURST/PER-SECOND such as 300/30, not {value!r}"


def _database_url(value: str) -> str | None:
    if not value.startswith(("postgresql://", "postgres://")):
        return "must begin with postgresql://"
    try:
        conninfo_to_dict(value)
    except ProgrammingError:  # its text may quote the password
        return (
            "cannot be read: in a password write @ : / % as %40 %3A %2F %25, "
            "and after ? only what PostgreSQL knows"
        )
    return None


def _bind(value: str) -> str | None:
    host, _, port = value.rpartition(":")
    return None if host and not _number(1, 65535)(port) else f"must be HOST:PORT, not {value!r}"


def _url(*schemes: str) -> Check:
    def check(value: str) -> str | None:
        parts = urlsplit(value)
        if parts.scheme in schemes and parts.hostname:
            return None
        return f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    return check


def _engine(value: str) -> str | None:
    fits = value == "duckdb" or (value.startswith("sc://") and urlsplit(value).hostname)
    return None if fits else f"must be duckdb or sc://HOST:PORT, not {value!r}"


def _lake(value: str) -> str | None:
    scheme, separator, place = value.partition("://")
    if not separator or (scheme in _STORES and place):
        return None
    return f"must be a folder or the URL of an object store ({', '.join(_STORES)}), not {value!r}"


def _hosts(value: str) -> str | None:
    if all(re.fullmatch(r"\.?[A-Za-z0-9.\-\[\]:]+|\*", host) for host in value.split(",")):
        return None
    return f"must be host names with commas between, without spaces, not {value!r}"


def _data_key(value: str) -> str | None:
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    return None if len(key) == _KEY_BYTES else f"must be {_KEY_BYTES} bytes in base 64"


CHECKS: Final[Mapping[str, Check]] = {
    "DATABASE_URL": _database_url,
    "QUANQU_API_RATE": _rate,
    "QUANQU_BIND": _bind,
    "QUANQU_DATA_KEY": _data_key,
    "QUANQU_DEBUG": _one_of("1", "0"),
    "QUANQU_ENGINE": _engine,
    "QUANQU_HOSTS": _hosts,
    "QUANQU_LAKE": _lake,
    "QUANQU_LOG": _one_of("json", "text"),
    "QUANQU_LOG_LEVEL": _one_of(*_LEVELS),
    "QUANQU_SMTP_URL": _url("smtp", "smtps"),
    "QUANQU_TRUST_PROXY": _number(0, 9),
    "QUANQU_URL": _url("http", "https"),
    "QUANQU_WEB_THREADS": _number(1, 64),
    "QUANQU_WEB_WORKERS": _number(1, 64),
    "QUANQU_WORKER_JOBS": _number(1, 64),
}
