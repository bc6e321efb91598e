"""The settler process: moves the inbox into the lake. `python -m quanqu.project.settler`.

One process settles; others that are started stand by until its database session ends.
"""

import logging
import os
import signal
import threading
import time
from importlib import import_module
from typing import Any, Final

import django
from django.db import connection

from quanqu.kernel.time import utc_now

LOOK_S: Final = 0.2
PACE_S: Final = 0.6
STANDBY_S: Final = 1.0
MANY_EVENTS: Final = 20_000
IDLE_LOOKS: Final = 300
TELL_S: Final = 30.0  # one line in that time while rounds fail
_NICE: Final = 10  # accepting comes before settling

log = logging.getLogger(__name__)


def main() -> None:
    """Settle until SIGTERM or SIGINT; a round that has begun is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    django.setup()
    os.nice(_NICE)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    settle_until(stopping)


def settle_until(stopping: threading.Event) -> None:
    """Settle until told to stop; after a failure begin again with a new session."""
    timeline = import_module("quanqu.know.timeline.facade")  # its tables need Django set up
    lake = import_module("quanqu.infra.lake.facade")
    idle, told_at, is_mended = 0, -TELL_S, False
    with timeline.ReadAhead() as ahead:
        while not stopping.is_set():
            try:
                # asked every round: a session that was renewed unseen does not hold it
                is_holder = timeline.hold_settler_lock()
                if is_holder and not is_mended:
                    lake.mend_tables()
                    is_mended = True
                wait_s = _work(timeline, ahead) if is_holder else STANDBY_S
            except Exception:  # whatever failed, the next round repairs it
                if time.monotonic() - told_at >= TELL_S:
                    told_at = time.monotonic()
                    log.exception("a round of settling failed and will be repeated")
                connection.close()
                wait_s = STANDBY_S
            idle = idle + 1 if wait_s == LOOK_S else 0
            if idle == IDLE_LOOKS:
                ahead.close()
            stopping.wait(wait_s)
    connection.close()


def _work(timeline: Any, ahead: Any) -> float:
    """Settle one round and return how long to rest: not at all while much is waiting."""
    started = time.monotonic()  # the wall clock may be set back an hour meanwhile
    settlement = timeline.settle_round(now=utc_now(), ahead=ahead)
    if settlement is None:
        return LOOK_S
    if settlement.events >= MANY_EVENTS:
        return 0.0
    return max(PACE_S - (time.monotonic() - started), 0.0)


if __name__ == "__main__":
    main()
