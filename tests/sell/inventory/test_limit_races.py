"""Whoever sets a limit and whoever opens a level of the item never wait for each other."""

import threading
import time

import pytest
from django.db import connection, transaction
from tests.builders.goods import make_shop, stock
from tests.builders.stock import NOW
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.facade import limit_buyers
from quanqu.sell.inventory.models import Level

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_limit_is_set_while_levels_of_the_item_are_opened():
    shop = make_shop()
    tea = shop.items["tea"]
    stock(shop.store, tea, 5)
    is_opened = threading.Event()

    def open_elsewhere():
        with transaction.atomic():
            open_levels([(shop.depot.key, tea.key)])
            is_opened.set()
            _until_somebody_waits()
            lock_levels([(shop.store.key, tea.key)])

    def limit():
        assert is_opened.wait(20)
        limit_buyers(
            actor=SYSTEM, company_key=shop.company.key, variant_keys=[tea.key], most=2,
            window_s=60, now=NOW,
        )  # fmt: skip

    at_once(lambda work: work(), [open_elsewhere, limit])

    ruled = Level.objects.filter(variant_key=tea.key).values_list("place_key", "is_ruled")
    assert dict(ruled) == {shop.store.key: True, shop.depot.key: True}


def _until_somebody_waits():
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for the lock")
