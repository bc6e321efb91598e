"""Tenders that are answered at once: started, taken, given up, given back, each exactly once."""

from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.builders.org import make_actor, make_company, make_place
from tests.builders.payments import (
    NOW,
    ask_for,
    breaches,
    give_back,
    give_up,
    make_shop,
    make_test_account,
    pay,
    take,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.errors import NotAllowedError, RefusedError
from quanqu.kernel.money import CurrencyMismatchError
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountInvalidError,
    AccountNotFoundError,
    CaptureMode,
    CardNumberError,
    Channel,
    EntryKind,
    PaymentAmountError,
    PaymentFieldError,
    PaymentFilters,
    PaymentNotFoundError,
    PaymentReusedError,
    PaymentState,
    PaymentStateError,
    RefundTooLargeError,
    Tender,
    TenderCannotError,
    TenderKind,
    TenderNotOfferedError,
    TenderUnknownError,
)
from quanqu.sell.payments.facade import (
    get_payment,
    get_payments,
    list_accounts,
    list_entries,
    list_payments,
    list_tenders,
    refund_payment,
    refund_plan,
    register_tender,
    save_account,
    start_payment,
    start_payments,
)
from quanqu.sell.payments.models import Account, Entry, Payment
from quanqu.sell.payments.registry import _IN_HOUSE, _TENDERS

pytestmark = pytest.mark.django_db


def told():
    return [
        (one.name.removeprefix("payments."), one.payload.get("amount_minor"))
        for one in OutboxEvent.objects.filter(name__startswith="payments.").order_by("key")
    ]


def ledger(payment):
    return [
        (one.kind.value, one.amount_minor)
        for one in list_entries(actor=SYSTEM, payment_id=payment.id)
    ]


def test_money_taken_at_once_is_there_at_once():
    paid = pay(make_shop(), 12_345, tender="cash")

    assert (paid.state, paid.captured_minor) == (PaymentState.CAPTURED, 12_345)
    assert paid.is_secured
    assert ledger(paid) == [("authorisation", 12_345), ("capture", 12_345)]
    assert told() == [("paid", 12_345)]
    assert get_payment(actor=SYSTEM, payment_id=paid.id) == paid
    assert not breaches()


def test_a_payment_by_the_test_tender_takes_two_statements_and_one_for_its_event():
    shop = make_shop()
    quiet, loud = ask_for(shop, is_told=False), ask_for(shop)

    with CaptureQueriesContext(connection) as few:
        start_payment(actor=SYSTEM, request=quiet, now=NOW)
    with CaptureQueriesContext(connection) as more:
        start_payment(actor=SYSTEM, request=loud, now=NOW)

    assert len(few) == 2
    assert len(more) == 3
    assert told() == [("paid", 10_000)]


def test_promised_money_is_taken_in_parts_and_the_rest_given_up():
    promised = pay(make_shop(), 10_000, capture=CaptureMode.LATER)

    assert promised.state is PaymentState.AUTHORISED
    assert take(promised.id, 3_000).capturable_minor == 7_000
    assert take(promised.id, 5_000).captured_minor == 8_000
    with pytest.raises(PaymentStateError):
        take(promised.id, 2_001)
    closed = give_up(promised.id)

    assert (closed.state, closed.voided_minor) == (PaymentState.CAPTURED, 2_000)
    assert told() == [("authorised", 10_000), ("paid", 3_000), ("paid", 5_000), ("voided", 2_000)]
    assert not closed.is_secured
    assert not breaches()


def test_a_promise_given_up_whole_is_voided_and_cannot_be_taken():
    promised = pay(make_shop(), capture=CaptureMode.LATER)

    assert give_up(promised.id).state is PaymentState.VOIDED

    for act in (take, give_up, give_back):
        with pytest.raises(PaymentStateError):
            act(promised.id)
    assert not breaches()


def test_money_goes_back_in_parts_and_never_more_than_came():
    paid = pay(make_shop(), 10_000)

    give_back(paid.id, 4_000)
    give_back(paid.id, 5_999)
    with pytest.raises(PaymentStateError) as refused:
        give_back(paid.id, 2)
    assert refused.value.fields["left"] == 1
    assert give_back(paid.id).refunded_minor == 10_000

    with pytest.raises(PaymentStateError):
        give_back(paid.id)
    assert told()[1:] == [("refunded", 4_000), ("refunded", 5_999), ("refunded", 1)]
    assert not breaches()


def test_the_same_request_again_is_the_same_thing():
    shop = make_shop()
    request = ask_for(shop, capture=CaptureMode.LATER)
    first = start_payment(actor=SYSTEM, request=request, now=NOW)
    capture, refund = uuid4(), uuid4()

    for _ in range(2):
        assert start_payment(actor=SYSTEM, request=request, now=NOW).id == first.id
        take(first.id, 6_000, request=capture)
        give_back(first.id, 1_000, request=refund)

    found = get_payment(actor=SYSTEM, payment_id=first.id)
    assert (found.captured_minor, found.refunded_minor) == (6_000, 1_000)
    assert [name for name, _ in told()] == ["authorised", "paid", "refunded"]


def test_an_id_used_for_something_else_is_refused():
    shop = make_shop()
    request = ask_for(shop)
    paid = start_payment(actor=SYSTEM, request=request, now=NOW)
    refund = uuid4()
    give_back(paid.id, 100, request=refund)

    for changes in ({"amount_minor": 1}, {"currency": "EUR"}, {"reference": "x"}):
        with pytest.raises(PaymentReusedError):
            start_payment(actor=SYSTEM, request=replace(request, **changes), now=NOW)
    with pytest.raises(PaymentReusedError):
        give_back(paid.id, 101, request=refund)
    with pytest.raises(PaymentReusedError):
        give_back(pay(shop).id, 100, request=refund)
    assert Payment.objects.count() == 2


def test_the_tenders_of_an_order_are_started_all_or_none():
    shop = make_shop()
    good = ask_for(shop, 3_000, tender="cash")
    known = pay(shop, 5_000)

    with pytest.raises(PaymentReusedError):
        start_payments(actor=SYSTEM, requests=[good, ask_for(shop, 1, id=known.id)], now=NOW)
    assert Payment.objects.count() == 1

    both = start_payments(actor=SYSTEM, requests=[good, ask_for(shop, 7_000)], now=NOW)
    found = get_payments(actor=SYSTEM, references=["order-1", "order-2"])
    assert [one.id for one in both] == [one.id for one in found["order-1"][1:]]
    assert found["order-2"] == []


def test_a_refund_goes_back_to_the_tenders_it_came_from():
    shop = make_shop()
    cash = pay(shop, 3_333, tender="cash")
    card = pay(shop, 6_667)
    give_back(cash.id, 333)

    plan = refund_plan(actor=SYSTEM, reference="order-1", amount_minor=100)

    assert [(one.tender, one.amount_minor) for one in plan] == [("cash", 31), ("test", 69)]
    assert [one.payment_id for one in plan] == [cash.id, card.id]
    with pytest.raises(RefundTooLargeError):
        refund_plan(actor=SYSTEM, reference="order-1", amount_minor=9_668)
    with pytest.raises(PaymentNotFoundError):
        refund_plan(actor=SYSTEM, reference="order-9", amount_minor=1)
    pay(shop, 100, currency="EUR")
    with pytest.raises(CurrencyMismatchError):
        refund_plan(actor=SYSTEM, reference="order-1", amount_minor=1)


def test_a_promise_without_money_is_captured_when_it_is_kept():
    shop = make_shop()

    for tender in ("invoice", "cash_on_delivery"):
        promised = pay(shop, 500, tender=tender)
        assert promised.state is PaymentState.AUTHORISED
        assert promised.is_secured
        assert take(promised.id).state is PaymentState.CAPTURED
    assert not breaches()


def test_the_test_tender_refuses_when_it_is_told_to():
    failed = pay(make_shop(), token="declined")

    assert (failed.state, failed.reason) == (PaymentState.FAILED, "declined")
    assert ledger(failed) == [("failure", 0)]
    assert told() == [("failed", None)]
    with pytest.raises(PaymentStateError):
        take(failed.id)


def test_the_test_tender_needs_an_account_that_says_test():
    company = make_company("south")
    shop = make_place(company=company)

    with pytest.raises(TenderNotOfferedError):
        pay(shop)
    with pytest.raises(AccountInvalidError):
        make_test_account(company.key, is_test=False)
    make_test_account(company.key, is_enabled=False)
    with pytest.raises(TenderNotOfferedError):
        pay(shop)
    make_test_account(company.key)
    assert pay(shop).is_secured
    with pytest.raises(TenderNotOfferedError):
        pay(shop, account="other")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount_minor": 0}, PaymentAmountError),
        ({"amount_minor": -5}, PaymentAmountError),
        ({"amount_minor": 10**16}, PaymentAmountError),
        ({"reference": ""}, PaymentFieldError),
        ({"reference": "a\nb"}, PaymentFieldError),
        ({"currency": "yen"}, PaymentFieldError),
        ({"token": "x" * 256}, PaymentFieldError),
        ({"token": "4242 4242 4242 4242"}, CardNumberError),
        ({"tender": "barter"}, TenderUnknownError),
        ({"tender": "cash", "capture": CaptureMode.LATER}, TenderCannotError),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(changes, error):
    shop = make_shop()

    with pytest.raises(error):
        start_payment(actor=SYSTEM, request=replace(ask_for(shop), **changes), now=NOW)

    assert not Payment.objects.exists()
    assert not Entry.objects.exists()


def test_cash_cannot_be_voided_and_amounts_are_checked():
    paid = pay(make_shop(), tender="cash")

    with pytest.raises(TenderCannotError):
        give_up(paid.id)
    for amount in (0, -1, 10**16):
        with pytest.raises(PaymentAmountError):
            give_back(paid.id, amount)


def test_the_table_itself_refuses_a_refund_above_what_came():
    paid = pay(make_shop())

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(id=paid.id).update(refunded_minor=10_001)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(id=paid.id).update(captured_minor=10_001)


def test_what_an_actor_may_not_see_is_not_there():
    shop, other = make_shop(), make_shop("south")
    here = make_actor(role=RoleCode.STORE_MANAGER, unit_id=shop.id)
    clerk = make_actor("Chen", role=RoleCode.ASSOCIATE, unit_id=shop.id)
    paid, foreign = pay(shop), pay(other)

    assert [one.id for one in list_payments(actor=here, filters=PaymentFilters()).items] == [
        paid.id
    ]
    assert get_payments(actor=here, references=["order-1"]) == {"order-1": [paid]}
    for act in (get_payment, list_entries):
        with pytest.raises(PaymentNotFoundError):
            act(actor=here, payment_id=foreign.id)
    with pytest.raises(PaymentNotFoundError):
        refund_payment(actor=here, payment_id=foreign.id, request_id=uuid4(), now=NOW)
    with pytest.raises(PaymentNotFoundError):
        start_payment(actor=here, request=ask_for(other), now=NOW)
    with pytest.raises(NotAllowedError):
        refund_payment(actor=clerk, payment_id=paid.id, request_id=uuid4(), now=NOW)
    with pytest.raises(NotAllowedError):
        start_payment(actor=clerk, request=ask_for(shop), now=NOW)


def test_payments_are_found_by_state_tender_and_reference():
    shop = make_shop()
    pay(shop, tender="cash")
    open_one = pay(shop, capture=CaptureMode.LATER, reference="order-2")

    for filters in (
        PaymentFilters(state=PaymentState.AUTHORISED),
        PaymentFilters(tender="test"),
        PaymentFilters(reference="order-2", unit_id=shop.id),
    ):
        found = list_payments(actor=SYSTEM, filters=filters).items
        assert [one.id for one in found] == [open_one.id]


def test_accounts_are_kept_by_who_manages_all_of_a_company():
    shop = make_shop()
    make_place("second", company=make_company())
    partly = make_actor(role=RoleCode.STORE_MANAGER, unit_id=shop.id)

    from_whole = list_accounts(actor=SYSTEM)
    assert [(one.code, one.is_test) for one in from_whole] == [("test", True)]
    with pytest.raises(AccountNotFoundError):
        save_for(partly, shop.company_key)
    with pytest.raises(AccountNotFoundError):
        save_for(SYSTEM, 999_999)
    assert Account.objects.count() == 1


def save_for(actor, company_key):
    from_draft = AccountDraft(company_key, "more", "test", {}, {}, is_test=True)
    return save_account(actor=actor, draft=from_draft, now=NOW)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"provider": "barter"}, "provider"),
        ({"code": "With space"}, "code"),
        ({"settings": {"colour": "red"}}, "colour"),
        ({"secrets": {"key": "red"}}, "key"),
    ],
)
def test_an_account_that_cannot_work_is_refused(changes, problem):
    with pytest.raises(AccountInvalidError, match=problem):
        make_test_account(make_company().key, **changes)


class TooPoorError(RefusedError):
    """There is not enough on the gift card."""

    code = "test.too_poor"
    template = "Not enough."


@dataclass
class GiftCards:
    """A room that keeps money itself."""

    left: int = 1_000
    booked: list = field(default_factory=list)

    def book(self, *, booking, now):
        signs = {EntryKind.CAPTURE: -1, EntryKind.REFUND: 1}
        change = signs.get(booking.kind, 0) * booking.amount_minor
        if self.left + change < 0:
            raise TooPoorError
        self.left += change
        self.booked.append((booking.kind.value, booking.amount_minor, booking.token))


@pytest.fixture
def gift_cards():
    house = GiftCards()
    tender = Tender("gift_card", TenderKind.GIFT_CARD, Channel.IN_HOUSE)
    register_tender(tender=tender, house=house)
    yield house
    del _TENDERS["gift_card"], _IN_HOUSE["gift_card"]


def test_a_higher_room_answers_for_a_tender_of_its_own(gift_cards):
    shop = make_shop()

    paid = pay(shop, 800, tender="gift_card", token="GC-1")
    give_back(paid.id, 300)
    with pytest.raises(TooPoorError):
        pay(shop, 501, tender="gift_card", token="GC-1")

    assert gift_cards.left == 500
    assert gift_cards.booked == [
        ("authorisation", 800, "GC-1"), ("capture", 800, "GC-1"), ("refund", 300, "GC-1"),
        ("authorisation", 501, "GC-1"),
    ]  # fmt: skip
    assert Payment.objects.count() == 1
    assert not breaches()


def test_a_tender_is_declared_once_and_with_who_answers(gift_cards):
    assert "gift_card" in {one.code for one in list_tenders()}
    with pytest.raises(ValueError, match="declared already"):
        register_tender(tender=Tender("cash", TenderKind.WALLET))
    with pytest.raises(ValueError, match="in_house"):
        register_tender(tender=Tender("points", TenderKind.POINTS, Channel.IN_HOUSE))
