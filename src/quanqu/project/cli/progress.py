"""A bar for the person who waits; lines where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from quanqu.project.cli.frame import note

Report = Callable[[str, int, int], None]

_NARROW: Final = 72


@contextmanager
def phases() -> Iterator[Report]:
    """Show (phase, done, total) as it is reported; a total of 0 is unknown.

    On a terminal one bar on stderr shows it; elsewhere each new phase is one line.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    bar = [BarColumn(bar_width=30)] if console.width >= _NARROW else []
    columns = [TextColumn("{task.description}"), *bar, MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def report(phase: str, done: int, total: int) -> None:
            progress.update(task, description=phase, completed=done, total=total or None)

        yield report


def _lines() -> Report:
    seen: set[str] = set()

    def report(phase: str, _done: int, _total: int) -> None:
        if phase not in seen:
            seen.add(phase)
            note(f"{phase} …")

    return report
