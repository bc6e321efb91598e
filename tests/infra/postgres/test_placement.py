"""Where the files of the superuser's database go; needs to be the superuser."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres import placement
from quanqu.infra.postgres.binaries import copy_programs
from quanqu.infra.postgres.contracts import PostgresPlaceError
from quanqu.infra.postgres.facade import Lease, forsaken_folders
from quanqu.infra.postgres.placement import place

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser needs another user"),
]


@pytest.fixture
def closed() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-closed-"))  # 0700: nobody cannot pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-system-"))
    folder.chmod(0o755)
    monkeypatch.setattr(placement, "SYSTEM_FOLDER", folder)
    yield folder
    shutil.rmtree(folder)


def test_below_a_closed_folder_data_goes_to_a_system_folder(closed: Path, system: Path) -> None:
    home = open_home(closed / "home")

    first, second = place(home), place(home)

    assert first == second
    assert first.data.parent.parent == system
    assert first.data.parent.stat().st_mode & 0o777 == 0o700
    assert first.owner is not None
    assert first.data.parent.stat().st_uid == first.owner.uid
    assert closed.stat().st_mode & 0o777 == 0o700
    assert forsaken_folders() == []


def test_a_folder_whose_home_is_gone_is_found_not_used(closed: Path, system: Path) -> None:
    old = place(open_home(closed / "home")).data.parent
    shutil.rmtree(closed / "home")

    new = place(open_home(closed / "home")).data.parent

    assert new != old
    assert forsaken_folders() == [old]


def test_a_lost_system_folder_is_said_and_not_replaced(closed: Path, system: Path) -> None:
    home = open_home(closed / "home")
    shutil.rmtree(place(home).data.parent)

    with pytest.raises(PostgresPlaceError, match="the folder is gone"):
        place(home)


def test_copied_programs_find_their_libraries(system: Path) -> None:
    programs = copy_programs(system)

    assert placement._can_run(owner_of_servers(), [str(programs / "psql"), "--version"])
    assert copy_programs(system) == programs
    assert [path.name for path in system.iterdir()] == [programs.parents[2].name]


def test_a_server_below_a_closed_folder_works_to_the_end(closed: Path) -> None:
    home = open_home(closed / "home")
    try:
        with Lease(home) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        shutil.rmtree((home.postgres / "where").read_text().strip())


def owner_of_servers() -> placement.Owner:
    owner = placement.server_owner()
    assert owner is not None
    return owner
