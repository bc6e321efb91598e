"""Calls that came at the same time are answered together, by a thread of their own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol

__all__ = ["Answer", "Together"]

MOST: Final = 64
"""Calls that wait for each other at most."""
Environ = dict[str, Any]
Call = tuple[Environ, bytes]
log = logging.getLogger(__name__)


class Answer(Protocol):
    """What is answered to a call."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Waiting:
    call: Call
    answer: "asyncio.Future[Answer | None]"


class Together:
    """Has calls answered in sets; `answer` returns None for one that is to go the usual way.

    One thread of a process answers: with two, sets are half as large and everything is slower
    (measured, orders by 8 clients: 49 a second with two, 63 with one).
    """

    def __init__(
        self,
        takes: Callable[[Environ], bool],
        answer: Callable[[Sequence[Call]], Sequence[Any]],
        *,
        most: int = MOST,
    ) -> None:
        self.takes = takes
        self._answer, self._most = answer, most
        self._calls: SimpleQueue[_Waiting] = SimpleQueue()
        threading.Thread(target=self._serve, name="web-lean", daemon=True).start()

    async def ask(self, environ: Environ, body: bytes) -> Answer | None:
        """Return what is answered to a call, None when it is to go the usual way."""
        waiting = _Waiting((environ, body), asyncio.get_running_loop().create_future())
        self._calls.put(waiting)
        return await waiting.answer

    def _serve(self) -> None:
        while True:
            taken = [self._calls.get()]
            try:
                while len(taken) < self._most:
                    taken.append(self._calls.get_nowait())
            except Empty:
                pass
            try:
                answers = self._answer([one.call for one in taken])
            except Exception:  # each is asked again by itself, where the error is told
                log.exception("calls could not be answered together")
                answers = [None] * len(taken)
            loop = taken[0].answer.get_loop()
            loop.call_soon_threadsafe(_tell, taken, answers)


def _tell(taken: Sequence[_Waiting], answers: Sequence[Answer | None]) -> None:
    for one, answer in zip(taken, answers, strict=True):
        if not one.answer.done():  # whoever asked may be gone
            one.answer.set_result(answer)
