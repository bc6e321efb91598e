"""The web server: granian, then our gateway, then WSGI. `python -m quanqu.project.web`.

Environment: QUANQU_BIND (host:port; 127.0.0.1:8000), QUANQU_WEB_WORKERS (2 processes) and
QUANQU_WEB_THREADS (4 in each).
"""

import os

from granian import Granian
from granian.constants import Interfaces


def main() -> None:
    """Serve until SIGTERM; a worker that dies is replaced."""
    os.environ["QUANQU_WEB_SERVER_PID"] = str(os.getpid())
    host, _, port = os.environ.get("QUANQU_BIND", "127.0.0.1:8000").rpartition(":")
    Granian(
        "quanqu.project.web_worker:application",
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.RSGI,
        workers=int(os.environ.get("QUANQU_WEB_WORKERS", "2")),
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    main()
