"""`quanqu check`: format, lint, types, import contracts, migrations, architecture."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from quanqu.infra.home.facade import open_home
from quanqu.project.cli.frame import REFUSED, emit, json_option, note
from quanqu.project.cli.toolbox import run_module, run_script, source_tree

Step = tuple[str, Callable[[Path], int]]

STEPS: tuple[Step, ...] = (
    ("format", lambda root: run_script("ruff", ["format", "--check", "."], root=root)),
    ("lint", lambda root: run_script("ruff", ["check", "."], root=root)),
    ("types", lambda root: run_script("mypy", [], root=root, **_django())),
    ("imports", lambda root: run_script("lint-imports", [], root=root)),
    (
        "migrations",
        lambda root: run_module(
            "django", ["makemigrations", "--check", "--dry-run"], root=root, aside=True, **_django()
        ),
    ),
    (
        "architecture",
        lambda root: run_module("pytest", ["tests/architecture", "-q"], root=root, aside=True),
    ),
)


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Check format, lint, types, imports, migrations and architecture; exit 1 on a finding."""
    root = source_tree()
    results = []
    for name, step in STEPS:
        note(f"— {name}")
        started = time.monotonic()
        passed = step(root) == 0
        seconds = round(time.monotonic() - started, 1)
        results.append({"check": name, "passed": passed, "seconds": seconds})
    failed = [str(result["check"]) for result in results if not result["passed"]]
    text = f"Failed: {', '.join(failed)}." if failed else "Every check passed."
    emit({"checks": results, "failed": failed}, as_json=as_json, text=text)
    if failed:
        raise click.exceptions.Exit(REFUSED)


def _django() -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "quanqu.project.settings",
        "QUANQU_HOME": str(open_home().root),
        "QUANQU_SECRET_KEY": "only-for-checks",
        "PYTHONWARNINGS": "ignore::RuntimeWarning",  # that no database answers: none is needed
    }
