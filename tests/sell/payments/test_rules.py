"""The pure decisions of payments."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.payments import NOW

from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    PaymentState,
    PaymentView,
    Tender,
    TenderKind,
)
from quanqu.sell.payments.rules.refunds import split_refund
from quanqu.sell.payments.rules.requests import is_card_number
from quanqu.sell.payments.rules.standing import (
    Problem,
    Standing,
    ask,
    book,
    let_go,
    what_follows,
)

CARD = Tender(
    "card", TenderKind.CARD, can_authorise=True, can_capture_part=True, can_capture_again=True,
    can_void=True,
)  # fmt: skip
ONCE = Tender("wallet", TenderKind.WALLET, can_capture_part=True)
WHOLE = Tender("whole", TenderKind.WALLET)
AUTH, CAPTURE, VOID, REFUND, FAILURE = EntryKind


def view(captured, refunded=0, number=1):
    return PaymentView(
        id=UUID(int=number), key=number, company_key=1, place_key=1,
        reference="o", tender=f"t{number}", kind=TenderKind.CARD, capture=CaptureMode.AT_ONCE,
        currency="CNY", amount_minor=captured, state=PaymentState.CAPTURED,
        authorised_minor=captured, captured_minor=captured, voided_minor=0,
        refunded_minor=refunded, capturing_minor=0, voiding_minor=0, refunding_minor=0,
        provider_ref="", token="", next_step=None, reason="", problem="", created_at=NOW,
        changed_at=NOW,
    )  # fmt: skip


PAYMENTS = st.lists(
    st.tuples(st.integers(1, 10_000), st.integers(0, 10_000)).map(lambda t: (t[0], min(t))),
    min_size=1, max_size=6,
)  # fmt: skip


@given(PAYMENTS, st.data())
def test_a_refund_is_split_to_the_minor_unit_and_nobody_gives_more_than_came(amounts, data):
    payments = [view(c, r, n) for n, (c, r) in enumerate(amounts, 1)]
    left = {one.id: one.refundable_minor for one in payments}
    amount = data.draw(st.integers(1, sum(left.values()) + 5))

    parts = split_refund(payments, amount)

    if amount > sum(left.values()):
        assert parts is None
        return
    assert sum(one.amount_minor for one in parts) == amount
    for part in parts:
        exact = amount * left[part.payment_id] / sum(left.values())
        assert 0 < part.amount_minor <= left[part.payment_id]
        assert abs(part.amount_minor - exact) < 1


AMOUNTS = st.integers(1, 120)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "answer", "refuse", "fact"]),
        st.sampled_from([AUTH, CAPTURE, VOID, REFUND]),
        AMOUNTS,
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from([CARD, ONCE, WHOLE]))
def test_whatever_is_asked_and_said_the_figures_hold(steps, tender):
    standing, under_way = Standing(100), []
    for what, kind, amount in steps:
        if what == "ask" and kind is not AUTH:
            asked = ask(standing, kind, amount, tender)
            if asked is not None:
                under_way.append((kind, amount))
                standing = asked
        elif what == "fact":
            found = book(standing, kind, 100 if kind is AUTH else amount)
            standing = standing if isinstance(found, Problem) else found
        elif under_way:
            kind, amount = under_way.pop(0)
            standing = let_go(standing, kind, amount)
            found = book(standing, kind, amount) if what == "answer" else standing
            standing = standing if isinstance(found, Problem) else found
        taken = standing.captured + standing.capturing + standing.voided + standing.voiding
        assert 0 <= taken <= standing.authorised <= standing.amount
        assert 0 <= standing.refunded + standing.refunding <= standing.captured
        assert min(standing.capturing, standing.voiding, standing.refunding) >= 0
        assert (standing.state is PaymentState.CAPTURED) == (standing.captured > 0)


def test_a_tender_that_captures_once_gives_up_the_rest():
    promised = book(Standing(100), AUTH, 100)

    taken = book(ask(promised, CAPTURE, 60, ONCE), CAPTURE, 60)

    assert what_follows(taken, CAPTURE, ONCE) == 40
    assert what_follows(taken, CAPTURE, CARD) == 0
    assert ask(let_go(taken, CAPTURE, 60), CAPTURE, 40, ONCE) is None
    assert ask(promised, CAPTURE, 60, WHOLE) is None
    assert ask(promised, CAPTURE, 100, WHOLE) is not None


def test_a_promise_is_not_given_up_while_money_is_on_its_way():
    promised = book(Standing(100), AUTH, 100)

    asked = ask(promised, CAPTURE, 60, CARD)

    assert ask(asked, VOID, 40, CARD) is None
    assert ask(let_go(asked, CAPTURE, 60), VOID, 100, CARD) is not None


@pytest.mark.parametrize(
    ("kind", "amount", "problem"),
    [
        (AUTH, 99, Problem.AMOUNT_CHANGED),
        (CAPTURE, 100, Problem.TOO_EARLY),
        (REFUND, 1, Problem.TOO_EARLY),
        (VOID, 1, Problem.TOO_EARLY),
    ],
)
def test_what_a_provider_says_that_cannot_be_is_named(kind, amount, problem):
    assert book(Standing(100), kind, amount) is problem


def test_more_than_was_promised_is_named():
    promised = book(Standing(100), AUTH, 100)
    paid = book(promised, CAPTURE, 100)

    assert book(promised, CAPTURE, 101) is Problem.AMOUNT_CHANGED
    assert book(promised, VOID, 101) is Problem.AMOUNT_CHANGED
    assert book(promised, AUTH, 100) is Problem.AMOUNT_CHANGED
    assert book(paid, REFUND, 101) is Problem.AMOUNT_CHANGED


def test_money_that_comes_after_a_failure_is_money():
    failed = book(Standing(100), FAILURE, 0)
    assert failed.state is PaymentState.FAILED

    paid = book(book(failed, AUTH, 100), CAPTURE, 100)

    assert paid.state is PaymentState.CAPTURED
    assert book(paid, FAILURE, 0) == paid


def test_a_fact_takes_back_what_was_set_aside_for_something_else():
    promised = ask(book(Standing(100), AUTH, 100), VOID, 100, CARD)

    paid = book(promised, CAPTURE, 70)

    assert (paid.captured, paid.voiding) == (70, 30)


@pytest.mark.parametrize(
    ("text", "is_card"),
    [
        ("4242424242424242", True),
        ("4242-4242-4242-4242", True),
        ("378282246310005", True),
        ("4242424242424241", False),
        ("pm_1NxY", False),
        ("424242424242", False),
    ],
)
def test_a_card_number_is_known_by_its_check_digit(text, is_card):
    assert is_card_number(text) is is_card
