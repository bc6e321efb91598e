"""Settings that differ by installation, read in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = (
    "IS_HTTPS", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_NAME", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "EMAIL_BACKEND",
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_SSL", "API_RATE",
)  # fmt: skip
PROGRAM = f"""
import json
from quanqu.project import settings
shown = {{name: getattr(settings, name) for name in {ASKED!r}}}
print(json.dumps(shown | {{"SECRET_KEY": str(settings.SECRET_KEY)}}))
"""


def read(home: Path, **environment: str) -> dict[str, object]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    source = str(Path(__file__).parents[3] / "src")
    given = {**kept, "PYTHONPATH": source, "QUANQU_HOME": str(home), **environment}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=given, capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_plain_installation_on_one_machine(tmp_path: Path) -> None:
    first, again = read(tmp_path), read(tmp_path)

    key = tmp_path / "keys" / "django_secret"
    assert first["SECRET_KEY"] == again["SECRET_KEY"] == key.read_text("ascii").strip()
    assert key.stat().st_mode & 0o777 == 0o600
    assert (first["IS_HTTPS"], first["SECURE_HSTS_SECONDS"]) == (False, 0)
    assert first["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert str(first["EMAIL_BACKEND"]).endswith("dummy.EmailBackend")


def test_two_homes_do_not_share_cookies(tmp_path: Path) -> None:
    one, two = read(tmp_path / "a"), read(tmp_path / "b")

    assert one["SESSION_COOKIE_NAME"] != two["SESSION_COOKIE_NAME"]


def test_public_https_installation(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        QUANQU_URL="https://console.example.com",
        QUANQU_SECRET_KEY="given",
        QUANQU_SMTP_URL="smtps://u:p@mail.example.com",
        QUANQU_API_RATE="10/2.5",
    )

    assert found["SECRET_KEY"] == "given"
    assert not (tmp_path / "keys").exists()
    assert found["IS_HTTPS"] is True
    assert found["SECURE_HSTS_SECONDS"] == 365 * 86_400
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert str(found["SESSION_COOKIE_NAME"]).startswith("__Host-")
    assert "console.example.com" in list(found["ALLOWED_HOSTS"])  # type: ignore[call-overload]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://console.example.com"]
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.com", 465)
    assert found["EMAIL_USE_SSL"] is True
    assert found["API_RATE"] == [10, 2.5]


@pytest.mark.parametrize("rate", ["many", "10"])
def test_odd_rate_stops_the_start(tmp_path: Path, rate: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        read(tmp_path, QUANQU_API_RATE=rate)
