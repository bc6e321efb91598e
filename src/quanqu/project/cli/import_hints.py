"""What a person tells `quanqu import` of a file that is guessed at."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from quanqu.doors.connectors.contracts import Hints, Layout
from quanqu.doors.connectors.facade import FIELDS, SHAPES

__all__ = ["hint_options", "hints_of"]

Command = TypeVar("Command", bound=Callable[..., Any])

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_OPTIONS: Final = (
    click.option(
        "--map",
        "maps",
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Say which column a field is; repeat it to join columns, leave COLUMN empty for none, "
        f"order_id=@row makes each row an order. Fields: {', '.join(FIELDS)}.",
    ),
    click.option("--skip", multiple=True, metavar="COLUMN", help="Take nothing from this column."),
    click.option("--shape", type=click.Choice(SHAPES), help="What one row is."),
    click.option("--sheet", help="The sheet of a workbook."),
    click.option("--header-row", type=click.IntRange(0, 1_000), help="Its row; 0: there is none."),
    click.option("--encoding", help="Of a text file, as in utf-8, gb18030, cp1252, cp932."),
    click.option("--delimiter", help="Of a text file; \\t for a tab."),
    click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="Day or month first."),
    click.option("--decimal", type=click.Choice([",", "."]), help="The sign before decimals."),
    click.option("--currency", help="Of the amounts, as in EUR."),
    click.option("--zone", help="Of times without an offset, as in Europe/Berlin."),
)


def hint_options(command: Command) -> Command:
    """Add the options that tell of a file what would otherwise be guessed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def hints_of(options: Mapping[str, Any]) -> Hints:
    """Return the hints of a command line. Raises: click.BadParameter."""
    currency = (options["currency"] or "").upper()
    if currency and not _CURRENCY.fullmatch(currency):
        raise click.BadParameter("a currency is three letters, as in EUR", param_hint="--currency")
    return Hints(
        fields=_fields(options["maps"]),
        left_out=frozenset(options["skip"]),
        shape=options["shape"] or "",
        layout=Layout(
            encoding=options["encoding"],
            delimiter=_delimiter(options["delimiter"]),
            sheet=options["sheet"],
            header=options["header_row"],
        ),
        date_order=options["date_order"] or "",
        decimal=options["decimal"] or "",
        currency=currency,
        zone=options["zone"] or "",
    )


def _fields(maps: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in maps:
        name, sign, column = pair.partition("=")
        if not sign:
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN", param_hint="--map")
        name = name.strip()
        found[name] = (*found.get(name, ()), *((column,) if column else ()))
    return found


def _delimiter(text: str | None) -> str | None:
    return "\t" if text in ("\\t", "tab") else text
