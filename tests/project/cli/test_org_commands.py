"""The operators' commands over people, keys, links and the tree."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from django.test import Client
from tests.builders.http import API, with_token
from tests.builders.org import make_company, make_group, make_person, make_place

from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import (
    LastOwnerError,
    PersonNotFoundError,
    RateFileError,
    UnitNotFoundError,
)
from quanqu.project.cli.login_link import login_link
from quanqu.project.cli.org import org
from quanqu.project.cli.person import person
from quanqu.project.cli.token import token

pytestmark = pytest.mark.django_db


def call(command: click.Command, *arguments: str) -> Any:
    result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(command: click.Command, *arguments: str) -> QuanquError:
    result = CliRunner().invoke(command, list(arguments))
    assert isinstance(result.exception, QuanquError), result.output
    return result.exception


def test_tree_is_built_from_the_command_line() -> None:
    call(org, "group", "Tea house", "--currency", "CNY")
    call(org, "brand", "tea", "--name", "Tea")
    call(org, "company", "north", "--name", "North", "--currency", "CNY", "--brand", "tea")
    made = call(
        org, "place", "north", "s1", "--name", "Store 1", "--type", "store",
        "--time-zone", "Asia/Shanghai",
    )  # fmt: skip

    tree = call(org, "tree")

    assert made["details"]["channel"] == "store"
    assert made["details"]["currency"] == "CNY"
    company = tree[0]["children"][0]["children"][0]
    assert (company["unit"]["code"], company["children"][0]["unit"]["code"]) == ("north", "s1")
    shown = CliRunner().invoke(org, ["tree"]).output.splitlines()
    assert shown[3].startswith("      Store 1  place s1  plc_")


def test_rates_file_is_recorded_or_refused(tmp_path: Path) -> None:
    make_group()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("currency,to_currency,valid_on,rate\nUSD,CNY,2026-01-01,7.1\n", "utf-8")
    bad.write_bytes(b"\xff\xfe\x00")

    assert call(org, "rates", str(good), "--source", "bank") == {"recorded": 1}
    assert isinstance(refusal(org, "rates", str(bad), "--source", "bank"), RateFileError)


def test_person_is_added_and_let_in_once() -> None:
    make_group()
    made = call(person, "create", "lin@example.com", "--name", "林", "--role", "owner")
    link = call(login_link, "lin@example.com")

    path = link["url"].partition("://")[2].partition("/")[2]
    assert link["person_id"] == made["id"]
    assert Client().get(f"/{path}").status_code == 200
    assert Client().post(f"/{path}").status_code == 302
    assert [one["email"] for one in call(person, "list")] == ["lin@example.com"]


def test_person_over_a_place_named_by_codes() -> None:
    place = make_place("s1", company=make_company("north"))

    made = call(
        person, "create", "bo@example.com", "--name", "Bo", "--role", "associate",
        "--unit", "north/s1",
    )  # fmt: skip

    assert made["assignments"][0]["unit_id"] == place.id
    for unit in ("nothing", "north/none", "cmp_00000000000000000000000000"):
        arguments = ("create", "x@example.com", "--name", "X", "--role", "viewer", "--unit", unit)
        assert isinstance(refusal(person, *arguments), UnitNotFoundError)


def test_last_owner_is_not_shut_out_and_strangers_are_not_found() -> None:
    make_person("Own")

    assert isinstance(refusal(person, "deactivate", "own@example.com"), LastOwnerError)
    assert isinstance(refusal(login_link, "nobody@example.com"), PersonNotFoundError)


def test_token_lives_from_making_to_revoking() -> None:
    make_group()
    made = call(token, "create", "--role", "viewer", "--expires", "30d")
    assert with_token(made["token"]).get(f"{API}/me").status_code == 200

    turned = call(token, "rotate", made["id"], "--overlap", "60")
    call(token, "revoke", turned["id"])

    listed = {key["id"]: key for key in call(token, "list")}
    assert listed[made["id"]]["state"] == "replaced"
    assert listed[turned["id"]]["state"] == "revoked"
    assert "token" not in listed[made["id"]]
    assert with_token(turned["token"]).get(f"{API}/me").status_code == 401
    assert CliRunner().invoke(token, ["list"]).output.count("qq_live_") == 2


@pytest.mark.parametrize("when", ["soon", "0000-01-01", "9x", "2026-13-01"])
def test_odd_expiry_is_a_usage_error(when: str) -> None:
    make_group()

    result = CliRunner().invoke(token, ["create", "--role", "viewer", "--expires", when])

    assert result.exit_code == 2


@pytest.mark.parametrize("when", ["12h", "2099-01-31", "2099-01-31T10:00:00Z"])
def test_expiry_may_be_a_span_a_day_or_a_time(when: str) -> None:
    make_group()

    assert call(token, "create", "--role", "viewer", "--expires", when)["expires_at"]
