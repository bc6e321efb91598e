"""Which orders of a customer wait for something, and on which days a customer bought."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import (
    PLACED,
    make_clerk,
    make_order,
    make_places,
    make_refund,
    make_subject,
    record,
)

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import Unfinished, UnfinishedOrder
from quanqu.sell.orders.facade import list_order_days, list_unfinished_orders

pytestmark = pytest.mark.django_db

PENDING = [{"amount_minor": 2500, "currency": "GBP", "status": "pending"}]
PAID = [{"amount_minor": 2500, "currency": "GBP", "status": "captured"}]


def _found(*subjects: int, actor: Actor = SYSTEM) -> dict[str, UnfinishedOrder]:
    found = list_unfinished_orders(actor=actor, subject_keys=subjects)
    return {one.order.external_id: one for one in found}


def test_an_order_waits_for_money_or_goods_until_it_is_sent() -> None:
    shop, ada = make_places()["shop"], make_subject("ada@example.com")
    for at, (status, payments) in enumerate(
        [("placed", PENDING), ("placed", PAID), ("paid", PAID), ("processing", PAID)]
    ):
        record(make_order(shop, external_id=f"w{at}", subject_key=ada, status=status,
                          payments=payments, placed_at=PLACED + timedelta(hours=at)))  # fmt: skip
    for status in ("draft", "shipped", "delivered", "completed"):
        record(make_order(shop, external_id=status, subject_key=ada, status=status))

    found = _found(ada)

    assert [(key, one.waits_for) for key, one in found.items()] == [
        ("w0", Unfinished.UNPAID),
        ("w1", Unfinished.UNFULFILLED),
        ("w2", Unfinished.UNFULFILLED),
        ("w3", Unfinished.UNFULFILLED),
    ]
    assert {one.amount for one in found.values()} == {Money(2500, "GBP")}


def test_a_placed_order_of_which_no_payment_was_told_is_not_said_to_be_unpaid() -> None:
    shop, ada = make_places()["shop"], make_subject("ada@example.com")
    record(make_order(shop, subject_key=ada, status="placed"))

    assert _found(ada)["1001"].waits_for is Unfinished.UNFULFILLED


def test_a_cancelled_order_waits_until_what_was_taken_is_given_back() -> None:
    shop, ada = make_places()["shop"], make_subject("ada@example.com")
    gone = [{"amount_minor": 2500, "currency": "GBP", "status": "refunded"}]
    cancelled = {"subject_key": ada, "status": "cancelled"}
    record(
        make_order(shop, external_id="held", payments=PAID, **cancelled),
        make_order(shop, external_id="part", payments=PAID, **cancelled),
        make_order(shop, external_id="back", payments=PAID, **cancelled),
        make_order(shop, external_id="refunded", payments=gone, **cancelled),
        make_order(shop, external_id="never", payments=PENDING, **cancelled),
        make_order(shop, external_id="untold", **cancelled),
        refunds=[
            make_refund(shop, external_id="R1", order_external_id="part", amount_minor=1000),
            make_refund(shop, external_id="R2", order_external_id="back", amount_minor=2500),
        ],
    )

    found = _found(ada)

    assert {key: one.amount.minor for key, one in found.items()} == {"held": 2500, "part": 1500}
    assert {one.waits_for for one in found.values()} == {Unfinished.REFUND_DUE}


def test_another_company_s_orders_and_another_s_are_not_seen() -> None:
    places = make_places()
    ada, bo = make_subject("ada@example.com"), make_subject("bo@example.com")
    record(
        make_order(places["shop"], external_id="own", subject_key=ada, status="paid"),
        make_order(places["market"], external_id="other", subject_key=ada, status="paid"),
        make_order(places["shop"], external_id="bo", subject_key=bo, status="paid"),
    )
    clerk = make_clerk(places["shop"])

    assert set(_found(ada)) == {"own", "other"}
    assert set(_found(ada, actor=clerk)) == {"own"}
    assert list_order_days(actor=clerk, subject_keys=[ada]) == (date(2026, 11, 20),)
    nobody = make_clerk(places["shop"], permissions=["customers.view"])
    for question in (list_unfinished_orders, list_order_days):
        with pytest.raises(NotAllowedError):
            question(actor=nobody, subject_keys=[ada])


def test_days_of_sales_are_told_once_and_in_order() -> None:
    shop, ada = make_places()["shop"], make_subject("ada@example.com")
    days = [date(2026, 3, 9), date(2026, 1, 5), date(2026, 3, 9)]
    record(
        *(
            make_order(shop, external_id=f"d{at}", subject_key=ada, business_date=day)
            for at, day in enumerate(days)
        ),
        make_order(shop, external_id="no", subject_key=ada, status="cancelled",
                   business_date=date(2026, 5, 1)),
    )  # fmt: skip

    found = list_order_days(actor=SYSTEM, subject_keys=[ada])

    assert found == (date(2026, 1, 5), date(2026, 3, 9))


def test_each_question_is_one_query_whatever_there_is() -> None:
    shop, ada = make_places()["shop"], make_subject("ada@example.com")
    many = [make_order(shop, external_id=f"m{at}", subject_key=ada, status="paid",
                       payments=PAID) for at in range(12)]  # fmt: skip
    record(*many)

    with CaptureQueriesContext(connection) as queries:
        assert len(list_unfinished_orders(actor=SYSTEM, subject_keys=[ada])) == 12
        assert len(list_order_days(actor=SYSTEM, subject_keys=[ada])) == 1

    assert len(queries) == 2
