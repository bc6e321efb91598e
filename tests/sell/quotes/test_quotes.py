"""Quotes are written, approved, sent, accepted, ordered once, and end by themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.builders.org import actor_of_person, make_person
from tests.builders.quotes import draft, quote

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import CancelReason, Delivery, NotEnoughError, TenderDraft
from quanqu.sell.checkout.facade import cancel_order, place_order
from quanqu.sell.checkout.models import Order
from quanqu.sell.quotes.contracts import (
    QuoteAct,
    QuoteApprovalError,
    QuoteConflictError,
    QuoteFieldError,
    QuoteItemError,
    QuoteLineDraft,
    QuoteNotFoundError,
    QuoteOrdering,
    QuoteState,
    QuoteStateError,
)
from quanqu.sell.quotes.facade import (
    change_quote,
    expire_quotes,
    finish_ordering,
    get_quote,
    make_quote,
    move_quote,
    order_quote,
    set_quote_limit,
)
from quanqu.sell.quotes.queries.laws import quotes_unlike_their_lines, quotes_unlike_their_orders
from quanqu.sell.quotes.rules.quotes import order_of

pytestmark = pytest.mark.django_db
TAKEN = QuoteOrdering((TenderDraft("invoice"),), Delivery.CARRY_OUT)


@pytest.fixture
def shop():
    return make_open_shop(units=10)


def move(row, *acts, actor=SYSTEM, now=NOW):
    for act in acts:
        row = move_quote(actor=actor, quote_id=row.id, act=act, now=now)
    return row


def order(row, *, now=NOW):
    return order_quote(actor=SYSTEM, quote_id=row.id, ordering=TAKEN, now=now)


def read(row):
    return get_quote(actor=SYSTEM, quote_id=row.id).row


def sound():
    return not (breaches() or quotes_unlike_their_lines() or quotes_unlike_their_orders())


def test_a_quote_becomes_one_order_at_its_prices(shop):
    row = quote(shop, ("tea", 4, 1_000), ("cup", 2, 300), shipping_minor=500)
    assert (row.state, row.total_minor) == (QuoteState.DRAFT, 5_100)
    with pytest.raises(QuoteStateError):
        order(row)
    move(row, QuoteAct.SEND, QuoteAct.SEND, QuoteAct.ACCEPT)

    placed = order(row)
    assert order(row).id == placed.id

    assert (placed.total_minor, read(row).state) == (5_100, QuoteState.ORDERED)
    assert read(row).order_id == placed.id
    with pytest.raises(QuoteStateError):
        move(row, QuoteAct.REJECT)
    cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW)
    assert order(row).id == placed.id
    assert Order.objects.count() == 1
    assert sound()


def test_what_is_not_there_leaves_the_quote_as_it_was(shop):
    row = move(quote(shop, ("tea", 11, 1_000)), QuoteAct.SEND)
    with pytest.raises(NotEnoughError):
        order(row)
    assert read(row).state is QuoteState.SENT
    assert sound()


def test_above_the_limit_somebody_else_approves(shop):
    set_quote_limit(actor=SYSTEM, company_key=shop.company.key, limit_minor=4_000,
                    currency="CNY", now=NOW)  # fmt: skip
    writer, other = (
        actor_of_person(make_person(name, role=RoleCode.STORE_MANAGER, unit_id=shop.store.id))
        for name in ("Writer", "Other")
    )
    assert not quote(shop, actor=writer).needs_approval
    row = quote(shop, ("tea", 5, 1_000), actor=writer)
    assert row.needs_approval
    for act in (QuoteAct.SEND, QuoteAct.APPROVE):
        with pytest.raises(QuoteApprovalError):
            move(row, act, actor=writer)
    assert not move(row, QuoteAct.APPROVE, actor=other).needs_approval
    changed = change_quote(
        actor=writer, quote_id=row.id, edition=1, draft=draft(shop, ("tea", 6, 1_000)), now=NOW
    )
    assert (changed.needs_approval, changed.edition) == (True, 2)
    with pytest.raises(QuoteApprovalError):
        move(row, QuoteAct.SEND, actor=writer)
    move(row, QuoteAct.APPROVE, actor=other)
    assert move(row, QuoteAct.SEND, actor=writer).state is QuoteState.SENT
    abroad = quote(shop, currency="EUR", actor=writer)
    assert abroad.needs_approval  # no rate is invented


def test_an_older_view_is_refused_and_a_sent_quote_changed_is_a_draft(shop):
    row = move(quote(shop), QuoteAct.SEND)
    change_quote(actor=SYSTEM, quote_id=row.id, edition=1, draft=draft(shop), now=NOW)
    assert read(row).state is QuoteState.DRAFT
    with pytest.raises(QuoteConflictError):
        change_quote(actor=SYSTEM, quote_id=row.id, edition=1, draft=draft(shop), now=NOW)
    assert sound()


def test_a_quote_ends_with_its_last_day(shop):
    row = move(quote(shop), QuoteAct.SEND)
    last = NOW + timedelta(days=14)
    assert expire_quotes(now=last) == 0
    after = last + timedelta(days=1)
    with pytest.raises(QuoteFieldError):
        order(row, now=after)
    assert expire_quotes(now=after) == 1
    assert read(row).state is QuoteState.EXPIRED
    assert expire_quotes(now=after) == 0


def test_an_order_whose_worker_died_is_noted(shop):
    row = move(quote(shop), QuoteAct.SEND)
    wanted = order_of(
        row.id, [QuoteLineDraft(shop.items["tea"].key, 4, 1_000)], TAKEN,
        place_key=shop.store.key, currency="CNY", subject_key=None, shipping_minor=0, note="",
    )  # fmt: skip
    place_order(actor=SYSTEM, draft=wanted, now=NOW)
    assert finish_ordering(now=NOW) == 1
    assert finish_ordering(now=NOW) == 0
    assert read(row).state is QuoteState.ORDERED
    assert sound()


def test_what_no_quote_can_be_is_refused_by_name(shop):
    for wrong in (
        {"lines": ()},
        {"buyer": " "},
        {"shipping_minor": -1},
        {"valid_until": NOW.date() - timedelta(days=1)},
        {"valid_until": NOW.date() + timedelta(days=999)},
        {"lines": (QuoteLineDraft(shop.items["tea"].key, 0, 1),)},
        {"lines": (QuoteLineDraft(shop.items["tea"].key, 1, -1),)},
    ):
        with pytest.raises(QuoteFieldError):
            quote(shop, **wrong)
    with pytest.raises(QuoteItemError):
        quote(shop, lines=(QuoteLineDraft(10**9, 1, 1),))
    told = draft(shop)
    first = make_quote(actor=SYSTEM, draft=told, now=NOW)
    assert make_quote(actor=SYSTEM, draft=told, now=NOW).key == first.key
    south = make_open_shop(code="south")
    stranger = actor_of_person(
        make_person("Far", role=RoleCode.STORE_MANAGER, unit_id=south.store.id)
    )
    for act in (
        lambda: get_quote(actor=stranger, quote_id=first.id),
        lambda: move(first, QuoteAct.SEND, actor=stranger),
        lambda: get_quote(actor=SYSTEM, quote_id=uuid4()),
        lambda: set_quote_limit(
            actor=stranger, company_key=shop.company.key, limit_minor=1, currency="CNY", now=NOW
        ),
    ):
        with pytest.raises(QuoteNotFoundError):
            act()
