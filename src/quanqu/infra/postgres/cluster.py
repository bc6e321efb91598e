"""One PostgreSQL cluster: made, started, asked and stopped."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from quanqu.infra.postgres.contracts import Endpoint, Placement, PostgresStartError
from quanqu.infra.postgres.leftovers import clear_leftovers
from quanqu.infra.postgres.rules import last_words
from quanqu.infra.process.facade import spawn

SUPERUSER: Final = "postgres"
_START_S: Final = 300
_STOP_S: Final = 60


class Cluster:
    """A data folder and, between `start` and `stop`, the server that is our child."""

    def __init__(self, placement: Placement, *, password: str, log: Path) -> None:
        self.placement = placement
        self.log = log
        self._password = password
        self._server: subprocess.Popen[bytes] | None = None
        self._port = 0

    def create(self) -> None:
        """Make the data folder unless it is there; a killed attempt leaves none behind."""
        data, owner = self.placement.data, self.placement.owner
        if data.exists():
            return
        draft = data.with_name("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        password = data.with_name("password.new")
        password.unlink(missing_ok=True)
        with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._password)
        if owner is not None:
            os.chown(password, owner.uid, owner.gid)
        try:
            self._initdb(draft, password)
        finally:
            password.unlink()
        draft.rename(data)

    def start(self, settings: Mapping[str, str]) -> None:
        """Start the server and return when it answers. Raises: PostgresStartError."""
        clear_leftovers(self.placement.data)
        self._port = int(settings["port"])
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._server = spawn(
                [
                    str(self.placement.programs / "postgres"),
                    "-D",
                    str(self.placement.data),
                    *options,
                ],
                output=log,
                owner=self.placement.owner,
                death_signal=signal.SIGINT,
                folder=Path("/"),
            )
        self._wait_ready()

    def stop(self) -> None:
        """Stop the server: running transactions are rolled back, committed ones are on disk."""
        if self._server is None:
            return
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
        self._server = None

    @property
    def is_running(self) -> bool:
        """Tell whether the server process is there."""
        return self._server is not None and self._server.poll() is None

    def endpoint(self, *, user: str, password: str, database: str) -> Endpoint:
        """Return how to reach a database of the running server."""
        return Endpoint(self._port, user, password, database)

    def ensure_database(self, *, user: str, password: str, database: str) -> Endpoint:
        """Make the role (it may create databases, nothing more) and its database once."""
        with self._connect() as connection:
            role = sql.Identifier(user)
            asked = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user])
            verb = "ALTER" if asked.fetchone() else "CREATE"
            connection.execute(
                sql.SQL(f"{verb} ROLE {{}} LOGIN CREATEDB PASSWORD {{}}").format(role, password)
            )
            asked = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if asked.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), role)
                )
        return self.endpoint(user=user, password=password, database=database)

    def _initdb(self, draft: Path, password: Path) -> None:
        owner = self.placement.owner
        command = [
            str(self.placement.programs / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--data-checksums",
        ]
        done = subprocess.run(  # noqa: S603 - a program of ours
            command,
            capture_output=True,
            text=True,
            cwd="/",
            user=None if owner is None else owner.uid,
            group=None if owner is None else owner.gid,
            extra_groups=None if owner is None else [],
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise PostgresStartError(reason=last_words(done.stderr or done.stdout))

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if not self.is_running:
                raise PostgresStartError(reason=f"{last_words(_tail(self.log))} (see {self.log})")
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise PostgresStartError(reason=f"no answer within {_START_S} s (see {self.log})")

    def _connect(self) -> psycopg.Connection:
        endpoint = self.endpoint(user=SUPERUSER, password=self._password, database="postgres")
        return psycopg.connect(endpoint.url, autocommit=True, connect_timeout=5)


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return file.read().decode(errors="replace")
