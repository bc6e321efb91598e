"""Two importers at once: whatever their interleaving, the result is that of one after the other."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from tests.builders.orders import NOW, make_batch, make_line, make_order, make_places, make_refund

from quanqu.sell.orders.contracts import RecordOutcome
from quanqu.sell.orders.facade import record_orders
from quanqu.sell.orders.models import Order, OrderLine, Refund

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread with a connection of its own, from one starting line."""
    line, results = threading.Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        try:
            line.wait()
            results[at] = works[at]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_the_same_orders_from_four_importers_are_recorded_once() -> None:
    shop = make_places()["shop"]
    orders = [make_order(shop, external_id=str(number)) for number in range(300)]
    batches = [make_batch(orders), make_batch(orders[::-1])] * 2

    found = at_once(
        *(lambda b=batch: record_orders(batch=b, source="shop", now=NOW) for batch in batches)
    )

    assert sum(outcome.created for outcome in found) == 300
    assert sum(outcome.created + outcome.unchanged for outcome in found) == 1200
    assert (Order.objects.count(), OrderLine.objects.count()) == (300, 300)


def test_two_versions_of_the_same_orders_leave_one_whole_version() -> None:
    shop = make_places()["shop"]
    for round_ in range(5):
        versions = [
            [
                make_order(
                    shop,
                    external_id=f"{round_}-{number}",
                    lines=[make_line(sku=f"V{version}")] * (version + 1),
                )
                for number in range(40)
            ]
            for version in range(2)
        ]
        batches = [make_batch(versions[0]), make_batch(versions[1][::-1])]
        at_once(
            *(lambda b=batch: record_orders(batch=b, source="shop", now=NOW) for batch in batches)
        )

    for order in Order.objects.all():
        skus = list(OrderLine.objects.filter(order=order).values_list("sku", flat=True))
        assert skus in (["V0"], ["V1", "V1"])
        assert order.total_minor == 2500 * len(skus)


def test_refunds_at_once_never_exceed_what_was_captured() -> None:
    shop = make_places()["shop"]
    record_orders(batch=make_batch([make_order(shop)]), source="shop", now=NOW)
    batches = [
        make_batch(refunds=[make_refund(shop, external_id=f"R{at}", amount_minor=1000)])
        for at in range(4)
    ]

    found: list[RecordOutcome] = at_once(
        *(lambda b=batch: record_orders(batch=b, source="shop", now=NOW) for batch in batches)
    )

    assert sum(outcome.refunds_created for outcome in found) == 2
    assert (Refund.objects.count(), Order.objects.get().refunded_minor) == (2, 2000)


def test_orders_and_refunds_of_each_other_do_not_lock_each_other_out() -> None:
    shop = make_places()["shop"]
    first = [make_order(shop, external_id=f"A{at}") for at in range(60)]
    second = [make_order(shop, external_id=f"B{at}") for at in range(60)]
    record_orders(batch=make_batch(first + second), source="shop", now=NOW)

    def crossed(orders: list[dict[str, Any]], others: str, status: str) -> RecordOutcome:
        changed = [order | {"status": status} for order in orders]
        refunds = [
            make_refund(
                shop,
                external_id=f"{status}-{at}",
                order_external_id=f"{others}{at}",
                amount_minor=9,
            )
            for at in range(60)
        ]
        return record_orders(batch=make_batch(changed, refunds), source="shop", now=NOW)

    found = at_once(
        lambda: crossed(first, "B", "shipped"), lambda: crossed(second, "A", "delivered")
    )

    assert [(outcome.updated, outcome.refunds_created) for outcome in found] == [(60, 60), (60, 60)]


def test_a_batch_that_is_rolled_back_leaves_nothing() -> None:
    shop = make_places()["shop"]

    def record_and_fail() -> None:
        with transaction.atomic():
            record_orders(batch=make_batch([make_order(shop)]), source="shop", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        record_and_fail()
    assert not Order.objects.exists()
