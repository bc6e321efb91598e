"""The page of turnover and age: what it tells, finds and exports."""

from datetime import timedelta

import pytest
from tests.builders.http import signed_in
from tests.builders.stock import move
from tests.builders.supply import make_world
from tests.doors.console.test_supply import page

from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.contracts import MovementKind

pytestmark = pytest.mark.django_db


def test_what_lasts_and_how_old_it_is():
    now = utc_now()
    world, client = make_world(now=now), signed_in()
    assert "Nothing is there" in page(client, "stock_turnover").text
    at = {"place": world.shop.key, "item": world.tea}
    move(MovementKind.RECEIPT, 40, now=now - timedelta(days=100), **at)
    move(MovementKind.SALE, -10, now=now - timedelta(days=5), **at)

    drawn = page(client, "stock_turnover", days="28")
    found = page(client, "stock_turnover", q="no such thing")
    answer = client.get("/stock/turnover", {"export": "csv", "days": "28"})

    (row,) = [one for one in drawn.rows if "tea" in one]
    cells = row.split()
    assert [cell for cell in cells if cell in {"10", "84"}] == ["10", "84"]
    assert not [one for one in found.rows if "tea" in one]
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",30,84,0,30,0")
