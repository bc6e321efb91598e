"""How a process of ours ends."""

import atexit
import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def end_in_silence() -> None:
    """Keep native libraries from writing about their own tear-down on stderr.

    Call it first of all: what is registered first is called last.  QUANQU_DEBUG=1 lets them.
    """
    if os.environ.get("QUANQU_DEBUG") != "1":
        atexit.register(_close_stderr)


def unwind_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program like an error: what is open is closed on the way.

    One that is ignored (nohup) stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _unwind)


def _unwind(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _close_stderr() -> None:
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
