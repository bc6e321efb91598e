"""One delivery that is due, taken up by many workers at once."""

from datetime import timedelta

import pytest
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.sell.checkout.test_races import at_once
from tests.sell.subscriptions.test_subscriptions import TODAY, begin, read

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.checkout.models import Order
from quanqu.sell.subscriptions.contracts import DeliveryState
from quanqu.sell.subscriptions.facade import deliver_due, skip_delivery
from quanqu.sell.subscriptions.queries import deliveries_unlike_the_orders

pytestmark = pytest.mark.django_db(transaction=True)


def make_shop():
    shop = make_open_shop(50)
    for sku in ("tea", "cup"):
        show(shop.items[sku].key, shop.store.key, now=NOW, price_minor=500, currency="CNY")
    return shop


def test_many_workers_make_one_order_of_each():
    shop = make_shop()
    rows = [begin(shop) for _ in range(3)]
    at_once(lambda _: deliver_due(now=NOW), range(4))
    deliver_due(now=NOW + timedelta(hours=1))
    assert Order.objects.count() == 3
    assert {read(row).row.next_on for row in rows} == {TODAY + timedelta(days=14)}
    assert not [*breaches(), *deliveries_unlike_the_orders()]


def test_a_delivery_is_skipped_or_ordered():
    shop = make_shop()
    row = begin(shop)

    def act(what):
        try:
            if what == "skip":
                skip_delivery(actor=SYSTEM, subscription_id=row.id, due_on=TODAY, now=NOW)
            else:
                deliver_due(now=NOW)
        except RefusedError:
            return False
        return True

    at_once(act, ["skip", "deliver"])
    deliver_due(now=NOW + timedelta(hours=1))
    (one,) = read(row).deliveries
    assert (one.state is DeliveryState.PLACED) == (Order.objects.count() == 1)
    assert read(row).row.next_on == TODAY + timedelta(days=14)
    assert not [*breaches(), *deliveries_unlike_the_orders()]
