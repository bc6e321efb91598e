"""Log files that never grow without bound, and the terminal beside them."""

import logging
import sys
import threading
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final, TextIO

_BYTES: Final = 10 * 1024 * 1024
_GENERATIONS: Final = 5


class _Stamped(logging.Formatter):
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    @staticmethod
    def converter(timestamp: float | None) -> time.struct_time:
        return time.gmtime(timestamp)


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line: on a full disk there is nobody to tell, and the parts must go on."""


class _Terminal(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line: the terminal was closed."""


class LineLog:
    """One rotating file of lines; each also goes to the terminal, with the name before it.

    A child stamps its own lines; `stamped` puts the time before ours.
    """

    def __init__(
        self, folder: Path, name: str, *, stamped: bool = False, on_terminal: bool = True
    ) -> None:
        file = _File(
            folder / f"{name}.log", maxBytes=_BYTES, backupCount=_GENERATIONS, encoding="utf-8"
        )
        if stamped:
            file.setFormatter(_Stamped("%(asctime)s %(message)s"))
        self._file = file
        self._handlers: list[logging.Handler] = [file]
        self.path = folder / f"{name}.log"
        self.last_words = ""
        if on_terminal:
            terminal = _Terminal(sys.stderr)
            terminal.setFormatter(logging.Formatter(f"{name:<7}| %(message)s"))
            self._handlers.append(terminal)

    def write(self, line: str) -> None:
        """Add one line, as it is."""
        self.last_words = line or self.last_words
        record = logging.LogRecord("quanqu", logging.INFO, "", 0, line, None, None)
        for handler in self._handlers:
            handler.handle(record)

    def follow(self, stream: IO[bytes]) -> threading.Thread:
        """Copy a child's output, line by line, until it ends."""
        reader = threading.Thread(target=self._copy, args=(stream,), daemon=True)
        reader.start()
        return reader

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _copy(self, stream: IO[bytes]) -> None:
        with stream:
            for raw in stream:
                self.write(raw.decode("utf-8", errors="replace").rstrip())
