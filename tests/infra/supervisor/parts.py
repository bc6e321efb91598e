"""Small programs for the supervisor to run; `python -m tests.infra.supervisor.parts`."""

import http.server
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def note(text: str) -> None:
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(f"{text} {os.getpid()}\n")


def web() -> None:
    """Answer /healthz; have a child that would outlive us."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    note("web")
    server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    sys.stdout.write("serving\n")
    server.serve_forever()


def polite() -> None:
    """End on SIGTERM and say so."""

    def stop(_number: int, _frame: object) -> None:
        note("polite stopped")
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    note("polite")
    while True:
        time.sleep(60)


def stubborn() -> None:
    """Not end on SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn")
    while True:
        time.sleep(60)
