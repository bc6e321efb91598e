"""The tables of docs/rules/intercompany.md are what the program does."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from quanqu.kernel.money import Money
from quanqu.sell.intercompany.contracts import PriceKind, TransferRule, Unpriced
from quanqu.sell.intercompany.rules.pricing import given_back, price

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "intercompany.md"


def table(head):
    _, _, rest = DOCUMENT.read_text("utf-8").partition(f"| {head} |")
    rows = []
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


def minor(text):
    return Money.parse(text, "CNY").minor


def test_goods_are_priced():
    for kind, rate, amount, units, sale, told in table("kind"):
        amounts = {} if amount == "–" else {"tea": minor(amount)}
        rule = TransferRule(1, 2, PriceKind(kind), "CNY", date(2026, 1, 1), Decimal(rate), amounts)
        found = price(rule, sku="tea", quantity=int(units), sales_minor=minor(sale), currency="CNY")
        if told in set(Unpriced):
            assert found.unpriced == told
        else:
            assert found.amount_minor == minor(told)


def test_goods_come_back_at_what_they_cost():
    for charged, units, portions, prices in table("charged"):
        before, found = 0, []
        for count in map(int, portions.split()):
            part = given_back(minor(charged), units=int(units), before=before, count=count)
            found.append(part)
            before += count
        assert found == [minor(one) for one in prices.split()]
