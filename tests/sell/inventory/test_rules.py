"""The pure decisions of stock."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    HoldLine,
    HoldLineError,
    HoldRequest,
    Movement,
    MovementError,
    MovementKind,
    StockState,
)
from quanqu.sell.inventory.rules.admission import admit
from quanqu.sell.inventory.rules.giving_way import Claim, cut, withheld
from quanqu.sell.inventory.rules.postings import check_lines, check_movements

LINES = st.lists(
    st.builds(HoldLine, st.integers(1, 2), st.integers(1, 3), st.integers(1, 6)),
    min_size=1,
    max_size=4,
)


def request(lines):
    return HoldRequest(uuid4(), "cart", tuple(lines), None)


@given(
    stock=st.dictionaries(
        st.tuples(st.integers(1, 2), st.integers(1, 3)), st.integers(0, 12), max_size=6
    ),
    asked=st.lists(LINES, max_size=12),
)
def test_never_more_than_there_is_and_nobody_is_refused_what_was_left(stock, asked):
    requests = [request(lines) for lines in asked]

    answers = admit(stock, requests)

    left = dict(stock)
    for one, admission in zip(requests, answers, strict=True):
        answer = admission.hold
        assert answer.request_id == one.request_id
        needed = {}
        for line in one.lines:
            at = (line.place_key, line.variant_key)
            needed[at] = needed.get(at, 0) + line.quantity
        fits = all(left.get(at, 0) >= units for at, units in needed.items())
        assert answer.is_granted == fits
        if fits:
            for at, units in needed.items():
                left[at] -= units
        for short in answer.short:
            at = (short.line.place_key, short.line.variant_key)
            assert short.available == left.get(at, 0) < short.line.quantity == needed[at]
    assert all(units >= 0 for units in left.values())


@given(
    claims=st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.integers(1, 9)), max_size=9),
    missing=st.integers(1, 30),
)
def test_the_latest_give_way_holds_before_allocations_and_no_more_than_needed(claims, missing):
    made = [
        Claim((held, float(at), "r", number), units)
        for number, (held, at, units) in enumerate(claims)
    ]

    given_way = cut(made, missing)

    kept = [one for one in made if one not in given_way]
    assert all(a.order > b.order for a in given_way for b in kept)
    freed = sum(one.quantity for one in given_way)
    assert freed >= min(missing, sum(one.quantity for one in made))
    if given_way:
        assert freed - given_way[-1].quantity < missing


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5), st.integers(0, 20))
def test_safety_stock_is_what_is_left_beside_promises(target, on_hand, limit, claimed):
    kept = withheld(target=target, on_hand=on_hand, backorder_limit=limit, claimed=claimed)

    assert 0 <= kept <= target
    if claimed <= on_hand + limit:
        assert claimed <= on_hand - kept + limit
    if kept < target:
        assert claimed >= on_hand - kept + limit


@pytest.mark.parametrize(
    ("kind", "state", "quantity", "problem"),
    [
        ("receipt", "on_hand", 0, "the quantity is zero"),
        ("receipt", "on_hand", -1, "a receipt does not take from on_hand"),
        ("receipt", "damaged", 1, "a receipt does not change damaged"),
        ("sale", "on_hand", 1, "a sale does not add to on_hand"),
        ("count", "on_hand", LARGEST_QUANTITY + 1, f"the quantity is over {LARGEST_QUANTITY}"),
    ],
)
def test_a_movement_that_cannot_be_is_named(kind, state, quantity, problem):
    good = Movement(1, 1, MovementKind.RECEIPT, StockState.ON_HAND, 1)
    bad = Movement(1, 1, MovementKind(kind), StockState(state), quantity)

    with pytest.raises(MovementError, match=f"Movement 2: {problem}"):
        check_movements([good, bad])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "at least one line"),
        ([HoldLine(1, 1, 0)], "Line 1: the quantity is less than one"),
        ([HoldLine(1, 1, 1), HoldLine(1, 1, -5)], "Line 2: the quantity is less than one"),
        ([HoldLine(1, 1, LARGEST_QUANTITY + 1)], "is over"),
        ([HoldLine(1, 1, 1)] * 501, "Line 501: a hold has at most 500 lines"),
    ],
)
def test_a_line_that_cannot_be_held_is_named(lines, problem):
    with pytest.raises(HoldLineError, match=problem):
        check_lines(lines)


def test_a_posting_of_nothing_and_one_too_large_are_refused():
    one = Movement(1, 1, MovementKind.RECEIPT, StockState.ON_HAND, 1)

    with pytest.raises(MovementError, match="at least one"):
        check_movements([])
    with pytest.raises(MovementError, match="at most 500"):
        check_movements([one] * 501)
