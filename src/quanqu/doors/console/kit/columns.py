"""Columns of a list: which there are, which are shown, how a row fills them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from quanqu.doors.console.kit.cells import Cell
from quanqu.doors.console.shell.frame import Frame

__all__ = ["Column", "shown_columns"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sorts` are the facade's own names for the list in its descending and ascending
    order, empty where there is none. The first that exists is what a click on the heading asks."""

    code: str
    title: str | Promise
    cell: Callable[[Any, Frame], Cell]
    is_number: bool = False
    by_default: bool = True
    is_title: bool = False
    is_wide: bool = False
    sorts: tuple[str, str] = ("", "")


def shown_columns(columns: Sequence[Column], asked: Sequence[str]) -> list[Column]:
    """Return the columns the address names, the default ones when it names none."""
    wanted = set(asked) & {column.code for column in columns}
    if not wanted:
        return [column for column in columns if column.by_default]
    return [column for column in columns if column.is_title or column.code in wanted]
