"""Commands for the frame to run."""

import errno

import click
import psycopg

from quanqu.kernel.errors import NotFoundError
from quanqu.project.cli.frame import emit, json_option


@click.command()
@click.argument("name")
@json_option
def greet(name: str, as_json: bool) -> None:
    """Greet somebody."""
    if name == "nobody":
        raise NotFoundError(kind="person", ref=name)
    emit({"hello": name}, as_json=as_json, text=f"Hello {name}")


@click.command()
def stop() -> None:
    """Say no."""
    raise click.exceptions.Exit(1)


@click.command()
def give_up() -> None:
    """Be interrupted."""
    raise KeyboardInterrupt


FAULTS = {
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "full-database": psycopg.OperationalError("could not extend file: No space left on device"),
    "forbidden": PermissionError(errno.EACCES, "Permission denied", "/etc/shadow"),
    "database": psycopg.OperationalError("canceling statement due to lock timeout"),
    "missing": FileNotFoundError(errno.ENOENT, "No such file", "x"),
}


@click.command()
@click.argument("kind")
@json_option
def fail(kind: str, as_json: bool) -> None:
    """Meet a fault of the machine or of the database."""
    del as_json
    raise FAULTS[kind]
