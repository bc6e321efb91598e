"""Exit codes, one-line errors, JSON for programs, nothing imported before its time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quanqu import __version__
from quanqu.kernel.errors import NotFoundError
from quanqu.project.cli import COMMANDS
from quanqu.project.cli.frame import Command, run

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = "tests.project.cli.sample"
GIVEN = (
    Command("greet", f"{SAMPLE}:greet", "Greet somebody."),
    Command("stop", f"{SAMPLE}:stop", "Say no."),
    Command("fail", f"{SAMPLE}:fail", "Meet a fault."),
    Command("give-up", f"{SAMPLE}:give_up", "Be interrupted."),
    Command("absent", "tests.project.cli.no_such_module:absent", "Never loaded."),
)


def test_text_for_people_and_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, ["greet", "Ada"]) == 0
    assert capsys.readouterr().out == "Hello Ada\n"
    assert run(GIVEN, ["greet", "钱", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"hello": "钱"}


def test_a_refusal_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, ["greet", "nobody"]) == 1

    out, err = capsys.readouterr()
    assert (out, err) == ("", "quanqu: person nobody was not found.\n")


def test_a_refusal_for_a_program_is_a_problem_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, ["greet", "nobody", "--json"]) == 1

    assert json.loads(capsys.readouterr().out) == {
        "type": "/errors/kernel.not_found",
        "title": "NotFound",
        "code": "kernel.not_found",
        "detail": "person nobody was not found.",
        "fields": {"kind": "person", "ref": "nobody"},
    }


def test_debugging_shows_where_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_DEBUG", "1")

    with pytest.raises(NotFoundError):
        run(GIVEN, ["greet", "nobody"])


@pytest.mark.parametrize("arguments", [["greet"], ["greet", "a", "--nope"], ["nope"]])
def test_wrong_usage_is_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, arguments) == 2
    assert "Error" in capsys.readouterr().err
    assert run(GIVEN, [*arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "cli.usage"


def test_a_command_may_end_with_its_own_code_and_ctrl_c_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(GIVEN, ["stop"]) == 1
    assert run(GIVEN, ["give-up"]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted."


def test_help_lists_every_command_without_loading_any(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, ["--help"]) == 0

    out = capsys.readouterr().out
    assert all(command.summary in out for command in GIVEN)
    assert out.index("greet") < out.index("give-up") < out.index("absent")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GIVEN, ["--version"]) == 0
    assert capsys.readouterr().out == f"quanqu {__version__}\n"


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("full", "cli.disk_full", "The disk is full: [Errno 28] No space left on device"),
        ("full-database", "cli.disk_full", "could not extend file"),
        ("forbidden", "cli.not_allowed", "/etc/shadow: Permission denied."),
        ("database", "cli.database", "canceling statement due to lock timeout"),
    ],
)
def test_what_fails_outside_the_program_is_named(
    kind: str, code: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(GIVEN, ["fail", kind]) == 1
    assert told in capsys.readouterr().err
    assert run(GIVEN, ["fail", kind, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == code


def test_another_fault_of_the_machine_is_a_bug() -> None:
    with pytest.raises(FileNotFoundError):
        run(GIVEN, ["fail", "missing"])


def test_names_are_taken_once() -> None:
    names = [command.name for command in COMMANDS]

    assert len(set(names)) == len(names)


def test_the_program_runs_from_any_folder_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "bin" / "q"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(ROOT / "quanqu", link.parent))

    done = subprocess.run(
        [str(link), "nope", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout)["code"] == "cli.usage"


def test_a_bug_is_one_line_too() -> None:
    script = (
        "import sys; from quanqu.project.cli.frame import Command, run; "
        "sys.exit(run([Command('x', 'tests.project.cli.no_such_module:x', 'X.')], ['x']))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("quanqu: unexpected ModuleNotFoundError: No module named")
    assert "Traceback" not in done.stderr
