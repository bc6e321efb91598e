"""The frame of the command line: commands loaded late, output as text or JSON, errors as a line."""

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import TracebackType
from typing import Any, ClassVar, Final

import click

import quanqu
from quanqu.kernel.errors import QuanquError, UnavailableError
from quanqu.kernel.time import format_time

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130


class DiskFullError(UnavailableError):
    """There is no room left where something was to be written."""

    code: ClassVar[str] = "cli.disk_full"
    template: ClassVar[str] = "The disk is full: {reason}. Make room and run it again."


class NotWritableError(UnavailableError):
    """A file or folder may not be read or written."""

    code: ClassVar[str] = "cli.not_allowed"
    template: ClassVar[str] = "{path}: {reason}."


class DatabaseFaultError(UnavailableError):
    """The database refused or broke off what was asked of it."""

    code: ClassVar[str] = "cli.database"
    template: ClassVar[str] = "The database broke off: {reason}. `quanqu doctor` looks closer."


json_option = click.option("--json", "as_json", is_flag=True, help="Print data as JSON on stdout.")


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name, where its click object is (`module:attribute`), and its one line.

    With `database` the module is imported and run when the database answers, is up to date and
    Django is set up: it may import the rooms' facades at its top. `rooms` is Django set up only.
    """

    name: str
    target: str
    summary: str
    database: bool = False
    rooms: bool = False

    def load(self) -> click.Command:
        """Import the command."""
        module, _, attribute = self.target.partition(":")
        loaded: click.Command = getattr(import_module(module), attribute)
        loaded.name = self.name
        return loaded


class LateGroup(click.Group):
    """A group that imports a command when it is called, so that starting stays fast."""

    def __init__(self, commands: Iterable[Command], **settings: Any) -> None:
        super().__init__(**settings)
        self.late: Mapping[str, Command] = {command.name: command for command in commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were declared."""
        return list(self.late)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        command = self.late.get(cmd_name)
        return None if command is None else command.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(c.name, c.summary) for c in self.late.values()])


def run(commands: Iterable[Command], arguments: Sequence[str]) -> int:
    """Run one command and return the exit code; errors become one line, or one JSON object."""
    wants_json = "--json" in arguments
    sys.excepthook = _report_bug
    root = LateGroup(
        commands,
        name="quanqu",
        help="Quanqu: one business on every channel.",
        params=[_version_option()],
    )
    try:
        with _ground(root.late.get(arguments[0]) if arguments else None, arguments):
            code = root.main(list(arguments), prog_name="quanqu", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        _report_usage(error, wants_json=wants_json)
        return USAGE
    except QuanquError as error:
        if _debugging():
            raise
        _report(error, wants_json=wants_json)
        return REFUSED
    except _outside_errors() as error:
        told = _outside(error)
        if told is None or _debugging():
            raise
        _report(told, wants_json=wants_json)
        return REFUSED
    return code if isinstance(code, int) else DONE


def emit(data: Any, *, as_json: bool, text: Callable[[], str] | str) -> None:
    """Print the data as one JSON line, or the text for people."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=_plain))
    else:
        click.echo(text if isinstance(text, str) else text())


def note(text: str) -> None:
    """Write one line of progress for the person who waits, on stderr."""
    click.echo(text, err=True)


def _ground(command: Command | None, arguments: Sequence[str]) -> AbstractContextManager[None]:
    if command is None or not (command.database or command.rooms):
        return nullcontext()
    ground = import_module("quanqu.project.cli.database")
    if command.rooms or "--help" in arguments:
        ground.set_up()
        return nullcontext()
    opened: AbstractContextManager[None] = ground.database()
    return opened


def _version_option() -> click.Option:
    def show(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
        if is_asked:
            click.echo(f"quanqu {quanqu.__version__}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show the version and exit.",
    )


def _outside_errors() -> tuple[type[Exception], ...]:
    """Return the errors of the machine and of the database; of what has been imported by now."""
    modules = (sys.modules.get("psycopg"), sys.modules.get("django.db"))
    found: list[type[Exception]] = [module.OperationalError for module in modules if module]
    return (OSError, *found)


def _outside(error: Exception) -> QuanquError | None:
    """Return what happened outside the program as an error of ours; None: it is a bug."""
    reason = " ".join(str(error).split()).rstrip(".")
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT) or "No space left on device" in reason:
        return DiskFullError(reason=reason)
    if code in (errno.EACCES, errno.EPERM, errno.EROFS) and isinstance(error, OSError):
        return NotWritableError(path=error.filename or "?", reason=error.strerror)
    return None if isinstance(error, OSError) else DatabaseFaultError(reason=reason)


def _report(error: QuanquError, *, wants_json: bool) -> None:
    if not wants_json:
        click.echo(f"quanqu: {error}", err=True)
        return
    problem = {
        "type": f"/errors/{error.code}",
        "title": type(error).__name__.removesuffix("Error"),
        "code": error.code,
        "detail": str(error),
        "fields": error.fields,
    }
    click.echo(json.dumps(problem, ensure_ascii=False, default=_plain))


def _report_usage(error: click.ClickException, *, wants_json: bool) -> None:
    if wants_json:
        problem = {"type": "/errors/cli.usage", "title": "Usage", "code": "cli.usage"}
        click.echo(json.dumps({**problem, "detail": error.format_message()}, ensure_ascii=False))
    else:
        error.show()


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if _debugging():
        sys.__excepthook__(kind, error, trace)
        return
    message = " ".join(str(error).split())
    click.echo(f"quanqu: unexpected {kind.__name__}: {message}", err=True)
    click.echo("Run it again with QUANQU_DEBUG=1 to see where it happened.", err=True)


def _debugging() -> bool:
    return os.environ.get("QUANQU_DEBUG") == "1"


def _plain(value: object) -> str:
    return format_time(value) if isinstance(value, datetime) else str(value)
