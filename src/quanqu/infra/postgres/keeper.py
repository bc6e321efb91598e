"""The process that runs a home's server for as long as anybody holds its lease.

`python -m quanqu.infra.postgres.keeper HOME`. It starts the server again when that dies, and
stops it when the last lease is gone, however the holders ended: the kernel releases their locks.
"""

import os
import shutil
import signal
import stat
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psycopg

from quanqu.infra.home.facade import Home, open_home, secret
from quanqu.infra.postgres.cluster import Cluster
from quanqu.infra.postgres.contracts import PostgresStartError
from quanqu.infra.postgres.free_port import free_port
from quanqu.infra.postgres.placement import place
from quanqu.infra.postgres.rules import server_settings
from quanqu.infra.postgres.state import (
    DATABASE,
    USER,
    keeper_lock,
    lease_lock,
    read_last_port,
    write_last_port,
    write_state,
)
from quanqu.infra.process.contracts import Owner
from quanqu.kernel.errors import QuanquError

_POLL_S: Final = 0.1
_LOG_LIMIT: Final = 10 * 1024 * 1024
_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - asked for its size only


def main() -> int:
    """Keep the server of the home named on the command line.

    The process that was started returns as soon as the home is ours; its child goes on alone, so
    that it belongs to nobody who might end before it.
    """
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: asked.set())
    home = open_home(Path(sys.argv[1]))
    keeper = keeper_lock(home)
    if not keeper.acquire(wait=False) or os.fork() != 0:
        return 0
    try:
        _keep(home, asked)
    except PostgresStartError as error:
        sys.stderr.write(f"{error.fields['reason']}\n")
        return 1
    except (QuanquError, OSError, psycopg.Error) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        keeper.release()
    return 0


def _keep(home: Home, asked: threading.Event) -> None:
    write_state(home, port=None)
    cluster = Cluster(
        place(home), password=secret(home, "database-superuser"), log=home.logs / "postgres.log"
    )
    cluster.create()
    lease = lease_lock(home)
    try:
        while not asked.is_set():
            if not cluster.is_running:
                _start(home, cluster)
            _rotate(cluster.log)
            if lease.acquire(wait=False):
                break  # nobody uses the server; whoever comes now waits until it has stopped
            asked.wait(_POLL_S)
    finally:
        write_state(home, port=None)
        cluster.stop()
        lease.release()


def _start(home: Home, cluster: Cluster) -> None:
    port = free_port(read_last_port(home))
    cluster.start(_settings(port, cluster.placement.owner))
    cluster.ensure_database(user=USER, password=secret(home, "database"), database=DATABASE)
    write_last_port(home, port)
    write_state(home, port=port)


def _settings(port: int, owner: Owner | None) -> Mapping[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    shared = writable_bytes(_SHARED_MEMORY, owner)
    return server_settings(port=port, memory_bytes=memory, shared_bytes=shared)


def writable_bytes(folder: Path, owner: Owner | None) -> int:
    """Return the size of /dev/shm, none when the server's user may not write there."""
    if not folder.is_dir():
        return 0
    is_everybodys = bool(folder.stat().st_mode & stat.S_IWOTH)
    if not is_everybodys and (owner is not None or not os.access(folder, os.W_OK)):
        return 0
    return shutil.disk_usage(folder).total


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


if __name__ == "__main__":
    sys.exit(main())
