"""Settles what an import's steps have told while the next step is under way: a step is mostly the
database's work, settling mostly Python's."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.timeline.facade import inbox_state, settle_round

__all__ = ["Clock", "SettlingBeside"]

Clock = Callable[[], datetime]
_WORTH_IT: Final = 10_000

log = logging.getLogger(__name__)


class SettlingBeside:
    """A thread with a connection of its own that settles whenever a step has been committed.

    What it leaves, or cannot do, is settled at the end of the import as if it had not been there.
    """

    def __init__(self, clock: Clock, *, rows: int = 0, worth_it: int = _WORTH_IT) -> None:
        self._clock, self._worth_it = clock, worth_it
        self._is_large = rows >= worth_it
        self._woken, self._is_over = Event(), False
        self._thread = Thread(target=self._work, name="import-settler", daemon=True)
        self.rounds = 0

    def __enter__(self) -> "SettlingBeside":
        if self._is_large and not connection.in_atomic_block:  # it sees only what is committed
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Tell that more was committed."""
        self._woken.set()

    def _work(self) -> None:
        try:
            while self._woken.wait() and not self._is_over:
                self._woken.clear()
                self._settle()
        except Exception:  # it only helps; the import settles the rest itself and meets the error
            log.exception("settling beside an import stopped; it goes on without")
        finally:
            connection.close()

    def _settle(self) -> None:
        while not self._is_over:
            now = self._clock()
            if inbox_state(actor=SYSTEM, now=now).events < self._worth_it:
                return
            if settle_round(now=now) is None:
                return
            self.rounds += 1
