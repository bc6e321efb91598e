"""How long `quanqu up` takes to its first healthy answer: a new home, then the same again.

Peer: pg_ctl and a bare Django project (admin, sessions, no rooms) under the same web server.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import free_port
from quanqu.infra.postgres.placement import place
from quanqu.infra.supervisor.facade import answers

ROUNDS = 5
LIMIT_S = 60
QUANQU = [sys.executable, "-P", "-m", "quanqu.project.cli"]
BARE = """
    import os
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.http import HttpResponse
    from django.urls import path
    from django.contrib import admin

    settings.configure(
        SECRET_KEY="bare", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="bare",
        INSTALLED_APPS=["django.contrib." + app for app in
                        ("admin", "auth", "contenttypes", "sessions", "messages")],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1",
            "NAME": "postgres", "USER": "postgres", "PASSWORD": os.environ["BARE_PASSWORD"],
            "PORT": os.environ["BARE_PORT"]}},
    )
    application = get_wsgi_application()

    def health(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok")

    urlpatterns = [path("admin/", admin.site.urls), path("healthz", health)]
"""


def main() -> None:
    """Print startup.first_s and startup.second_s, each as one JSON object."""
    folder = Path(tempfile.mkdtemp(prefix="quanqu-startup-"))
    folder.chmod(0o711)
    try:
        first, *others = [ours(folder) for _ in range(ROUNDS + 1)]
        bare = median(peer(folder) for _ in range(ROUNDS))
    finally:
        shutil.rmtree(folder)
    show("startup.first_s", first, None)
    show("startup.second_s", median(others), bare)


def ours(home: Path) -> float:
    port = free_port()
    environment = {**os.environ, "QUANQU_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    with timed_program([*QUANQU, "up", "--port", str(port)], environment, port) as seconds:
        return seconds


def peer(home: Path) -> float:
    placed = place(open_home(home))
    (home / "bare.py").write_text(textwrap.dedent(BARE))
    port, database_port = free_port(), free_port()
    identity = {} if placed.owner is None else {"user": placed.owner.uid, "group": placed.owner.gid}
    control = [str(placed.programs / "pg_ctl"), "-D", str(placed.data), "-w", "-s"]
    options = f"-c port={database_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    environment = {
        **os.environ,
        "PYTHONPATH": str(home),
        "BARE_PORT": str(database_port),
        "BARE_PASSWORD": (home / "keys" / "database-superuser").read_text(),
    }
    web = ["granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
    web += ["--blocking-threads", "4", "--workers-kill-timeout", "2", "bare:application"]
    started = time.perf_counter()
    subprocess.run(
        [*control, "-o", options, "-l", "/dev/null", "start"], check=True, cwd="/", **identity
    )
    start_s = time.perf_counter() - started
    try:
        with timed_program([sys.executable, "-m", *web], environment, port) as seconds:
            return start_s + seconds
    finally:
        subprocess.run([*control, "-m", "fast", "stop"], check=True, cwd="/", **identity)


@contextmanager
def timed_program(command: list[str], environment: dict[str, str], port: int) -> Iterator[float]:
    started = time.perf_counter()
    program = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(f"http://127.0.0.1:{port}"):
            if program.poll() is not None:
                raise RuntimeError(f"{command} ended with {program.returncode}")
            if time.perf_counter() - started > LIMIT_S:
                raise RuntimeError(f"{command} did not answer within {LIMIT_S} s")
            time.sleep(0.01)
        yield time.perf_counter() - started
    finally:
        program.terminate()
        program.wait(LIMIT_S)


def show(name: str, value: float, bare: float | None) -> None:
    line = {
        "name": name,
        "value": round(value, 2),
        "unit": "s",
        "peer": None if bare is None else "pg_ctl and a bare Django project under granian",
        "peer_value": None if bare is None else round(bare, 2),
        "ratio": None if bare is None else round(value / bare, 2),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
