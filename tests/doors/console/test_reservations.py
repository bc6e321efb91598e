"""The pickup desk sells what was reserved and tried."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.checkout import breaches
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    LiveOrder,
    LiveState,
    OrderDraft,
)
from quanqu.sell.checkout.facade import get_live_order, pickup_code_of, place_order
from quanqu.sell.payments.facade import get_payments

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def reserve(world: World, units: int = 3) -> LiveOrder:
    """Keep mugs at the store for Ada Lovelace."""
    store = world.places["store"]
    ref = variants_by_sku(skus=[(store.company_key, "MUG-W")])[store.company_key, "MUG-W"]
    stock(store, Item(ref.key, ref.id, "MUG-W"), 10)
    draft = OrderDraft(
        id=uuid4(),
        place_key=store.key,
        currency="GBP",
        lines=(LineDraft(ref.key, units, store.key, 900),),
        tenders=(),
        delivery=Delivery.PICKUP,
        pickup_place_key=store.key,
        contact=ContactDraft(name="Ada Lovelace"),
        is_reservation=True,
    )
    return place_order(actor=SYSTEM, draft=draft, now=utc_now())


def address(placed: LiveOrder) -> str:
    return reverse("console:reservation", args=[encode("ord", placed.id)])


def desk(world: World) -> str:
    return f"{reverse('console:pickups')}?place={world.places['store'].id}"


def text_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def payments_of(placed: LiveOrder) -> list[tuple[str, int]]:
    name = encode("ord", placed.id)
    found = get_payments(actor=SYSTEM, references=[name])[name]
    return sorted((one.tender, one.amount_minor) for one in found)


def test_the_desk_finds_a_reservation_counts_and_sells_it_once(
    world: World, client: Client
) -> None:
    placed = reserve(world)
    code = pickup_code_of(actor=SYSTEM, order_id=placed.id)
    listed = text_of(client.get(desk(world)))
    assert placed.number in listed
    assert "A*** L***" in listed
    assert "Nothing waits" not in listed
    found = text_of(client.post(desk(world), {"q": code}))
    assert f'value="{code}"' in found
    opened = text_of(client.post(address(placed), {"act": "open", "code": code}))
    assert f'value="{code}"' in opened
    assert "27.00" in opened
    counted = text_of(client.post(address(placed), {"act": "count", "code": code, "n-1": "2"}))
    assert 'name="counted" value="18.00"' in counted
    once = re.search(r'name="once" value="([0-9a-f]{32})"', counted)
    assert once
    sale = {
        "act": "buy", "code": code, "n-1": "2", "counted": "18.00", "once": once.group(1),
        "tender-1": "cash", "amount-1": "", "tender-2": "invoice", "amount-2": "5.00",
    }  # fmt: skip
    for _ in range(2):  # the button pressed twice
        answer = client.post(address(placed), sale)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (
            302,
            reverse("console:pickups"),
        )
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.COMPLETED
    assert payments_of(placed) == [("cash", 1_300), ("invoice", 500)]
    assert "It is paid and handed over" in text_of(client.get(answer["Location"]))
    assert client.get(address(placed)).status_code == 404
    assert breaches() == []


def test_what_does_not_fit_is_told_where_it_was_typed(world: World, client: Client) -> None:
    placed = reserve(world)
    code = pickup_code_of(actor=SYSTEM, order_id=placed.id)
    sale = {"act": "buy", "code": code, "n-1": "1", "counted": "9.00", "tender-1": "cash"}
    wrong = [
        ({"code": "x"}, "not the pickup code"),
        ({"n-1": "2"}, "The payments make 9.00, the order 18.00"),
        ({"n-1": "9"}, "of line 1 0 to 3 units can be bought"),
        ({"n-1": "x"}, "of line 1 0 to 3 units can be bought"),
        ({"amount-1": "much"}, "much"),
        ({"tender-1": "card"}, "was refused"),
        ({"tender-1": "", "counted": ""}, "The payments make 0.00, the order 9.00"),
    ]
    for more, told in wrong:
        answer = client.post(address(placed), sale | more)
        assert answer.status_code == 422, more
        assert told in text_of(answer), more
    assert payments_of(placed) == []
    done = client.post(address(placed), {"act": "nothing", "code": code})
    assert done.status_code == 302
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CANCELLED
    ended = text_of(client.get(address(placed)))
    assert "the goods are free again" in ended
    assert 'value="buy"' not in ended
    again = client.post(address(placed), sale)
    assert again.status_code == 302
    assert "it has ended" in text_of(client.get(again["Location"]))
    assert breaches() == []


def test_an_associate_of_the_store_sells_and_one_of_elsewhere_sees_nothing(world: World) -> None:
    placed = reserve(world)
    code = pickup_code_of(actor=SYSTEM, order_id=placed.id)
    store, others = world.places["store"], list(world.places.values())
    here = make_person("Here", unit_id=store.id, role=RoleCode.ASSOCIATE)
    away = next(one for one in others if one.key != store.key)
    there = make_person("There", unit_id=away.id, role=RoleCode.ASSOCIATE)
    sale = {"act": "buy", "code": code, "n-1": "1", "counted": "9.00", "tender-1": "cash"}
    assert signed_in(there).get(address(placed)).status_code == 404
    for act in ("buy", "nothing", "count", ""):
        assert signed_in(there).post(address(placed), sale | {"act": act}).status_code == 404
    assert signed_in(here).post(address(placed), sale).status_code == 302
    assert payments_of(placed) == [("cash", 900)]


def test_how_long_a_store_keeps_is_set_at_the_desk(world: World, client: Client) -> None:
    rule = f"{reverse('console:reserve_rule')}?place={world.places['store'].id}"
    client.post(rule, {"hours": "24"})
    assert 'name="hours" inputmode="numeric" maxlength="3" value="24"' in text_of(
        client.get(desk(world))
    )
    client.post(rule, {"hours": "999"})
    assert "goods are kept for 1 to 168 hours" in text_of(client.get(desk(world)))
