"""Waiting lines in the console."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import TicketRequest, TicketState
from quanqu.sell.inventory.facade import get_ticket, join_queue

pytestmark = pytest.mark.django_db


def wait(world: World, owner: str) -> str:
    place, now = world.places["web"], utc_now()
    item = variants_by_sku(skus=[(place.company_key, "MUG-W")])[place.company_key, "MUG-W"]
    ticket, until = uuid4(), now + timedelta(hours=1)
    asked = TicketRequest(ticket, owner, place.key, item.key, 2, until, 600)
    join_queue(actor=SYSTEM, request=asked, now=now)
    return encode("tkt", ticket)


def test_the_list_shows_positions_narrows_and_is_exported(world: World) -> None:
    wait(world, "cart ann")
    wait(world, "cart bob")
    client = signed_in(world.owner)

    with translation.override("en"):
        text = client.get("/stock/queue").content.decode()
    assert text.index("cart bob") < text.index("cart ann")
    assert "2 of 2" in text
    assert "cart ann" not in client.get("/stock/queue?state=served").content.decode()
    place = world.places["web"].id
    assert "cart ann" in client.get(f"/stock/queue?place={place}").content.decode()
    assert "cart ann" not in client.get("/stock/queue?q=nothing").content.decode()
    rows = client.get("/stock/queue?export=csv").getvalue().decode()
    assert "cart ann" in rows


def test_staff_take_places_out_of_the_line(world: World) -> None:
    first, second = wait(world, "cart ann"), wait(world, "cart bob")
    client, address = signed_in(world.owner), reverse("console:stock_queue_ending")

    assert client.post(address, {"id": [first]}).status_code == 302

    def state(ticket):
        return get_ticket(actor=SYSTEM, ticket_id=decode("tkt", ticket)).state

    assert (state(first), state(second)) == (TicketState.LEFT, TicketState.WAITING)
    client.post(address, {"id": [second, encode("tkt", uuid4())]})
    assert state(second) is TicketState.WAITING  # all or none
    away = world.places["market"].company_id
    stranger = signed_in(make_person("Ron", role=RoleCode.OWNER, unit_id=away))
    stranger.post(address, {"id": [second]})
    assert state(second) is TicketState.WAITING
    assert "cart bob" not in stranger.get("/stock/queue").content.decode()
    assert show(client, "/stock/queue")
