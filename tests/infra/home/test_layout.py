"""The home folder: where it is, who may look into it, secrets made once."""

import os
import threading
from pathlib import Path

import pytest

from quanqu.infra.home.contracts import FOLDERS, Home, HomeNotWritableError, HomePathError
from quanqu.infra.home.facade import home_path, open_home, secret


def test_the_environment_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path / "a" / ".." / "b"))

    assert home_path() == tmp_path / "b"


def test_without_it_the_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUANQU_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/data")

    assert home_path() == Path("/somewhere/data/quanqu")


def test_folders_are_private_and_an_existing_mode_is_kept(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    home = open_home(tmp_path)
    again = open_home(tmp_path)

    assert home == again
    assert tmp_path.stat().st_mode & 0o777 == 0o750
    for name in FOLDERS:
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_a_home_below_a_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HomeNotWritableError, match=r"file/home cannot be written: File exists"):
        open_home(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        (Path("/tmp/" + "a" * 200 + "/b" * 300), "is longer than 800 bytes"),  # noqa: S108
        (Path("/tmp/two\nlines"), "has a line break"),  # noqa: S108
        (Path("/tmp/\udcff"), "is not UTF-8"),  # noqa: S108
        (Path("/"), "is the root of the file system"),
    ],
)
def test_a_path_that_not_every_part_can_use_is_refused(root: Path, problem: str) -> None:
    with pytest.raises(HomePathError, match=f"QUANQU_HOME {problem}"):
        open_home(root)


@pytest.mark.parametrize("name", ["with space", "店铺 'quoted\" $x", "x" * 250])
def test_an_odd_path_is_as_good_as_any(tmp_path: Path, name: str) -> None:
    assert open_home(tmp_path / name).run.is_dir()


def test_a_secret_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    home = open_home(tmp_path)

    first = secret(home, "door")

    assert len(first) == 64
    assert secret(home, "door") == first
    assert secret(home, "window") != first
    assert (home.keys / "door").stat().st_mode & 0o777 == 0o600


def test_threads_that_race_for_a_secret_get_the_same(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    found: list[str] = []
    gate = threading.Barrier(8)

    def ask(one: Home) -> None:
        gate.wait()
        found.append(secret(one, "door"))

    threads = [threading.Thread(target=ask, args=(home,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1
    assert os.listdir(home.keys) == ["door"]
