"""What is logged is readable and holds no personal data."""

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings

from quanqu.infra.logs.facade import logging_settings
from quanqu.infra.logs.setup import HIDDEN, hide_secrets


@pytest.fixture
def restored() -> Iterator[None]:
    yield
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.parametrize(
    "field", ["password", "api_token", "Authorization", "cookie", "email", "phone", "street"]
)
def test_fields_with_telling_names_are_hidden(field: str) -> None:
    shown = hide_secrets(None, "info", {"event": "sign-in", field: "x"})

    assert shown == {"event": "sign-in", field: HIDDEN}


def test_addresses_and_keys_inside_texts_are_hidden() -> None:
    shown = hide_secrets(
        None, "info", {"event": "lin@example.com", "at": "qq_live_0abcdefg_zz9 ok"}
    )

    assert shown == {"event": HIDDEN, "at": f"{HIDDEN} ok"}


@pytest.mark.usefixtures("restored")
def test_json_lines_carry_the_context(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_settings(as_json=True, level="INFO"))

    with structlog.contextvars.bound_contextvars(request_id="req_1"):
        structlog.get_logger("shop").info("sold", count=2)
        logging.getLogger("other").warning("lost %s", "a@b.example")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"], line["request_id"]) for line in lines] == [
        ("sold", "info", "req_1"),
        (f"lost {HIDDEN}", "warning", "req_1"),
    ]
    assert lines[0]["count"] == 2


@pytest.mark.usefixtures("restored")
def test_terminal_lines_show_a_failure_without_its_personal_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.config.dictConfig(logging_settings(as_json=False, level="INFO"))

    try:
        raise ValueError("lin@example.com is taken")
    except ValueError:
        logging.getLogger("other").exception("failed")

    text = capsys.readouterr().err
    assert "ValueError" in text
    assert "lin@example.com" not in text
