"""Subscriptions on their pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_fulfilment import sell
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.facade import get_live_order
from quanqu.sell.subscriptions.contracts import Every, ItemDraft, PlanDraft, PlanState
from quanqu.sell.subscriptions.facade import begin_subscription, get_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world: World):
    item = get_live_order(actor=SYSTEM, order_id=sell(world).id).lines[0].variant_key
    day = utc_now().date() + timedelta(days=5)
    draft = PlanDraft(new_id(), world.places["store"].key, (ItemDraft(item, 2),), 2, Every.WEEK,
                      day, "invoice")  # fmt: skip
    return begin_subscription(actor=SYSTEM, draft=draft, now=utc_now())


def read(plan):
    return get_subscription(actor=SYSTEM, subscription_id=plan.id).row


def test_a_subscription_is_listed_and_everything_is_done_on_its_page(world: World, plan) -> None:
    client = signed_in(world.owner)
    page = reverse("console:subscription", args=[encode("sub", plan.id)])
    assert page in client.get(reverse("console:subscriptions")).content.decode()
    assert "every 2 weeks" in show(client, page).text
    skip = {"act": "skip", "due_on": plan.next_on.isoformat()}
    for _ in range(2):  # the button pressed twice
        assert client.post(page, skip).status_code == 302
    assert read(plan).next_on == plan.next_on + timedelta(days=14)
    change = {"act": "change", "every": "1", "unit": "month", "on_short": "skip_item",
              "next_on": plan.next_on.isoformat()}  # fmt: skip
    for more in ({"every": "0"}, {"every": "x"}, {"next_on": "2001-01-01"}):
        assert client.post(page, change | more).status_code == 422
    assert client.post(page, change).status_code == 302
    assert (read(plan).unit, read(plan).next_on) == (Every.MONTH, plan.next_on)
    client.post(page, {"act": "pause", "reason": "a long holiday"})
    assert "a long holiday" in show(client, page).text
    client.post(page, {"act": "resume"})
    assert read(plan).state is PlanState.ACTIVE
    client.post(page, {"act": "end"})
    assert read(plan).state is PlanState.ENDED
    assert client.post(page, {"act": "resume"}).status_code == 422
    assert 'value="skip"' not in client.get(page).content.decode()


def test_who_may_not_manage_orders_changes_nothing(world: World, plan) -> None:
    store = world.places["store"]
    clerk: Client = signed_in(make_person("C", role=RoleCode.ASSOCIATE, unit_id=store.id))
    page = reverse("console:subscription", args=[encode("sub", plan.id)])
    assert 'value="pause"' not in clerk.get(page).content.decode()
    assert clerk.post(page, {"act": "pause"}).status_code == 403
    assert read(plan).state is PlanState.ACTIVE
