"""Refunds: linked to their order, kept within what it captured."""

from datetime import date

import pytest
from tests.builders.orders import make_order, make_places, make_refund, make_subject, record

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.laws.facade import laws
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import (
    LineKind,
    OrderFilters,
    RecordOutcome,
    RefundFilters,
    RefundKind,
    RejectCode,
)
from quanqu.sell.orders.facade import get_order, list_orders, list_refunds
from quanqu.sell.orders.models import Order, OrderLine, Refund

pytestmark = pytest.mark.django_db


def refused(outcome: RecordOutcome) -> list[tuple[str, RejectCode]]:
    return [(found.external_id, found.code) for found in outcome.rejected]


def test_a_refund_is_linked_to_its_order_and_takes_its_buyer() -> None:
    shop = make_places()["shop"]
    buyer = make_subject("ada@example.com")
    lines = [{"sku": "MUG-W", "quantity": 1, "amount_minor": 1250}]
    outcome = record(
        make_order(shop, subject_key=buyer), refunds=[make_refund(shop, lines=lines, reason="chip")]
    )

    assert (outcome.created, outcome.refunds_created, outcome.rejected) == (1, 1, ())
    (refund,) = list_refunds(actor=SYSTEM, filters=RefundFilters()).items
    (order,) = list_orders(actor=SYSTEM, filters=OrderFilters()).items
    assert (refund.order_id, refund.subject_key, refund.reason) == (order.id, buyer, "chip")
    assert (refund.amount, refund.kind) == (Money(1250, "GBP"), RefundKind.RETURN)
    assert [(line.sku, line.quantity) for line in refund.lines] == [("MUG-W", 1)]
    assert refund.lines[0].variant_key == OrderLine.objects.get().variant_key
    assert order.refunded.minor == 1250
    assert get_order(actor=SYSTEM, order_id=order.id).refunds == (refund,)


def test_the_same_refund_again_changes_nothing() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), refunds=[make_refund(shop)])
    before = list(Refund.objects.values())

    assert record(refunds=[make_refund(shop)]) == RecordOutcome(refunds_unchanged=1)
    assert list(Refund.objects.values()) == before


def test_a_refund_is_of_its_own_area_or_else_of_its_orders() -> None:
    shop = make_places()["shop"]
    refunds = [
        make_refund(shop, external_id="R1", amount_minor=1),
        make_refund(shop, external_id="R2", amount_minor=1, country="DE"),
        make_refund(shop, external_id="R3", order_external_id=None, city="Leith"),
        make_refund(shop, external_id="R4", order_external_id="other"),
    ]
    record(make_order(shop, country="GB", region="Kent", city="Deal"), refunds=refunds)

    def areas() -> dict[str, tuple[str, str, str]]:
        rows = list_refunds(actor=SYSTEM, filters=RefundFilters()).items
        return {row.external_id: (row.country, row.region, row.city) for row in rows}

    known = {"R2": ("DE", "", ""), "R3": ("", "", "Leith"), "R4": ("", "", "")}
    assert areas() == known | {"R1": ("GB", "Kent", "Deal")}
    record(make_order(shop, country="IE"))
    assert areas() == known | {"R1": ("IE", "", "")}


def test_a_refund_with_another_area_is_changed() -> None:
    shop = make_places()["shop"]
    record(refunds=[make_refund(shop)])

    for area in ({"country": "DE"}, {"region": "DE"}, {"city": "DE"}, {}):
        assert record(refunds=[make_refund(shop, **area)]) == RecordOutcome(refunds_updated=1)
        told = Refund.objects.values("country", "region", "city").get()
        assert told == {"country": "", "region": "", "city": ""} | area


def test_lines_that_do_not_make_the_amount_get_one_that_does() -> None:
    shop = make_places()["shop"]
    lines = [{"sku": "MUG-W", "quantity": 1, "amount_minor": 1000}]
    record(refunds=[make_refund(shop, order_external_id=None, lines=lines)])

    (refund,) = list_refunds(actor=SYSTEM, filters=RefundFilters(is_linked=False)).items
    assert [(line.kind, line.amount.minor) for line in refund.lines] == [
        (LineKind.GOODS, 1000),
        (LineKind.ADJUSTMENT, 250),
    ]


def test_refunds_beyond_what_was_captured_are_refused() -> None:
    shop = make_places()["shop"]
    record(make_order(shop))
    outcome = record(
        refunds=[
            make_refund(shop, external_id="R1", amount_minor=2000),
            make_refund(shop, external_id="R2", amount_minor=501),
            make_refund(shop, external_id="R3", amount_minor=500),
            make_refund(shop, external_id="R4", amount_minor=-900, kind="adjustment"),
        ]
    )

    assert refused(outcome) == [("R2", RejectCode.REFUND_EXCEEDS_CAPTURES)]
    assert Order.objects.get().refunded_minor == 2500


def test_only_captured_payments_can_be_given_back() -> None:
    shop = make_places()["shop"]
    payments = [
        {"amount_minor": 1000, "status": "captured"},
        {"amount_minor": 1500, "status": "authorized"},
    ]
    outcome = record(
        make_order(shop, payments=payments), refunds=[make_refund(shop, amount_minor=1001)]
    )

    assert refused(outcome) == [("R1", RejectCode.REFUND_EXCEEDS_CAPTURES)]


def test_a_changed_refund_counts_once_and_one_that_does_not_fit_stays_as_it_was() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), refunds=[make_refund(shop, amount_minor=1500)])

    outcome = record(
        refunds=[
            make_refund(shop, external_id="R2", amount_minor=1500),
            make_refund(shop, amount_minor=1000),
        ]
    )
    assert (outcome.refunds_created, outcome.refunds_updated) == (1, 1)
    assert Order.objects.get().refunded_minor == 2500

    outcome = record(refunds=[make_refund(shop, amount_minor=1001)])
    assert refused(outcome) == [("R1", RejectCode.REFUND_EXCEEDS_CAPTURES)]
    assert Refund.objects.get(external_id="R1").amount_minor == 1000


def test_a_refund_that_moves_to_another_order_leaves_the_first() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), make_order(shop, external_id="1002"), refunds=[make_refund(shop)])

    record(refunds=[make_refund(shop, order_external_id="1002")])

    assert dict(Order.objects.values_list("external_id", "refunded_minor")) == {
        "1001": 0,
        "1002": 1250,
    }


def test_a_refund_may_come_before_its_order() -> None:
    shop = make_places()["shop"]
    buyer = make_subject("ada@example.com")
    record(refunds=[make_refund(shop), make_refund(shop, external_id="R2", amount_minor=99_999)])
    record(make_order(shop, subject_key=buyer))

    order = Order.objects.get()
    assert order.refunded_minor == 1250
    assert list(Refund.objects.order_by("key").values_list("order_id", "subject_key")) == [
        (order.key, buyer),
        (None, None),
    ]


def test_an_order_is_not_changed_to_capture_less_than_it_gave_back() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), refunds=[make_refund(shop)])
    cheaper = make_order(shop, lines=[{"sku": "MUG-W", "quantity": 1, "amount_minor": 1249}])

    outcome = record(cheaper)

    assert [(r.entity, r.code, r.detail) for r in outcome.rejected] == [
        ("order", RejectCode.CAPTURES_BELOW_REFUNDS, "captured 1249, refunded 1250")
    ]
    assert Order.objects.get().total_minor == 2500
    assert OrderLine.objects.get().amount_minor == 2500


def test_bad_refunds_are_named() -> None:
    places = make_places()
    shop, market = places["shop"], places["market"]
    record(make_order(shop))
    outcome = record(
        refunds=[
            make_refund(shop, external_id="a", amount_minor=None),
            make_refund(shop, external_id="b", amount_minor=-1),
            make_refund(shop, external_id="c", kind="gift"),
            make_refund(shop, external_id="d", currency="EUR"),
            make_refund(shop, external_id="e", company_key=market.company_key),
            make_refund(shop, external_id="f", refunded_at=None),
            make_refund(shop, external_id="g", amount_minor=10**16),
        ]
    )

    assert sorted(refused(outcome)) == [
        ("a", RejectCode.MISSING_FIELD),
        ("b", RejectCode.NEGATIVE_AMOUNT),
        ("c", RejectCode.UNKNOWN_KIND),
        ("d", RejectCode.CURRENCY_DIFFERS),
        ("e", RejectCode.UNKNOWN_PLACE),
        ("f", RejectCode.MISSING_FIELD),
        ("g", RejectCode.AMOUNT_TOO_LARGE),
    ]
    assert not Refund.objects.exists()


def test_refunds_are_listed_by_what_they_are() -> None:
    places = make_places()
    shop, store = places["shop"], places["store"]
    record(
        refunds=[
            make_refund(shop, external_id="a", business_date=date(2026, 12, 1)),
            make_refund(shop, external_id="b", kind="cancellation"),
            make_refund(store, external_id="c"),
        ]
    )

    def ids(**filters: object) -> set[str]:
        found = list_refunds(actor=SYSTEM, filters=RefundFilters(**filters))
        return {row.external_id for row in found.items}

    assert ids() == {"a", "b", "c"}
    assert ids(kinds=frozenset({RefundKind.CANCELLATION})) == {"b"}
    assert ids(place_keys=frozenset({store.key})) == {"c"}
    assert ids(last=date(2026, 12, 1)) == {"a"}
    assert ids(text="c") == {"c"}
    page = list_refunds(actor=SYSTEM, filters=RefundFilters(), limit=2)
    rest = list_refunds(actor=SYSTEM, filters=RefundFilters(), cursor=page.next_cursor, limit=2)
    assert {row.external_id for row in (*page.items, *rest.items)} == {"a", "b", "c"}
    assert rest.next_cursor is None


def test_the_laws_hold_and_see_what_breaks_them() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), refunds=[make_refund(shop)])
    mine = {law.code: law for law in laws() if law.code.startswith(("L2.order_", "L2.refund"))}
    assert {code: list(law.check()) for code, law in mine.items()} == {
        "L2.order_parts": [],
        "L2.order_totals": [],
        "L2.refund_totals": [],
        "L2.refunds_within_captures": [],
    }

    OrderLine.objects.update(amount_minor=2400)
    Order.objects.update(refunded_minor=0)

    assert "total 2500, lines 2400" in mine["L2.order_totals"].check()[0]
    assert "refunds 1250, noted 0" in mine["L2.refunds_within_captures"].check()[0]
