"""The worked numbers of docs/rules/stock-queue.md."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.queue import line_breaches, states, wait_for
from tests.builders.stock import NOW, SHOP, TEA, level, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.facade import serve_queues, set_policy

pytestmark = pytest.mark.django_db
TEXT = Path("docs/rules/stock-queue.md").read_text()
ROWS = re.findall(r"^\| (\d) \| (\w+) \| (\w+) \| (\w+) \| (\d) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("row", ROWS)
def test_the_example_is_what_happens(row):
    free, *told, left = row
    receive(int(free))
    set_policy(
        actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=9, backorder_limit=None, now=NOW
    )  # nothing is free yet
    for name, units in (("Ann", 2), ("Bob", 1), ("Cy", 1)):
        wait_for(units, owner=name)

    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=0, backorder_limit=None, now=NOW)
    serve_queues(now=NOW + timedelta(seconds=2))

    assert list(states().values()) == told
    assert int(free) - level()["held"] == int(left)
    assert not line_breaches()


def test_the_document_has_an_example():
    assert len(ROWS) == 3
