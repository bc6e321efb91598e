"""Orders, timeline and audiences follow a merge and its undoing, as facts carry subjects."""

from pathlib import Path
from uuid import UUID

import pytest
from tests.builders import orders
from tests.builders.lake import own_lake
from tests.builders.org import SYSTEM

from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.audiences.facade import count_audience
from quanqu.know.customers.facade import (
    find_customers,
    get_customer,
    merge_customers,
    withdraw_evidence,
)
from quanqu.know.timeline.contracts import EventFilters
from quanqu.know.timeline.facade import list_events, settle_everything
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import customer_totals, list_orders

__all__ = ["own_lake"]

TWICE = {
    "version": 1,
    "match": {"kind": "event", "event": "Order Completed", "op": "gte", "value": 2},
}


def _seen(customer_id: UUID) -> tuple[int, int, int, int]:
    """Return how many orders, their sum, how many events, and whether they are in the audience."""
    publish_dirty(now=orders.NOW)
    subjects = get_customer(actor=SYSTEM, customer_id=customer_id).subject_keys
    sold = list_orders(actor=SYSTEM, filters=OrderFilters(subject_keys=frozenset(subjects)))
    (total,) = customer_totals(actor=SYSTEM, subject_keys=frozenset(subjects))
    events = list_events(actor=SYSTEM, filters=EventFilters(subject_keys=tuple(subjects)))
    members = count_audience(actor=SYSTEM, definition=TWICE, as_of=orders.NOW.date())
    return len(sold.items), total.order_count, len(events.items), members


@pytest.mark.django_db
def test_facts_follow_a_merge_and_its_undoing(own_lake: Path) -> None:
    place = orders.make_places()["shop"]
    emails = ("ann@shop.org", "bea@shop.org")
    sold = [
        orders.make_order(place, external_id=email, subject_key=orders.make_subject(email))
        for email in emails
    ]
    orders.record(*sold, source="test", now=orders.NOW)
    settle_everything(now=orders.NOW)
    ann, bea = (find_customers(actor=SYSTEM, value=email)[0].id for email in emails)
    assert _seen(ann) == (1, 1, 1, 0)

    evidence = merge_customers(actor=SYSTEM, customer_id=ann, other_id=bea, now=orders.NOW)
    assert _seen(ann) == _seen(bea) == (2, 2, 2, 1)

    withdraw_evidence(actor=SYSTEM, evidence_key=evidence, now=orders.NOW)
    assert _seen(ann) == _seen(bea) == (1, 1, 1, 0)
