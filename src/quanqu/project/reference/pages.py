"""The reference pages as text."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

import click

from quanqu.infra.lake.facade import registered
from quanqu.infra.laws.facade import HouseLaw, laws
from quanqu.kernel.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    QuanquError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
)
from quanqu.project.cli.frame import Command
from quanqu.project.house_laws import HOUSE_LAWS
from quanqu.project.reference.modules import (
    error_classes,
    event_classes,
    load_everything,
    summary,
)
from quanqu.project.reference.personal import personal_data
from quanqu.project.reference.settings import SETTINGS

_NOTE: Final = "<!-- Written by `quanqu docs`; change the program, not this page. -->"
_STATUS: Final = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (RefusedError, 409),
    (RateLimitedError, 429),
    (UnavailableError, 503),
    (InvalidError, 422),
)


def pages(commands: Sequence[Command]) -> dict[str, str]:
    """Return every page by its file name; Django must be set up."""
    modules = load_everything()
    return {
        "commands.md": _commands(commands),
        "errors.md": _errors(),
        "events.md": _events(event_classes(modules)),
        "settings.md": _settings(),
        "lake.md": _lake(),
        "laws.md": _laws(),
        "personal-data.md": _page("Personal data", personal_data()),
    }


def _commands(commands: Sequence[Command]) -> str:
    parts = [
        "Every command takes `--help`. Exit codes: 0 done, 1 refused, 2 wrong usage.\n"
        "Data goes to stdout, progress to stderr."
    ]
    for command in commands:
        parts += _command(f"quanqu {command.name}", command.load(), level=2)
    return _page("Commands", parts)


def _command(path: str, command: click.Command, *, level: int) -> list[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    parts = [f"{'#' * level} {path}", summary(command.callback), f"```\n{usage}\n```"]
    rows = [
        (f"`{', '.join([*option.opts, *option.secondary_opts])}`", option.help or "")
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]
    if rows:
        parts.append(_table(("option", "meaning"), rows))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                parts += _command(f"{path} {name}", child, level=level + 1)
    return parts


def _errors() -> str:
    rows = [
        (f"`{error.code}`", str(_status(error)), f"{summary(error)} *{_shown(error)}*")
        for error in error_classes()
    ]
    intro = "Every refusal carries a code that never changes, and an HTTP status by its family."
    return _page("Errors", [intro, _table(("code", "status", "meaning and text"), rows)])


def _shown(error: type[QuanquError]) -> str:
    return " ".join(str(error.template).split()).replace("|", "\\|")


def _status(error: type[QuanquError]) -> int:
    return next((status for family, status in _STATUS if issubclass(error, family)), 500)


def _events(events: Iterable[type[Any]]) -> str:
    rows = [
        (f"`{event.name}`", summary(event), ", ".join(f"`{field.name}`" for field in fields(event)))
        for event in events
    ]
    intro = "What rooms tell each other after a transaction has committed; each is heard once."
    return _page("Events", [intro, _table(("event", "meaning", "fields"), rows)])


def _settings() -> str:
    rows = [(f"`{one.name}`", one.default, one.meaning) for one in SETTINGS]
    intro = "Everything that differs between installations is an environment variable."
    return _page("Settings", [intro, _table(("variable", "without it", "meaning"), rows)])


def _lake() -> str:
    parts = ["The tables of the lake: Delta tables that any engine reads."]
    for publication in registered():
        rows = [
            (f"`{c.name}`", f"`{c.arrow_type}`", c.doc + (f" Unit: {c.unit}." if c.unit else ""))
            for c in publication.columns
        ]
        partition = publication.partition_by
        tail = f" Partitioned by `{partition}`." if partition else ""
        parts += [
            f"## {publication.name}",
            f"One row per {publication.grain}.{tail}",
            _table(("column", "type", "meaning"), rows),
        ]
    return _page("The lake", parts)


def _laws() -> str:
    house = [(one.code, one.text, _checks_of(one), one.held_by) for one in HOUSE_LAWS]
    checked = [(f"`{law.code}`", law.text) for law in laws()]
    parts = [
        "The laws of the house. `quanqu laws` checks over the live data what can be seen there.",
        _table(("law", "text", "checked", "held by"), house),
        "## What is checked",
        _table(("law", "text"), checked),
    ]
    return _page("Laws", parts)


def _checks_of(house: HouseLaw) -> str:
    return ", ".join(f"`{law.code}`" for law in laws() if house.covers(law)) or "–"


def _page(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", _NOTE, *parts]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
