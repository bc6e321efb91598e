"""A module named by its path is read when something of it is first asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quanqu.kernel.later import Later

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("openpyxl", "pandas", "reportlab", "scipy", "sklearn")


def test_it_is_read_at_the_first_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "read_late.py").write_text("import sys\nsys.has_read_late = True\nNAME = 'late'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delattr(sys, "has_read_late", raising=False)

    module = Later("read_late")

    assert not hasattr(sys, "has_read_late")
    assert module.NAME == "late"
    assert hasattr(sys, "has_read_late")
    monkeypatch.delitem(sys.modules, "read_late")


def test_what_is_not_there_is_said_as_an_import_says_it() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        _ = Later("no_such_module").anything
    with pytest.raises(AttributeError):
        _ = Later("json").anything


def test_a_command_starts_without_what_few_of_its_calls_need() -> None:
    program = (
        "import sys, django; django.setup();"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "quanqu.project.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "PYTHONPATH": str(ROOT / "src"),
    }

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split() == []
