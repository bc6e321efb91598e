"""The list of products: what each sold over the period, and the order that makes."""

import csv
import io

import pytest
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.know.org.contracts import PersonInfo, RoleCode

pytestmark = pytest.mark.django_db
# Of the builder: 24 orders at each of three shops in pounds and one in reals; the n-th has
# 1 + n % 3 of product n % 3 at 12.50, and the seventh, two tea towels, is cancelled.
POUNDS = {"Lamp, small": 3 * 8 * 3, "Tea towel": 3 * 7 * 2, "White mug": 3 * 8}
REALS = {"LAMP-S": 8 * 3, "TEA-T": 7 * 2, "MUG-W": 8}


def exported(person: PersonInfo, **asked: str) -> list[dict[str, str]]:
    answer = signed_in(person).get("/products", {**asked, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_products_come_by_what_they_sold(world: World) -> None:
    rows = exported(world.owner)

    for currency, by, sold in (("GBP", "Product", POUNDS), ("BRL", "SKU", REALS)):
        own = [row for row in rows if row["Net sales"].endswith(currency)]
        assert [row[by] for row in own] == sorted(sold, key=lambda name: -sold[name])
        for row in own:
            units = sold[row[by]]
            assert row["Units sold"] == str(units)
            assert row["Net sales"] == f"{units * 12.5:.2f} {currency}"


def test_units_order_them_both_ways(world: World) -> None:
    most = [int(row["Units sold"]) for row in exported(world.owner, sort="most_units")]
    least = [int(row["Units sold"]) for row in exported(world.owner, sort="least_units")]

    assert most == sorted((*POUNDS.values(), *REALS.values()), reverse=True)
    assert least == most[::-1]


def test_what_sold_nothing_in_the_period_follows(world: World) -> None:
    rows = exported(world.owner, **{"from": "2020-01-01", "to": "2020-01-31"})

    assert len(rows) == 6
    assert {row["Net sales"] for row in rows} == {""}


def test_figures_are_for_those_who_may_see_them(world: World) -> None:
    clerk = make_person("Kim", role=RoleCode.ASSOCIATE, unit_id=world.places["market"].company_id)

    page = show(signed_in(clerk), "/products?sort=most_sales")

    assert "White mug" in page.text
    assert "Units sold" not in page.text
    assert "White mug" in show(signed_in(clerk), f"/products/{world.product_id}").text
