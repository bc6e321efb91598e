"""Converts the rows of the next step while the database takes those of this one."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from quanqu.doors.connectors.actions.places import Ground
from quanqu.doors.connectors.actions.steps import Converted, Step, convert

__all__ = ["Ready", "converted_ahead"]

Ready = tuple[Step, Ground, "Converted | None"]


def converted_ahead(
    steps: Iterable[Step], *, ground: Callable[[], Ground]
) -> Generator[Ready, None, None]:
    """Yield steps in their order, each with its ground and what was made of its rows.

    `ground` is asked on the calling thread; an error of a conversion is raised in its turn.
    """
    coming: tuple[Step, Ground, Future[Converted | None]] | None = None
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-converter") as pool:
        for step in steps:
            there = ground()
            begun = pool.submit(partial(convert, step, ground=there))
            if coming is not None:
                yield coming[0], coming[1], coming[2].result()
            coming = step, there, begun
        if coming is not None:
            yield coming[0], coming[1], coming[2].result()
