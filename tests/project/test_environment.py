"""A wrong setting is named with what it must be; what is right or empty passes."""

import base64

import pytest

from quanqu.project.environment import CHECKS, SettingError, require_settings
from quanqu.project.reference.settings import SETTINGS

KEY = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://u:p@h/d?nonsense=1"),
        ("QUANQU_API_RATE", "fast"),
        ("QUANQU_API_RATE", "300/0"),
        ("QUANQU_BIND", "8000"),
        ("QUANQU_BIND", "127.0.0.1:99999"),
        ("QUANQU_DATA_KEY", "abc"),
        ("QUANQU_DATA_KEY", base64.b64encode(bytes(31)).decode()),
        ("QUANQU_DEBUG", "yes"),
        ("QUANQU_ENGINE", "spark"),
        ("QUANQU_ENGINE", "sc://"),
        ("QUANQU_HOSTS", "https://a.example"),
        ("QUANQU_HOSTS", "a.example, b.example"),
        ("QUANQU_LAKE", "file:///lake"),
        ("QUANQU_LAKE", "s3://"),
        ("QUANQU_LOG", "xml"),
        ("QUANQU_LOG_LEVEL", "loud"),
        ("QUANQU_SMTP_URL", "mail.example:25"),
        ("QUANQU_TRUST_PROXY", "true"),
        ("QUANQU_URL", "console.example.com"),
        ("QUANQU_WEB_THREADS", "0"),
        ("QUANQU_WEB_WORKERS", "two"),
        ("QUANQU_WORKER_JOBS", "-1"),
        ("QUANQU_WORKER_JOBS", "²"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        require_settings({name: value})

    assert str(caught.value).startswith(f"{name} ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:p%40%2F@h1,h2:5432/my%20shop?sslmode=verify-full"),
        ("DATABASE_URL", "postgres:///quanqu?host=/run/postgresql"),
        ("QUANQU_API_RATE", "300"),
        ("QUANQU_API_RATE", "300/0.5"),
        ("QUANQU_BIND", "[::1]:8000"),
        ("QUANQU_DATA_KEY", KEY),
        ("QUANQU_ENGINE", "sc://spark.example:15002"),
        ("QUANQU_HOSTS", "127.0.0.1,.example.com,localhost"),
        ("QUANQU_LAKE", "/srv/lake of ours"),
        ("QUANQU_LAKE", "s3://bucket/prefix"),
        ("QUANQU_LOG_LEVEL", "WARNING"),
        ("QUANQU_SMTP_URL", "smtp://u:p@mail.example:587"),
        ("QUANQU_URL", "https://console.example.com"),
        ("QUANQU_WEB_WORKERS", "8"),
        ("QUANQU_WEB_WORKERS", ""),
    ],
)
def test_a_right_value_passes(name: str, value: str) -> None:
    require_settings({name: value})


def test_a_secret_is_not_repeated() -> None:
    for environment in (
        {"QUANQU_DATA_KEY": "hunter2"},
        {"DATABASE_URL": "mysql://u:hunter2@h"},
        {"DATABASE_URL": "postgresql://u:hunter2%zz@h"},
    ):
        with pytest.raises(SettingError) as caught:
            require_settings(environment)
        assert "hunter2" not in str(caught.value)


def test_only_settings_that_exist_are_looked_at() -> None:
    assert set(CHECKS) <= {setting.name for setting in SETTINGS}
