"""Finds and makes the home folder and the secrets in it."""

import os
import secrets
from pathlib import Path

import platformdirs

from quanqu.infra.home.contracts import (
    FOLDERS,
    MOST_PATH_BYTES,
    Home,
    HomeNotWritableError,
    HomePathError,
)


def home_path() -> Path:
    """Return QUANQU_HOME, or the platform's user data folder, as an absolute path."""
    given = os.environ.get("QUANQU_HOME")
    folder = Path(given) if given else platformdirs.user_data_path("quanqu", appauthor=False)
    return Path(os.path.abspath(folder.expanduser()))


def open_home(root: Path | None = None) -> Home:
    """Return the home with its folders made (0700).

    For the superuser a new home is 0711: the database runs as another user and must pass
    through it. The mode of a folder that exists is never changed.
    Raises: HomeNotWritableError, HomePathError.
    """
    home = Home(root or home_path())
    _require_usable(home.root)
    try:
        if not home.root.is_dir():
            home.root.parent.mkdir(parents=True, exist_ok=True)
            home.root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        for name in FOLDERS:
            (home.root / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise HomeNotWritableError(path=home.root, reason=error.strerror) from None
    return home


def secret(home: Home, name: str, *, size: int = 32) -> str:
    """Return the secret of that name, made once. Units: `size` random bytes, written as hex."""
    path = home.keys / name
    if not path.exists():
        _write_new(path, secrets.token_hex(size))
    return path.read_text(encoding="ascii").strip()


def _require_usable(root: Path) -> None:
    path = os.fsencode(root)
    if len(path) > MOST_PATH_BYTES:
        raise HomePathError(problem=f"is longer than {MOST_PATH_BYTES} bytes")
    try:
        text = path.decode()
    except UnicodeDecodeError:
        raise HomePathError(problem="is not UTF-8") from None
    if any(letter < " " or letter == "\x7f" for letter in text):
        raise HomePathError(problem="has a line break or another control character")
    if root == root.parent:
        raise HomePathError(problem="is the root of the file system, which is not only ours")


def _write_new(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process made it first; its secret is the one
    finally:
        draft.unlink()
