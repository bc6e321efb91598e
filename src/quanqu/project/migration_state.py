"""Tells quickly, without Django, whether this very code has migrated this very database."""

import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Final

import psycopg

import quanqu
from quanqu.infra.home.facade import Home
from quanqu.infra.postgres.facade import require_server

_PACKAGE: Final = Path(quanqu.__file__).parent
_SETTINGS: Final = ("project/apps_list.py", "project/settings/base.py")
_DISTRIBUTIONS: Final = ("django", "django-allauth", "django-unfold", "procrastinate")
_IDENTITY: Final = (
    "SELECT system_identifier::text || '/' || (SELECT oid::text FROM pg_database "
    "WHERE datname = current_database()) FROM pg_control_system()"
)


def is_known(home: Home) -> bool:
    """Tell without a database whether this very code migrated the home's database last."""
    return (_recorded(home) or {}).get("code") == _code()


def is_current(home: Home, url: str) -> bool:
    """Tell whether this very code has already migrated this very database."""
    recorded = _recorded(home)
    return recorded is not None and recorded == _state(url)


def remember(home: Home, url: str) -> None:
    """Note that this code has migrated this database."""
    draft = _record(home).with_suffix(".new")
    draft.write_text(json.dumps(_state(url)), encoding="utf-8")
    draft.rename(_record(home))


def _state(url: str) -> dict[str, str]:
    try:
        with psycopg.connect(url, connect_timeout=10) as asked:
            row = asked.execute(_IDENTITY).fetchone()
    except psycopg.OperationalError:
        require_server(url)  # says what is wrong with it
        raise
    return {"database": row[0] if row else "", "code": _code()}


def _code() -> str:
    digest = hashlib.sha256()
    files = sorted(_PACKAGE.glob("*/*/migrations/*.py"))
    for path in [*files, *(_PACKAGE / name for name in _SETTINGS)]:
        digest.update(str(path.relative_to(_PACKAGE)).encode() + b"\0" + path.read_bytes())
    for name in _DISTRIBUTIONS:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    return digest.hexdigest()


def _recorded(home: Home) -> dict[str, str] | None:
    try:
        found = json.loads(_record(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _record(home: Home) -> Path:
    return home.run / "migrations.json"
