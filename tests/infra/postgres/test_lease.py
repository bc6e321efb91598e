"""The embedded server of a home: started once, shared, stopped, mended after crashes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.contracts import PostgresDiskFullError, PostgresStartError
from quanqu.infra.postgres.facade import Lease, running_url
from quanqu.infra.postgres.placement import place
from quanqu.infra.postgres.state import keeper_lock, read_state
from quanqu.infra.process.facade import is_alive, processes_in, python_environment, wait_gone

pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-home-"))
    folder.chmod(0o711)
    yield open_home(folder)
    shutil.rmtree(folder)


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def keep(url: str, *, create: bool = False) -> None:
    with psycopg.connect(url) as connection:
        if create:
            connection.execute("CREATE TABLE kept (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def servers(home: Home) -> list[int]:
    return processes_in(place(home).data, program="postgres")


def test_the_last_holder_stops_the_server_and_the_port_stays(home: Home) -> None:
    first, second = Lease(home), Lease(home)
    url = first.open()
    keep(url, create=True)

    assert second.open() == url
    first.close()
    assert count(url) == 1
    second.close()

    assert running_url(home) is None
    assert servers(home) == []
    with Lease(home) as again:
        assert again == url
        assert count(again) == 1


def test_callers_that_race_start_one_server(home: Home) -> None:
    leases = [Lease(home) for _ in range(4)]
    urls: list[str] = []
    threads = [threading.Thread(target=lambda one=one: urls.append(one.open())) for one in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(urls) == 4
    assert len(set(urls)) == 1
    for lease in leases:
        lease.close()
    assert servers(home) == []


def test_the_server_asks_for_a_password_and_listens_here_only(home: Home) -> None:
    with Lease(home) as url:
        wrong = url.replace("quanqu:", "quanqu:x")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT current_setting('listen_addresses'), current_setting('fsync'), "
                "current_setting('data_checksums'), rolsuper, "
                "(SELECT datlocprovider::text || datlocale FROM pg_database "
                "WHERE datname = 'quanqu') FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    assert row == ("127.0.0.1", "on", "on", False, "bC.UTF-8")


def test_two_homes_do_not_touch_each_other(home: Home) -> None:
    other = open_home(home.root / "other")
    with Lease(home) as left, Lease(other) as right:
        keep(left, create=True)
        with psycopg.connect(right) as connection:
            asked = connection.execute("SELECT to_regclass('kept')").fetchone()
        assert asked == (None,)
        assert left != right


def test_a_killed_holder_takes_the_server_with_it(home: Home) -> None:
    script = f"""
        import time
        from pathlib import Path
        from quanqu.infra.home.facade import open_home
        from quanqu.infra.postgres.facade import Lease
        print(Lease(open_home(Path({str(home.root)!r}))).open(), flush=True); time.sleep(60)
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=python_environment(),
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    with holder.stdout as output:
        keep(output.readline().decode().strip(), create=True)
    state = read_state(home)
    assert state is not None

    holder.kill()
    holder.wait()

    assert wait_gone([state.keeper_pid, *servers(home)], timeout_s=10) == []
    with Lease(home) as url:
        assert count(url) == 1


@pytest.mark.parametrize("victim", ["keeper", "postmaster", "both", "backends"])
def test_a_kill_loses_nothing_that_was_committed(home: Home, victim: str) -> None:
    lease = Lease(home)
    url = lease.open()
    keep(url, create=True)
    state = read_state(home)
    assert state is not None
    data = place(home).data
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    victims = {
        "keeper": [state.keeper_pid],
        "postmaster": [postmaster],
        "both": [postmaster, state.keeper_pid],
        "backends": [pid for pid in servers(home) if pid != postmaster],
    }[victim]
    for pid in victims:
        with suppress(ProcessLookupError):  # the death of one backend ends the others
            os.kill(pid, signal.SIGKILL)

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            url = lease.open()
            keep(url)
        except (psycopg.OperationalError, PostgresStartError):
            time.sleep(0.05)
        else:
            break

    assert count(url) == 2
    lease.close()
    assert servers(home) == []


def test_a_pid_file_that_names_somebody_else_does_not_matter(home: Home) -> None:
    with Lease(home) as url:
        keep(url, create=True)
    data = place(home).data
    pid_file = data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data}\n0\n1\n\n127.0.0.1\n\n")
    pid_file.chmod(0o600)
    owner = data.stat()
    os.chown(pid_file, owner.st_uid, owner.st_gid)

    with Lease(home) as url:
        assert count(url) == 1
    assert is_alive(os.getpid())


def test_a_first_start_that_was_killed_is_begun_again(home: Home) -> None:
    half = place(home).data.with_name("data.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")

    with Lease(home) as url:
        keep(url, create=True)

    assert not half.exists()


def test_a_server_that_cannot_start_says_why(home: Home) -> None:
    with Lease(home):
        pass
    (place(home).data / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(PostgresStartError, match=r"start: \S+ \S+ UTC .* FATAL:  .*incompatible"):
        Lease(home).open()

    deadline = time.monotonic() + 30
    while keeper_lock(home).acquire(wait=False) is False and time.monotonic() < deadline:
        time.sleep(0.05)
    assert servers(home) == []


def test_a_full_disk_is_called_one(home: Home) -> None:
    mounted = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=0755", "tmpfs", str(home.postgres)]
    if os.geteuid() != 0 or subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount can have a small disk")
    try:
        with pytest.raises(PostgresDiskFullError, match=r"Make room and start again\.$"):
            Lease(home).open()
    finally:
        subprocess.run(["umount", str(home.postgres)], check=True)
