"""The nine laws of the house: each is checked over live data, or the command says what holds it."""

import json

import pytest
from click.testing import CliRunner

from quanqu.infra.laws.facade import laws
from quanqu.project.cli.laws import laws as command
from quanqu.project.house_laws import HOUSE_LAWS, unchecked_laws


def test_every_check_is_a_part_of_a_law_of_the_house() -> None:
    assert [one.code for one in HOUSE_LAWS] == [f"L{number}" for number in range(1, 10)]
    for law in laws():
        assert any(one.covers(law) for one in HOUSE_LAWS), law.code


def test_laws_whose_rooms_are_built_are_checked() -> None:
    checked = {one.code for one in HOUSE_LAWS} - {one.code for one in unchecked_laws()}
    assert checked >= {"L2", "L4", "L6", "L8", "L9"}
    assert all(one.held_by for one in HOUSE_LAWS)


@pytest.mark.django_db
def test_the_command_names_what_it_does_not_see() -> None:
    done = CliRunner().invoke(command, ["--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [one["code"] for one in found["laws"]] == [law.code for law in laws()]
    assert [one["code"] for one in found["unchecked"]] == [one.code for one in unchecked_laws()]
    assert found["broken"] == 0
