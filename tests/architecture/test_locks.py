"""The two lock files agree, are hashed, and name no host."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def test_what_runs_is_pinned_alike_for_those_who_develop() -> None:
    run, develop = pins("requirements.lock"), pins("requirements-dev.lock")

    assert len(run) > 40
    assert run.items() <= develop.items()


def test_locks_are_hashed_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()

        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=sha256:") >= len(pins(name))
