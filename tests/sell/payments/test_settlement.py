"""Statements are taken in once, matched as sets, and what differs is worked through by people."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.settlement import (
    DAY,
    differing,
    make_account,
    make_payment,
    reconcile,
    stripe_file,
    take_in,
)
from tests.sell.payments.test_statements import ALIPAY, BACK, CAMT, FUNDS, PAID, TRADES

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    AccountNotFoundError,
    DifferenceFilters,
    DifferenceNotFoundError,
    DifferenceState,
    DifferenceStateError,
    StatementFieldError,
    StatementFormat,
    StatementNotFoundError,
    StatementUnreadableError,
    TermsDraft,
)
from quanqu.sell.payments.facade import (
    close_difference,
    get_difference,
    get_statement,
    get_terms,
    iterate_rejects,
    list_differences,
    list_lines,
    list_payment_lines,
    list_rejects,
    list_settled_days,
    list_statements,
    note_difference,
    queue_reconciliations,
    reopen_difference,
    save_terms,
)
from quanqu.sell.payments.models import Entry, Line, Statement
from quanqu.sell.payments.queries.laws import matched_otherwise, unaccounted_cents

CHARGE = {
    "reporting_category": "charge", "gross": "100.00", "charge_id": "c1",
    "payment_intent_id": "pi_1",
}  # fmt: skip
BANK = StatementFormat.CAMT053


def first_difference():
    return list_differences(actor=SYSTEM, filters=DifferenceFilters()).items[0]


@pytest.mark.django_db
def test_the_same_file_and_the_same_rows_again_change_nothing():
    account, place = make_account()
    make_payment(account, place, ("capture", 10_000, "c1"))
    content = stripe_file(CHARGE, {"reporting_category": "charge", "gross": "x"})

    first = take_in(account, content)
    again = take_in(account, content, days=1)
    wider = take_in(account, content + b"\n", days=1)

    assert (first.lines, first.known, first.rejected) == (2, 0, 1)
    assert again == replace(first, is_repeat=True)
    assert (wider.lines, wider.known, wider.rejected) == (0, 2, 1)
    assert Line.objects.count() == 2
    assert not differing(account)
    listed = list_statements(actor=SYSTEM).items
    assert [one.id for one in listed] == [wider.id, first.id]
    assert get_statement(actor=SYSTEM, statement_id=first.id) == first
    reject = list_rejects(actor=SYSTEM, statement_id=first.id)
    assert [(one.row, str(one.reason), one.detail) for one in reject] == [(4, "amount", "x")]
    assert list(iterate_rejects(actor=SYSTEM, statement_id=first.id)) == reject
    lines = list_lines(actor=SYSTEM, statement_id=first.id).items
    assert [(str(one.kind), one.is_matched) for one in lines] == [
        ("other", False), ("capture", True)
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_file_that_breaks_off_leaves_nothing():
    account, _ = make_account()
    content = stripe_file(*[CHARGE | {"charge_id": f"c{at}"} for at in range(3)])

    for broken in (b"no,columns\n", content + b"x" * 1_100_000):
        with pytest.raises(StatementUnreadableError):
            take_in(account, broken)

    assert not Statement.objects.exists()
    assert not Line.objects.exists()


@pytest.mark.django_db
def test_two_books_of_wechat_tell_of_the_same_payment():
    account, place = make_account("wechat", wait_days=1)
    paid = make_payment(
        account, place, ("capture", 10_000, "4200001"), ("refund", 4_000, "5030001"),
        currency="CNY", ref="4200001",
    )  # fmt: skip

    take_in(account, f"{TRADES}\n{PAID}\n{BACK}\n".encode(), StatementFormat.WECHAT_TRADES)
    take_in(account, FUNDS.encode(), StatementFormat.WECHAT_FUNDS)

    assert not differing(account)
    told = list_payment_lines(actor=SYSTEM, payment_key=paid.key)
    assert sorted((str(one.book), str(one.kind)) for one in told) == [
        ("funds", "capture"), ("funds", "fee"), ("funds", "refund"), ("trades", "capture"),
        ("trades", "refund"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_fees_of_alipay_come_as_rows_of_their_own():
    account, place = make_account("alipay", fee_rate="0.006", returns_fee=True)
    make_payment(
        account, place, ("capture", 10_000, "2026110222"), ("refund", 4_000, "2026110222:x"),
        currency="CNY", ref="2026110222",
    )  # fmt: skip

    take_in(account, ALIPAY.encode("gbk"), StatementFormat.ALIPAY_FUNDS)
    assert not differing(account)

    draft = TermsDraft(fee_rate=get_terms(actor=SYSTEM, account_id=account.id).terms.fee_rate / 2)
    save_terms(actor=SYSTEM, account_id=account.id, draft=draft, now=DAY)
    assert differing(account) == [("fee_unexpected", 30, 36)]


@pytest.mark.django_db
def test_a_payment_is_found_by_our_own_number():
    account, place = make_account("wechat")
    payment = uuid4()
    make_payment(
        account, place, ("capture", 10_000, ""), currency="CNY", ref="", payment_id=payment
    )

    take_in(
        account, f"{TRADES}\n{PAID.replace('0199', payment.hex)}\n".encode(),
        StatementFormat.WECHAT_TRADES,
    )  # fmt: skip

    assert not differing(account)


@pytest.mark.django_db
def test_a_payout_arrives_late_or_never():
    account, _ = make_account(payout_days=2)
    payout = {"reporting_category": "payout", "gross": "-49.05", "payout_id": "po_12345678"}
    take_in(account, stripe_file(payout))
    reconcile(account, days=9)
    assert not differing(account)  # no statement of a bank reaches back to it

    bank = {"account_id": None, "company_key": account.company_key}
    before = CAMT.replace("PO12345678", "other").replace("49.05", "1.00").replace("11-04", "11-01")
    before = before.replace("B1", "B0")
    take_in(account, before.encode(), BANK, days=2, **bank)
    assert not differing(account)
    reconcile(account, days=3)
    assert differing(account) == [("payout_not_arrived", 4905, 0)]

    take_in(account, CAMT.encode(), BANK, days=4, **bank)
    assert differing(account, DifferenceState.OPEN) == []
    detail = get_difference(actor=SYSTEM, difference_id=first_difference().id)
    assert str(detail.difference.state) == "settled"
    assert [str(one.kind) for one in detail.lines] == ["payout", "credit"]
    assert [str(one.act) for one in detail.notes] == ["settled"]


@pytest.mark.django_db
def test_another_amount_arrives_under_the_number_of_a_payout():
    account, _ = make_account()
    payout = {"reporting_category": "payout", "gross": "-50.05", "payout_id": "po_12345678"}
    take_in(account, stripe_file(payout))

    take_in(account, CAMT.encode(), BANK, account_id=None)

    assert differing(account) == [("payout_differs", 5005, 4905)]


@pytest.mark.django_db
def test_a_difference_is_noted_closed_reopened_and_settles_by_itself():
    account, place = make_account()
    make_payment(account, place, ("capture", 10_000, "c1"))
    take_in(account, stripe_file())
    reconcile(account, days=9)
    found = first_difference()
    act = {"actor": SYSTEM, "difference_id": found.id, "now": DAY}

    note_difference(note="asked the provider", **act)
    closed = close_difference(note="  written off ", **act)
    assert (closed.state, closed.closed_by) == (DifferenceState.CLOSED, SYSTEM.id)
    with pytest.raises(DifferenceStateError):
        close_difference(note="again", **act)
    reconcile(account, days=10)
    assert differing(account, DifferenceState.OPEN) == []
    assert not unaccounted_cents()

    reopen_difference(note="it came", **act)
    with pytest.raises(DifferenceStateError):
        reopen_difference(note="again", **act)
    for note in ("", " ", "x" * 2001, "a\x00"):
        with pytest.raises(StatementFieldError):
            note_difference(note=note, **act)
    take_in(account, stripe_file(CHARGE), days=11)

    detail = get_difference(actor=SYSTEM, difference_id=found.id)
    assert [(str(one.act), one.note) for one in detail.notes] == [
        ("noted", "asked the provider"), ("closed", "written off"), ("reopened", "it came"),
        ("settled", ""),
    ]  # fmt: skip
    assert detail.entry.reference == "order-1"
    assert [one.provider_id for one in detail.lines] == ["c1"]
    filters = AuditFilters(subject=encode("dif", found.id))
    kept = list_entries(actor=SYSTEM, filters=filters).items
    assert {one.action for one in kept} == {
        "payments.difference_noted", "payments.difference_closed", "payments.difference_reopened"
    }  # fmt: skip


@pytest.mark.django_db
def test_a_closed_difference_whose_figures_change_is_open_again():
    account, place = make_account()
    paid = make_payment(account, place, ("capture", 10_000, "c1"))
    take_in(account, stripe_file(CHARGE | {"gross": "99.00"}))
    close_difference(actor=SYSTEM, difference_id=first_difference().id, note="fine", now=DAY)

    Entry.objects.filter(payment=paid, kind="capture").update(amount_minor=9_800)
    reconcile(account, days=1)

    assert differing(account, DifferenceState.OPEN) == [("amount_differs", 9800, 9900)]
    detail = get_difference(actor=SYSTEM, difference_id=first_difference().id)
    assert [str(one.act) for one in detail.notes] == ["closed", "changed"]


@pytest.mark.django_db
def test_days_add_up_to_what_was_taken():
    account, place = make_account(wait_days=3)
    for number, at in enumerate((DAY, DAY, DAY + timedelta(days=5))):
        make_payment(account, place, ("capture", 10_000, f"c{number}"), ref=f"pi_{number}", at=at)
    take_in(account, stripe_file(CHARGE | {"charge_id": "c0"}), days=6)

    day = DAY.date()
    last = day + timedelta(days=9)
    later, earlier = list_settled_days(actor=SYSTEM, first=day, last=last)
    assert (later.total_count, later.waiting_minor, later.matched_minor) == (1, 10_000, 0)
    assert (earlier.total_minor, earlier.matched_minor, earlier.different_minor) == (
        20_000, 10_000, 10_000
    )  # fmt: skip
    assert not list_settled_days(
        actor=SYSTEM, first=day, last=last, company_keys=frozenset({account.company_key + 1})
    )


def person(*companies, places=(), rights=("payments.view", "payments.manage")):
    scope = Scope(places=frozenset(places), companies=frozenset(companies))
    return Actor(ActorKind.PERSON, "per_x", "Somebody", (Grant(frozenset(rights), scope),))


@pytest.mark.django_db
def test_only_who_sees_a_whole_company_sees_its_statements():
    account, place = make_account()
    found = take_in(account, stripe_file(CHARGE))
    difference = first_difference()
    whole = person(account.company_key, places=[place.key])
    part = person(account.company_key)
    looker = person(account.company_key, places=[place.key], rights=("payments.view",))

    assert list_statements(actor=whole).items == (found,)
    assert get_terms(actor=looker, account_id=account.id).since == DAY.date()
    assert not list_statements(actor=part).items
    assert not list_differences(actor=part, filters=DifferenceFilters()).items
    assert not list_settled_days(actor=part, first=DAY.date(), last=DAY.date())
    with pytest.raises(StatementNotFoundError):
        get_statement(actor=part, statement_id=found.id)
    for actor in (part, whole):
        if actor is part:
            with pytest.raises(DifferenceNotFoundError):
                note_difference(actor=actor, difference_id=difference.id, note="x", now=DAY)
        else:
            note_difference(actor=actor, difference_id=difference.id, note="x", now=DAY)
    with pytest.raises(NotAllowedError):
        close_difference(actor=looker, difference_id=difference.id, note="x", now=DAY)
    with pytest.raises(NotAllowedError):
        list_statements(actor=person(account.company_key, rights=()))
    with pytest.raises(AccountNotFoundError):
        save_terms(actor=part, account_id=account.id, draft=TermsDraft(), now=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"form": StatementFormat.ALIPAY_FUNDS},
        {"form": StatementFormat.CAMT053},
        {"account_id": None},
        {"form": StatementFormat.BANK_CSV, "account_id": None},
    ],
)
def test_a_file_is_of_an_account_that_has_such_files(changes):
    account, _ = make_account()

    with pytest.raises(StatementFieldError):
        take_in(account, stripe_file(), **changes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"wait_days": -1}, {"payout_days": 91}, {"fee_rate": Decimal("1.1")},
        {"fee_rate": Decimal("NaN")}, {"fee_rate": Decimal("0.000000001")}, {"fee_fixed_minor": -1},
    ],
)  # fmt: skip
def test_terms_that_nobody_agrees_are_refused(changes):
    account, _ = make_account()
    with pytest.raises(StatementFieldError):
        save_terms(actor=SYSTEM, account_id=account.id, draft=TermsDraft(**changes), now=DAY)


@pytest.mark.django_db
def test_companies_with_statements_are_reconciled_by_jobs():
    account, _ = make_account()
    make_account(code="south")
    assert queue_reconciliations() == 0

    take_in(account, stripe_file())

    assert queue_reconciliations() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_store_it_once():
    account, place = make_account()
    make_payment(account, place, ("capture", 10_000, "c1"))
    content = stripe_file(CHARGE)

    def run(_):
        try:
            return take_in(account, content)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, range(2)))

    assert sorted(one.is_repeat for one in found) == [False, True]
    assert len({one.id for one in found}) == 1
    assert (Statement.objects.count(), Line.objects.count()) == (1, 2)
    assert not [*unaccounted_cents(), *matched_otherwise()]
