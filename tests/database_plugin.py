"""Gives the tests a PostgreSQL, a home and a secret key of their own before Django starts.

The server is started when the first test asks for the database: pure tests need none.
"""

import base64
import hashlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))  # pytest sets it later

from quanqu.infra.postgres.facade import Endpoint, Throwaway, free_port

_server: Throwaway | None = None
_home: str | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Set the environment; a wrapper, so that it runs before pytest-django reads settings."""
    global _server, _home
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up then, too
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a server and a home of its own
        for name in os.environ.get("QUANQU_TEST_OWN", "").split():
            os.environ.pop(name, None)
    given = {"DATABASE_URL", "QUANQU_TEST_HOME"} & os.environ.keys()
    os.environ["QUANQU_TEST_OWN"] = " ".join({"DATABASE_URL", "QUANQU_HOME"} - given)
    os.environ.setdefault("QUANQU_SECRET_KEY", secrets.token_hex(32))
    if "QUANQU_TEST_HOME" in os.environ:
        os.environ["QUANQU_HOME"] = os.environ["QUANQU_TEST_HOME"]
    else:
        _home = tempfile.mkdtemp(prefix="quanqu-home-")
        os.environ["QUANQU_HOME"] = _home
        if "QUANQU_FUZZ_EXAMPLES" not in os.environ:
            _keep_data_key(Path(_home))
    if "DATABASE_URL" not in os.environ:
        endpoint = Endpoint(free_port(), "quanqu", secrets.token_hex(16), "quanqu")
        _server = Throwaway(endpoint)
        os.environ["DATABASE_URL"] = endpoint.url
    return (yield)


def _keep_data_key(home: Path) -> None:
    """Give the tests the same data key on every run: keyed hashes break ties of One ID."""
    key = hashlib.sha256(b"the data key of the tests").digest()
    (home / "keys").mkdir(mode=0o700)
    path = home / "keys" / "data.key"
    path.write_bytes(base64.b64encode(key) + b"\n")
    path.chmod(0o600)


def pytest_unconfigure() -> None:
    """Stop the server and delete the home, also after Ctrl-C."""
    if _server is not None:
        _server.stop()
    if _home is not None:
        shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server() -> str:
    """Return the URL of a running PostgreSQL."""
    if _server is not None:
        _server.start()
    return os.environ["DATABASE_URL"]
