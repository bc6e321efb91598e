"""Quotes in the console: written, changed, sent, ordered; by who may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.facade import get_live_order
from quanqu.sell.quotes.contracts import QuoteState
from quanqu.sell.quotes.facade import get_quote

pytestmark = pytest.mark.django_db


def typed(world: World, **more: str) -> dict[str, str]:
    until = (utc_now() + timedelta(days=9)).date().isoformat()
    return {"place": world.places["store"].id, "buyer": "Blue Hall", "valid_until": until,
            "lines": "MUG-W, 3, 8.00", "shipping": "", "note": "", "once": "a"} | more  # fmt: skip


def test_a_quote_goes_from_the_form_to_an_order(world: World) -> None:
    store = world.places["store"]
    ref = variants_by_sku(skus=[(store.company_key, "MUG-W")])[store.company_key, "MUG-W"]
    stock(store, Item(ref.key, ref.id, "MUG-W"), 10, now=NOW)
    client = signed_in(world.owner)
    new = reverse("console:quote_new")
    assert "Write the quote" in show(client, new).text
    for wrong in ({"lines": "NO-SUCH, 1, 1"}, {"lines": "MUG-W, 1"}, {"valid_until": "x"},
                  {"buyer": " "}, {"lines": "MUG-W, x, 1"}):  # fmt: skip
        answer = client.post(new, typed(world, **wrong))
        assert answer.status_code == 422, wrong
    page: str = client.post(new, typed(world))["Location"]
    assert client.post(new, typed(world))["Location"] == page  # the button pressed twice
    path = page.partition("?")[0]
    change = typed(world, edition="1", lines="MUG-W, 2, 8.00")
    assert client.post(f"{path}/change", change).status_code == 302
    assert client.post(f"{path}/change", change).status_code == 422  # an older view
    for act in ("send", "accept"):
        client.post(f"{path}/acts", {"act": act})
    found = get_quote(actor=SYSTEM, quote_id=decode("quo", path.rsplit("/", 1)[1]))
    assert found.row.state is QuoteState.ACCEPTED
    assert path in show(client, f"{reverse('console:quotes')}?state=accepted").links

    for _ in range(2):
        client.post(f"{path}/acts", {"act": "order", "tender": "invoice", "delivery": "carry_out"})

    row = get_quote(actor=SYSTEM, quote_id=found.row.id).row
    assert row.order_id is not None
    assert get_live_order(actor=SYSTEM, order_id=row.order_id).order.total_minor == 1_600
    assert "Open the order" in show(client, page).text
    clerk = signed_in(make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=store.id))
    assert clerk.get(page).status_code == 200
    assert clerk.post(f"{path}/acts", {"act": "reject"}).status_code == 403
    assert clerk.get(new).status_code == 403
