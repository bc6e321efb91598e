"""The numbers of docs/rules/settlement.md, run."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.builders.settlement import (
    differing,
    make_account,
    make_payment,
    minor,
    reconcile,
    stripe_file,
    take_in,
)

from quanqu.sell.payments.contracts import (
    DifferenceKind,
    StatementFormat,
    StatementReason,
)
from quanqu.sell.payments.queries.laws import matched_otherwise, unaccounted_cents
from quanqu.sell.payments.rules.payouts import Credit, Payout, pair_payouts

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "settlement.md"
CATEGORIES = {"capture": "charge", "refund": "refund", "reversal": "partial_capture_reversal"}


def tables(title):
    """Return the tables below a title, each as rows of cells without its header."""
    _, _, rest = DOCUMENT.read_text().partition(f"## {title}\n")
    found, rows = [], []
    for line in [*rest.partition("\n## ")[0].splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif rows:
            found, rows = [*found, rows[2:]], []
    return found


def test_every_form_reason_and_kind_is_told():
    text = DOCUMENT.read_text()
    forms, kinds = (tables(title)[0] for title in ("Files", "What is listed"))

    assert {row[0].strip("`") for row in forms} == {one.value for one in StatementFormat}
    assert {row[0].strip("`") for row in kinds} == {one.value for one in DifferenceKind}
    assert all(f"`{one.value}`" in text for one in StatementReason)


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(13))
def test_lines_find_their_payments_as_it_is_told(number):
    told = tables("What is listed")[1]
    assert len(told) == 13
    ours, theirs, days, listed = told[number]
    account, place = make_account(wait_days=3)
    if ours:
        make_payment(account, place, *map(entry, ours.split(", ")))

    rows = [row_of(one) for one in theirs.split(", ") if one]
    take_in(account, stripe_file(*rows))
    reconcile(account, days=int(days))

    expected = []
    if listed:
        kind, left, right = listed.split()
        expected = [(kind, minor(left), minor(right))]
    assert differing(account) == expected
    assert not [*unaccounted_cents(), *matched_otherwise()]
    reconcile(account, days=int(days))
    assert differing(account) == expected


def entry(text):
    kind, amount, name = text.split()
    return kind, minor(amount), name


def row_of(text, intent="pi_1"):
    kind, amount, name = text.split()
    sign = "" if kind == "capture" else "-"
    source = {"charge_id": name} if kind != "refund" else {"source_id": name}
    return {
        "reporting_category": CATEGORIES[kind], "gross": f"{sign}{amount}",
        "payment_intent_id": "" if name == "c9" else intent, **source,
    }  # fmt: skip


@pytest.mark.django_db
def test_fees_are_expected_as_it_is_told():
    told = tables("Fees")[0]

    for number, (rate, fixed, returned, taken, back, expected, found, listed) in enumerate(told):
        account, place = make_account(
            code=f"shop{number}", fee_rate=Decimal(rate), fee_fixed_minor=minor(fixed),
            returns_fee=returned == "yes",
        )  # fmt: skip
        entries = [("capture", minor(taken), "c1")]
        rows = [row_of(f"capture {taken} c1") | {"fee": found}]
        if back:
            entries.append(("refund", minor(back), "r1"))
            rows.append(row_of(f"refund {back} r1"))
        make_payment(account, place, *entries)
        take_in(account, stripe_file(*rows))
        wanted = [("fee_unexpected", minor(expected), minor(found))] if listed == "yes" else []
        assert differing(account) == wanted, (rate, found)
    assert len(told) == 7


def test_payouts_arrive_as_it_is_told():
    told = tables("Payouts")[0]

    for payouts, credits, pairs in told:
        sent = [
            Payout(key, day(on), minor(amount), "EUR", (name, ""), 5)
            for key, (on, amount, name) in enumerate(map(str.split, payouts.split(", ")), 1)
        ]
        came = [
            Credit(key, day(on), minor(amount), "EUR", " ".join(text))
            for key, (on, amount, *text) in enumerate(map(str.split, credits.split(", ")), 1)
        ]
        expected = dict(reversed(pair.split("-")) for pair in pairs.split(", ") if pair)
        found = {str(credit): str(payout) for credit, payout in pair_payouts(sent, came).items()}
        assert found == expected, payouts
    assert len(told) == 9


def day(text):
    return date(2026, 11, 1) + timedelta(days=int(text))
