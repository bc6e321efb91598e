"""The tables of docs/rules/tax.md and invoicing.md are what the program does."""

import re
from decimal import Decimal
from pathlib import Path

from tests.builders.invoices import rule

from quanqu.kernel.money import Money
from quanqu.sell.invoicing.contracts import (
    LineKind,
    Rounding,
    Taxable,
    TaxedLine,
    TaxTreatment,
)
from quanqu.sell.invoicing.rules.codes import is_credit_code
from quanqu.sell.invoicing.rules.covering import Part, charges
from quanqu.sell.invoicing.rules.reading import read_rules
from quanqu.sell.invoicing.rules.taxing import Remainder, share_back, tax

DOCS = Path(__file__).parents[3] / "docs" / "rules"


def table(name, head):
    text = (DOCS / name).read_text("utf-8")
    _, _, rest = text.partition(f"| {head} |")
    rows = []
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


def minors(text):
    return [Money.parse(one, "CNY").minor for one in text.split()]


def test_amounts_are_taxed_and_rounded():
    for word, included, rate, amounts, net, owed, rest in table("tax.md", "rounding"):
        told = TaxTreatment.STANDARD if Decimal(rate) else TaxTreatment.ZERO
        one = rule("goods", rate, is_included=included == "yes", treatment=told)
        total = tax([Taxable(part, one) for part in minors(amounts)], rounding=Rounding(word))

        assert [total.net_minor, total.tax_minor, total.rounding_minor] == [
            minors(net)[0], minors(owed)[0], minors(rest)[0],
        ]  # fmt: skip


def test_lines_are_taken_back_in_portions():
    for gross, owed, portions, taxes in table("tax.md", "gross"):
        (whole,), (tax_minor,), taken = minors(gross), minors(owed), 0
        blue = TaxedLine(whole - tax_minor, tax_minor, 0)
        found = []
        for part in minors(portions):
            found.append(share_back(Remainder(blue, taken), part).tax_minor)
            taken += part
        assert found == minors(taxes)


def test_the_example_file_is_taken_in():
    text = (DOCS / "tax.md").read_text("utf-8")
    (body,) = re.findall(r"```csv\n(.*?)```", text, re.S)

    found = read_rules(body.encode())

    chinese = {one.rate for one in found if one.region == "CN"}
    assert chinese == {Decimal(text) for text in ("0.13", "0.09", "0.06", "0.03", "0.01", "0")}
    assert all(one.source for one in found)


def test_what_came_back_is_not_charged():
    for bought, worth, back, given, units, charged in table("invoicing.md", "bought"):
        part = Part(1, "tea", "Tea", int(bought), minors(worth)[0], int(back), minors(given)[0])
        found = charges([part], invoiced=())
        if units == "–":
            assert not found
            continue
        (one,) = found
        assert (one.quantity, one.amount_minor) == (int(units.split()[0]), minors(charged)[0])
        assert (one.kind is LineKind.FEE) is units.endswith("(fee)")


def test_codes_are_right_or_not():
    for code, word in table("invoicing.md", "code"):
        assert is_credit_code(code) is (word == "yes")
