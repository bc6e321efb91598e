"""The numbers of docs/rules/payments.md, run."""

from pathlib import Path

import pytest
from tests.builders.payments import breaches, give_back, give_up, make_shop, pay, take

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    PaymentState,
    PaymentStateError,
)
from quanqu.sell.payments.facade import get_payment, get_payments, refund_plan
from quanqu.sell.payments.rules.standing import Problem, Standing, book, new_of_total

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "payments.md"


def rows(title):
    """Return the cells of the table below a title."""
    _, _, rest = DOCUMENT.read_text().partition(f"## {title}\n")
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def test_the_day_goes_as_it_is_told():
    promised, told = pay(make_shop(), 100, capture=CaptureMode.LATER), rows("A day in numbers")
    acts = {"capture": take, "refund": give_back, "void": give_up, "promise": lambda *_: None}

    for _, what, state, *expected in told:
        verb, *amount = what.removesuffix(" refused").split()
        is_refused = False
        try:
            acts[verb](promised.id, *map(int, amount))
        except PaymentStateError:
            is_refused = True
        found = get_payment(actor=SYSTEM, payment_id=promised.id)
        assert is_refused is what.endswith(" refused"), what
        assert found.state == state, what
        assert [
            found.authorised_minor, found.captured_minor, found.voided_minor, found.refunded_minor,
        ] == list(map(int, expected)), what  # fmt: skip
        assert not breaches()

    assert len(told) == 10


def test_refunds_are_split_as_it_is_told():
    shop, told = make_shop(), rows("Where a refund goes")

    for number, (refundable, amount, parts) in enumerate(told):
        reference = f"order-{number}"
        for left in map(int, refundable.split(", ")):
            paid = pay(shop, left or 5, reference=reference, tender="cash")
            if not left:
                give_back(paid.id)
        plan = refund_plan(actor=SYSTEM, reference=reference, amount_minor=int(amount))
        found = {one.payment_id: one.amount_minor for one in plan}
        payments = get_payments(actor=SYSTEM, references=[reference])[reference]
        assert [found.get(one.id, 0) for one in payments] == list(map(int, parts.split(", ")))

    assert len(told) == 4


FACTS = {
    "authorised": [(EntryKind.AUTHORISATION, 100)],
    "captured": [(EntryKind.AUTHORISATION, 100), (EntryKind.CAPTURE, 100)],
    "voided": [(EntryKind.AUTHORISATION, 100), (EntryKind.VOID, 100)],
    "failed": [(EntryKind.FAILURE, 0)],
}


def test_every_state_is_told_and_facts_lead_where_it_is_told():
    follows = {state: what for state, _, what in rows("States")}
    assert list(follows) == [state.value for state in PaymentState]

    for name, what in follows.items():
        start = reached(Standing(100, state=PaymentState(name)), FACTS.get(name, ()))
        allowed = {one for one in FACTS if one in what}
        for kind, amount in {fact for facts in FACTS.values() for fact in facts}:
            found = book(start, kind, amount if kind is not EntryKind.CAPTURE else 1)
            if not isinstance(found, Problem) and found.state is not start.state:
                assert found.state.value in allowed, (name, kind)
        for goal in allowed - {name}:
            facts = [
                fact for fact in FACTS[goal] if not start.authorised or fact[0] != "authorisation"
            ]
            assert reached(start, facts).state == goal


def reached(standing, facts):
    for kind, amount in facts:
        standing = book(standing, kind, amount)
        assert isinstance(standing, Standing)
    return standing


def test_what_is_new_of_a_total_is_what_it_is_told():
    told = rows("Parts of a promise")

    for captured, asked, total, is_answer, *new in told:
        standing = Standing(100, PaymentState.CAPTURED, authorised=100, captured=int(captured))
        found = new_of_total(
            standing, int(total), None if asked == "–" else int(asked),
            is_answered=is_answer == "yes",
        )  # fmt: skip
        expected = Problem(new[0]) if len(new) == 1 else tuple(map(int, new))
        assert found == expected, (captured, asked, total)

    assert len(told) == 9
