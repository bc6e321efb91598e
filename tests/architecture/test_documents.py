"""The reference pages are what the program says; settings and errors are whole."""

import re

import pytest
from tests.architecture.tree import ROOT, source_files

from quanqu.kernel.errors import QuanquError
from quanqu.project.cli import COMMANDS
from quanqu.project.reference.modules import error_classes, load_everything
from quanqu.project.reference.pages import pages
from quanqu.project.reference.settings import SETTINGS

INTERNAL = {"QUANQU_SUPERVISED_HOME", "QUANQU_WEB_SERVER_PID"}  # set for our own children
VARIABLE = re.compile(r"\bQUANQU_[A-Z_]*[A-Z]\b")


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return pages(COMMANDS)


def test_reference_pages_are_current(written: dict[str, str]) -> None:
    folder = ROOT / "docs" / "reference"
    stale = [
        name
        for name, text in written.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
    ]

    assert stale == [], "write them anew: ./quanqu docs"


def test_every_setting_that_is_read_is_explained_and_no_other() -> None:
    read = {
        name
        for path in [*source_files(), ROOT / "quanqu", *(ROOT / "tests").rglob("*.py")]
        for name in VARIABLE.findall(path.read_text("utf-8"))
    }
    explained = {setting.name for setting in SETTINGS}
    known_to_tests = {name for name in read if name.startswith("QUANQU_TEST")}

    assert read - explained - known_to_tests - INTERNAL == set()
    assert {name for name in explained if name.startswith("QUANQU_")} - read == set()


def test_every_error_has_a_code_of_its_own_room_and_an_explanation() -> None:
    load_everything()
    errors = error_classes()
    codes = [error.code for error in errors]
    wrong = [
        error.__qualname__
        for error in errors
        if not re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", error.code)
        or not error.__doc__
        or "code" not in vars(error)
        or not error.__name__.endswith("Error")
    ]

    assert wrong == []
    assert len(set(codes)) == len(codes)
    assert QuanquError in errors


def test_every_command_says_on_the_list_what_it_does() -> None:
    for command in COMMANDS:
        loaded = command.load()
        assert loaded.name == command.name
        assert loaded.callback.__doc__ or loaded.help
        assert command.summary.endswith(".")
