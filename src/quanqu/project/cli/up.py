"""`quanqu up`: the database, the web server and the workers in one go."""

import os
import subprocess
import time
from typing import ClassVar

import click

from quanqu.infra.backup.facade import require_whole
from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.process.facade import (
    python_command,
    python_environment,
    spawn,
    sweep_scratch,
)
from quanqu.infra.supervisor.facade import (
    AlreadyRunningError,
    NotReadyError,
    Plan,
    Supervisor,
    running,
)
from quanqu.kernel.errors import RefusedError
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.cli.port import hold_port
from quanqu.project.environment import require_settings
from quanqu.project.migration_state import is_current, is_known
from quanqu.project.parts import PARTS

_DETACHED_S = 180
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - asked for, not assumed


class MigrationError(RefusedError):
    """The tables could not be brought up to date."""

    code: ClassVar[str] = "cli.migration"
    template: ClassVar[str] = "The tables cannot be brought up to date: {reason}."


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Where to answer; 8000 if it is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Only with DATABASE_URL.")
@click.option("--detach", is_flag=True, help="Return when it answers and leave it running.")
@click.option("--quiet", is_flag=True, help="Write logs to the home only.")
@click.option("--held", type=int, hidden=True)
@json_option
def up(
    port: int | None, host: str, detach: bool, quiet: bool, held: int | None, as_json: bool
) -> None:
    """Start the database, the web server and the workers."""
    require_settings()
    database_url = os.environ.get("DATABASE_URL") or None
    if database_url is None and host not in ("127.0.0.1", "localhost"):
        raise click.UsageError("With the embedded database only 127.0.0.1 is served.")
    home = open_home()
    require_whole(home)
    if detach:
        _start_detached(home, port, host, as_json=as_json)
        return
    hold = hold_port(port, is_running=running(home) is not None, held=held)
    chosen = hold.port
    sweep_scratch(home.run)
    reached = "127.0.0.1" if host in _EVERYWHERE else host
    address = f"http://{reached}:{chosen}"
    os.environ["QUANQU_BIND"] = f"{host}:{chosen}"
    hosts = os.environ.get("QUANQU_HOSTS", "127.0.0.1,localhost")
    os.environ["QUANQU_HOSTS"] = f"{hosts},{reached}"  # for our own question about its health

    def is_prepared() -> bool:
        return is_known(home)

    def prepare(url: str) -> None:
        if not is_current(home, url):
            _migrate(url)

    def announce() -> None:
        _print(address, os.getpid(), as_json=as_json)

    plan = Plan(
        home, PARTS, address, database_url, is_prepared, prepare, announce, on_terminal=not quiet
    )
    Supervisor(plan).run()
    note("Stopped.")


def _migrate(url: str) -> None:
    """Migrate in a process that ends and gives its memory back. Raises: MigrationError."""
    done = subprocess.run(  # noqa: S603 - a module of ours
        python_command("quanqu.project.migrations"),
        env=python_environment(DATABASE_URL=url),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise MigrationError(reason=lines[-1].rstrip("."))


def _start_detached(home: Home, port: int | None, host: str, *, as_json: bool) -> None:
    found = running(home)
    if found is not None:
        raise AlreadyRunningError(home=home.root, address=found.address)
    arguments = ["up", "--quiet", "--host", host]
    arguments += ["--port", str(port)] if port is not None else []
    arguments += ["--json"] if as_json else []
    log = home.logs / "detached.log"
    with log.open("wb") as output:
        process = spawn(
            python_command("quanqu.project.cli", *arguments),
            output=output,
            environment=python_environment(),
        )
    deadline = time.monotonic() + _DETACHED_S
    while process.poll() is None and time.monotonic() < deadline:
        state = running(home)
        if state is not None and state.is_ready and state.pid == process.pid:
            _print(state.address, state.pid, as_json=as_json)
            return
        time.sleep(0.05)
    if process.poll() is not None:
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
        problems = [line for line in lines if line.startswith("{")]
        click.echo("\n".join(problems[-1:] if as_json else lines), err=not as_json)
        raise click.exceptions.Exit(1)
    raise NotReadyError(seconds=_DETACHED_S, log=log)


def _print(address: str, pid: int, *, as_json: bool) -> None:
    text = f"Quanqu answers on {address}"
    emit({"address": address, "pid": pid}, as_json=as_json, text=text)
