"""A backup taken while the installation is written to comes back as one instant of it."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import deltalake  # noqa: TID251 - the test looks at what was copied
import psycopg
import pyarrow as pa
import pytest

from quanqu.infra.backup import bring_back as bringing
from quanqu.infra.backup.contracts import (
    BackupDamagedError,
    BackupExistsError,
    BackupNewerError,
    BackupPlaceError,
    DatabaseInUseError,
    DumpError,
    HomeNotEmptyError,
    LakeElsewhereError,
    RestoreInterruptedError,
)
from quanqu.infra.backup.dump import dump
from quanqu.infra.backup.facade import make_backup, require_whole, restore_backup
from quanqu.infra.home.facade import Home, open_home, secret
from quanqu.infra.postgres.facade import Lease
from quanqu.kernel.time import parse_time

pytestmark = pytest.mark.slow
NOW = parse_time("2026-03-01T12:00:00Z")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="quanqu-backup-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def quiet(_: str) -> None:
    return


def save(home: Home, url: str, target: Path) -> None:
    make_backup(home=home, url=url, target=target, now=NOW, progress=quiet)


def bring_back(home: Home, url: str, archive: Path, *, force: bool = False) -> None:
    restore_backup(home=home, url=url, archive=archive, force=force, progress=quiet)


def lay_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE settled (number int PRIMARY KEY)")


def settle(home: Home, url: str, number: int) -> None:
    """Do as the settler does: append to the lake, then note it in the database."""
    deltalake.write_deltalake(
        home.lake / "fact", pa.table({"number": pa.array([number], pa.int64())}), mode="append"
    )
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO settled VALUES (%s)", [number])


def in_lake(home: Home) -> set[int]:
    table = deltalake.DeltaTable(home.lake / "fact").to_pyarrow_table()
    return set(table.column("number").to_pylist())


def in_database(url: str) -> set[int]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT number FROM settled")}


def test_database_lake_and_keys_are_of_one_instant(folder: Path) -> None:
    home, other = open_home(folder / "one"), open_home(folder / "two")
    archive = folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 0)
        key = secret(home, "data")
        (home.rejects / "run").mkdir()
        (home.rejects / "run" / "rows.csv").write_text("row")
        done = threading.Event()

        def keep_settling() -> None:
            number = 0
            while not done.is_set():
                number += 1
                settle(home, url, number)

        writer = threading.Thread(target=keep_settling)
        writer.start()
        try:
            while len(in_lake(home)) < 20:
                done.wait(0.05)
            save(home, url, archive)
        finally:
            done.set()
            writer.join()

    with Lease(other) as url:
        bring_back(other, url, archive)
        settled, lake = in_database(url), in_lake(other)

    assert len(settled) >= 19
    assert settled <= lake  # what the database calls settled is in the lake
    assert len(lake - settled) <= 1  # and at most the one that was on its way
    assert secret(other, "data") == key
    assert secret(other, "database") != secret(home, "database")
    assert (other.rejects / "run" / "rows.csv").read_text() == "row"
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_home_that_holds_data_is_replaced_by_force_only(folder: Path) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 1)
        save(home, url, archive)
        settle(home, url, 2)

        with pytest.raises(BackupExistsError):
            save(home, url, archive)
        with pytest.raises(HomeNotEmptyError, match=r"1 database tables, a lake"):
            bring_back(home, url, archive)
        assert in_database(url) == in_lake(home) == {1, 2}

        bring_back(home, url, archive, force=True)
        assert in_database(url) == in_lake(home) == {1}
    assert sorted(path.name for path in folder.iterdir()) == ["backup.tar.gz", "one"]


def test_a_damaged_archive_changes_nothing(folder: Path) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 1)
        save(home, url, archive)
        archive.write_bytes(archive.read_bytes()[:-200])

        with pytest.raises(BackupDamagedError):
            bring_back(home, url, archive, force=True)
        assert in_database(url) == in_lake(home) == {1}


def test_a_refusal_of_pg_dump_is_told_without_the_password(folder: Path) -> None:
    home = open_home(folder / "one")
    with Lease(home) as url, pytest.raises(DumpError) as caught:
        dump(url, snapshot="no-such", target=folder / "dump")

    assert "pg_dump failed" in str(caught.value)
    assert secret(home, "database") not in str(caught.value)


def test_a_load_that_fails_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 1)
        save(home, url, archive)
        settle(home, url, 2)
        monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")

        with pytest.raises(DumpError, match="read-only"):
            bring_back(home, url, archive, force=True)

        monkeypatch.delenv("PGOPTIONS")
        require_whole(home)
        assert in_database(url) == in_lake(home) == {1, 2}


def test_an_interrupted_restore_bars_the_home_until_it_is_run_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 1)
        save(home, url, archive)
        settle(home, url, 2)

        def power_fails(_source: Path, _folder: Path) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as changed:
            changed.setattr(bringing, "_replace", power_fails)
            with pytest.raises(KeyboardInterrupt):
                bring_back(home, url, archive, force=True)
        with pytest.raises(RestoreInterruptedError, match=r"quanqu restore /.*backup\.tar\.gz"):
            require_whole(home)

        bring_back(home, url, archive)
        require_whole(home)
        assert in_database(url) == in_lake(home) == {1}


def test_a_restored_home_can_be_backed_up_and_restored_again(folder: Path) -> None:
    home, archive, second = open_home(folder / "one"), folder / "a.tar.gz", folder / "b.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE TYPE state AS ENUM ('new', 'old')")
            connection.execute("CREATE TYPE pair AS (first state, second int)")
            connection.execute("CREATE DOMAIN weight AS int CHECK (VALUE > 0)")
            connection.execute("CREATE FUNCTION first(p pair) RETURNS state RETURN p.first")
            connection.execute("CREATE VIEW seen AS SELECT number, 'new'::state FROM settled")
            connection.execute("CREATE FUNCTION half(n int) RETURNS int RETURN n / 2")
        settle(home, url, 1)
        save(home, url, archive)

        bring_back(home, url, archive, force=True)
        save(home, url, second)
        bring_back(home, url, second, force=True)

        assert in_database(url) == in_lake(home) == {1}
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT half(4), similarity('a', 'a'), state FROM seen")
            assert row.fetchone() == (2, 1.0, "new")


def test_what_a_kill_left_beside_the_file_is_swept(folder: Path) -> None:
    home = open_home(folder / "one")
    left = folder / ".quanqu-backup-x.work"
    left.mkdir()
    with Lease(home) as url:
        lay_table(url)
        save(home, url, folder / "backup.tar.gz")

    assert sorted(path.name for path in folder.iterdir()) == ["backup.tar.gz", "one"]


def test_a_place_that_cannot_be_written_is_named(folder: Path) -> None:
    with pytest.raises(BackupPlaceError, match="no such folder"):
        save(open_home(folder / "one"), "postgresql://unasked", folder / "none" / "backup.tar.gz")


def test_an_archive_of_a_later_version_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        with monkeypatch.context() as later:
            later.setattr("quanqu.__version__", "99.1.0")
            save(home, url, archive)

        with pytest.raises(BackupNewerError, match=r"made by Quanqu 99\.1\.0"):
            bring_back(home, url, archive, force=True)


def test_a_lake_in_files_does_not_come_back_into_an_object_store(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        settle(home, url, 1)
        save(home, url, archive)
        monkeypatch.setenv("QUANQU_LAKE", "s3://bucket/lake")

        with pytest.raises(LakeElsewhereError, match="s3://bucket/lake"):
            bring_back(home, url, archive, force=True)
        assert in_database(url) == {1}


def test_a_database_in_use_is_not_replaced(folder: Path) -> None:
    home, archive = open_home(folder / "one"), folder / "backup.tar.gz"
    with Lease(home) as url:
        lay_table(url)
        save(home, url, archive)

        with psycopg.connect(url), pytest.raises(DatabaseInUseError, match="1 other"):
            bring_back(home, url, archive, force=True)
