"""Reads the next rounds in processes of their own while this one is settled: reading is Python's
work, settling is mostly the database's and the lake's."""

import logging
import os
from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Final

from django.db import Error, connection

from quanqu.know.timeline.actions.helper import start
from quanqu.know.timeline.queries.inbox import read_keys, waiting_bodies
from quanqu.know.timeline.rules.columns import ReadRound

WORTH_IT: Final = 10_000
AHEAD: Final = 2

log = logging.getLogger(__name__)


class ReadAhead:
    """Reads rounds; when much is waiting, the two after are begun at the same time.

    A helping process is started when it is first worth it, and ends with `close`.
    """

    def __init__(self) -> None:
        self._helper: ProcessPoolExecutor | None = None
        self._can_help = True
        self._begun: deque[tuple[list[int], Future[ReadRound]]] = deque()

    def __enter__(self) -> "ReadAhead":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the helping processes."""
        self._begun.clear()
        if self._helper is not None:
            self._helper.shutdown(wait=True, cancel_futures=True)
            self._helper = None

    def read(self, keys: Sequence[int], most_events: int) -> ReadRound:
        """Return the round of these bodies, and begin those after while much is waiting."""
        future = None
        if self._begun and self._begun[0][0] == list(keys):
            _, future = self._begun.popleft()
        else:  # another process settled meanwhile, or a round was halved
            self._begun.clear()
        self._begin_following(keys, most_events)
        if future is None:
            return read_keys(keys)
        try:
            return future.result()
        except (BrokenProcessPool, Error):  # it was killed, or lost its session: another later
            self.close()
            return read_keys(keys)

    def _begin_following(self, keys: Sequence[int], most_events: int) -> None:
        if connection.in_atomic_block or not self._can_help:
            return  # in a transaction the helpers would not see what is not committed
        taken = {*keys, *(key for begun, _ in self._begun for key in begun)}
        while len(self._begun) < AHEAD:
            following, events = _waiting_after(taken, most_events)
            if events < WORTH_IT:
                return
            if not self._begin(following):
                return
            taken.update(following)

    def _begin(self, keys: list[int]) -> bool:
        try:
            helper = self._helper = self._helper or _start_helper()
            self._begun.append((keys, helper.submit(read_keys, keys)))
        except BrokenProcessPool:
            self.close()
            return False
        except OSError:  # no shared memory, or no more processes: it goes on alone
            log.warning("reading ahead is not possible here; settling goes on without it")
            self._can_help = False
            return False
        return True


def _start_helper() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=AHEAD,
        mp_context=get_context("spawn"),
        initializer=start,
        initargs=(os.getpid(), str(connection.settings_dict["NAME"])),
    )


def _waiting_after(keys: Collection[int], most_events: int) -> tuple[list[int], int]:
    found = waiting_bodies(most_events=most_events, without=keys)
    return [key for key, _ in found], sum(events for _, events in found)
