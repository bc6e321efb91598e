"""A provider on this machine: an HTTP server that can fall silent before or after it acts."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Call:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Said:
    """An answer as it goes."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Peer:
    """Answers calls one at a time; `fail_next` makes it silent `before` or `after` it acts."""

    def __init__(self):
        self.calls: list[Call] = []
        self._faults: list[str] = []
        self.lock = threading.RLock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _run(self):
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, self.path, headers, self.rfile.read(length))
                with outer.lock:
                    outer.calls.append(call)
                    fault = outer._faults.pop(0) if outer._faults else ""
                    if fault == "before":
                        self.close_connection = True
                        return
                    said = Said(500, b"{}") if fault == "500" else outer.answer(call)
                if fault == "after":
                    self.close_connection = True
                    return
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

            do_GET = do_POST = _run  # noqa: N815 - names of the standard library

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def answer(self, call: Call) -> Said:
        """Act, and answer."""
        raise NotImplementedError

    def fail_next(self, *faults: str):
        """Fail the next calls: `before`, `after`, `500`, or `` for one that goes well."""
        self._faults.extend(faults)

    def forget_faults(self):
        """Let the next calls go well again."""
        self._faults.clear()

    def stop(self):
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
