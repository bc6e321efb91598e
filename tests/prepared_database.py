"""A database with every migration in it, written once and taken again until a migration changes."""

import hashlib
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from quanqu.infra.postgres.facade import bin_dir, version

_ROOT = Path(__file__).resolve().parents[1]
_SOURCES = ("src/quanqu/**/migrations/*.py", "src/quanqu/**/apps.py", "requirements*.lock")


def find_prepared(config: pytest.Config) -> Path | None:
    """Return where such a database is kept for what is migrated now; None without a cache."""
    if not hasattr(config, "cache") or config.cache is None:
        return None
    told = hashlib.sha256(str(version()).encode())
    for path in sorted(one for pattern in _SOURCES for one in _ROOT.glob(pattern)):
        told.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return config.cache.mkdir("quanqu-migrated") / f"{told.hexdigest()[:32]}.dump"


def take(path: Path, url: str, name: str) -> bool:
    """Make a database of what is kept; False, and nothing there, when that does not work."""
    if not path.exists():
        return False
    if _run("createdb", url, name) and _run("pg_restore", url, "--no-owner", "-d", name, str(path)):
        return True
    path.unlink(missing_ok=True)
    _run("dropdb", url, "--if-exists", name)
    return False


def keep(path: Path, url: str, name: str) -> None:
    """Keep a database that was migrated a moment ago, in the place of older ones."""
    new = path.with_suffix(f".{os.getpid()}")
    if _run("pg_dump", url, "-Fc", "-Z1", "-f", str(new), name):
        for old in path.parent.glob("*.dump"):
            old.unlink(missing_ok=True)
        new.replace(path)
    new.unlink(missing_ok=True)


def _run(program: str, url: str, *arguments: str) -> bool:
    at = urlsplit(url)
    environment = os.environ | {
        "PGHOST": at.hostname or "",
        "PGPORT": str(at.port or ""),
        "PGUSER": at.username or "",
        "PGPASSWORD": at.password or "",
    }
    command = [str(bin_dir() / program), *arguments]
    return (
        subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 0
    )
