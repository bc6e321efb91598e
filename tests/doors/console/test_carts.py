"""Carts in the console: opened at a desk, filled, shared, ordered; by who may."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.catalog import show as listed
from tests.builders.console import NOW, World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.carts.contracts import CartState
from quanqu.sell.carts.facade import get_cart
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.facade import get_live_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(world: World) -> int:
    """Put white mugs into the store, at nine pounds."""
    store = world.places["store"]
    ref = variants_by_sku(skus=[(store.company_key, "MUG-W")])[store.company_key, "MUG-W"]
    stock(store, Item(ref.key, ref.id, "MUG-W"), 10)
    listed(ref.key, store.key, now=NOW, price_minor=900, currency=store.details.currency)
    return ref.key


def test_a_cart_is_filled_at_the_desk_and_becomes_an_order(world: World, mug: int) -> None:
    client = signed_in(world.owner)
    answer = client.post(reverse("console:cart_new"), {"place": world.places["store"].id})
    page: str = answer["Location"]
    acts = f"{page.partition('?')[0]}/acts"
    client.post(acts, {"act": "lines", "add": "MUG-W, 2"})
    assert "MUG-W" in show(client, page).text
    client.post(acts, {"act": "lines", f"n-{mug}-0": "3", f"gift-{mug}-0": "yes"})
    told = client.post(acts, {"act": "lines", "add": "NO-SUCH"}, follow=True)
    assert "No item NO-SUCH was found" in told.content.decode()
    client.post(acts, {"act": "share"})
    found = get_cart(actor=SYSTEM, cart_id=decode("crt", page.split("/carts/")[1].split("?")[0]))
    assert (found.lines[0].quantity, found.lines[0].is_gift) == (3, True)
    assert found.row.share_code in show(client, reverse("console:carts")).text
    assert page.partition("?")[0] in show(client, f"{reverse('console:carts')}?state=open").links

    for _ in range(2):  # the button pressed twice
        client.post(acts, {"act": "order", "delivery": "carry_out", "tender": "cash"})

    row = get_cart(actor=SYSTEM, cart_id=found.row.id).row
    assert row.state is CartState.PLACED
    assert row.order_id is not None
    assert get_live_order(actor=SYSTEM, order_id=row.order_id).lines[0].quantity == 3
    assert "Open the order" in show(client, page).text


def test_who_may_only_look_changes_no_cart(world: World, mug: int) -> None:
    owner = signed_in(world.owner)
    place = {"place": world.places["store"].id}
    page: str = owner.post(reverse("console:cart_new"), place)["Location"]
    clerk = signed_in(
        make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=world.places["store"].id)
    )
    text = clerk.get(page).content.decode()
    assert "Save the cart" not in text
    acts = f"{page.partition('?')[0]}/acts"
    assert clerk.post(acts, {"act": "lines", "add": "MUG-W"}).status_code == 403
    assert clerk.post(reverse("console:cart_new"), place).status_code == 403
    stranger: Client = signed_in(
        make_person("Far", role=RoleCode.STORE_MANAGER, unit_id=world.places["web"].id)
    )
    assert stranger.get(page).status_code == 404
