"""`quanqu source`: make, list, rotate, switch."""

import json
from typing import Any

import click
import pytest
from click.testing import CliRunner
from tests.builders.org import make_company, make_place

from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.know.timeline.contracts import SourceNotFoundError
from quanqu.know.timeline.facade import find_tracking_source
from quanqu.know.timeline.queries.sources import forget_tracking_sources
from quanqu.project.cli.source import source
from quanqu.project.cli.units import NoGroupError

pytestmark = pytest.mark.django_db


def call(command: click.Command, *arguments: str) -> Any:
    result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: str) -> QuanquError:
    result = CliRunner().invoke(source, list(arguments))
    assert isinstance(result.exception, QuanquError), result.output
    return result.exception


def test_a_source_is_made_at_a_place_and_its_key_works() -> None:
    place = make_place("web")

    made = call(source, "create", "Web shop", "--place", "web", "--origin", "https://shop.example")

    assert (made["code"], made["place_key"]) == ("web-shop", place.key)
    found = find_tracking_source(write_key=made["write_key"], now=utc_now())
    assert found is not None
    assert found.allowed_origins == {"https://shop.example"}


def test_keys_are_rotated_and_sources_switched() -> None:
    made = call(source, "create", "Web shop")

    rotated = call(source, "rotate", "web-shop", "--overlap-hours", "0")
    off = call(source, "switch", "web-shop")
    forget_tracking_sources()

    assert rotated["key_hints"] == [rotated["write_key"][-4:]]
    assert not off["is_enabled"]
    for key in (made["write_key"], rotated["write_key"]):
        assert find_tracking_source(write_key=key, now=utc_now()) is None
    assert call(source, "switch", "web-shop", "--on")["is_enabled"]
    assert [each["code"] for each in call(source, "list")] == ["web-shop"]


def test_a_code_of_two_companies_is_said_with_its_company() -> None:
    make_place("web", company=make_company("north"))
    south = make_place("web", company=make_company("south"))

    doubtful = CliRunner().invoke(source, ["create", "X", "--place", "web"])

    assert doubtful.exit_code == 2
    assert "say COMPANY/web" in doubtful.output
    assert call(source, "create", "X", "--place", "south/web")["place_key"] == south.key


def test_what_is_not_there_is_refused() -> None:
    assert isinstance(refusal("create", "X", "--place", "web"), NoGroupError)
    make_place("web", company=make_company("north"))
    for place in ("none", "north/none", "south/web"):
        assert isinstance(refusal("create", "X", "--place", place), UnitNotFoundError)
    assert isinstance(refusal("rotate", "none"), SourceNotFoundError)
