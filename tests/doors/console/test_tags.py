"""Tags on the console: what they mean, and how far they reach."""

import pytest
from tests.builders.console import World
from tests.builders.http import signed_in

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import assign_tag, list_tag_definitions

pytestmark = pytest.mark.django_db

TAGS = "/customers/tag-list"


def test_a_tag_is_defined_and_leads_to_its_customers(world: World) -> None:
    client = signed_in(world.owner)
    assert "No tag yet" in client.get(TAGS).content.decode()
    customer = ids.decode("cus", world.customer_id)
    assign_tag(actor=SYSTEM, tag="tea & cake", customer_ids=[customer], now=utc_now())

    told = {"tag": "tea & cake", "description": "Buys both", "owner": "Loyalty"}
    page = client.post(TAGS, told, follow=True).content.decode()

    assert "The tag tea &amp; cake is defined." in page
    assert "Buys both" in page
    assert "/customers?tag=tea+%26+cake" in page
    listed = client.get("/customers?tag=tea+%26+cake").content.decode()
    assert world.customer_id in listed


def test_a_mistake_is_said_and_what_was_typed_stays(world: World) -> None:
    told = {"tag": " ", "description": "Kept", "owner": "x" * 120}
    answer = signed_in(world.owner).post(TAGS, told)

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "A tag&#x27;s name has 1 to 60 characters." in page
    assert "Kept" in page
    assert list_tag_definitions(actor=SYSTEM) == ()


def test_who_may_only_look_defines_nothing(world: World) -> None:
    client = signed_in(world.viewer)

    assert client.post(TAGS, {"tag": "vip"}).status_code == 403
    assert "Define a tag" not in client.get(TAGS).content.decode()
