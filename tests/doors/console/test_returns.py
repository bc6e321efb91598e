"""The returns desk: found, chosen, answered, received, graded, settled, by who may."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Shop
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.returns import PNG, breaches, make_open_shop, recorded, sold
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode, encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.returns.contracts import ReturnRow
from quanqu.sell.returns.facade import get_policy, get_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(world: World) -> Shop:
    return make_open_shop()


@pytest.fixture
def desk(shop: Shop) -> Client:
    return signed_in(make_person("Desk", role=RoleCode.STORE_MANAGER, unit_id=shop.store.id))


def choose(client: Client, shop: Shop, order: str, total: str = "", **body: Any) -> Any:
    address = reverse("console:return_open", args=[order])
    told = {"n-1": "1", "why-1": "changed_mind", "once": "a"} | body
    return client.post(f"{address}?at={shop.store.id}&total={total}", told)


def opened(client: Client, shop: Shop, order: str, **body: Any) -> str:
    answer = choose(client, shop, order, **body)
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"ret_\w+", answer["Location"])
    assert found
    return found.group()


def act(client: Client, rma_id: str, what: str, **body: str) -> str:
    address = reverse("console:return_act", args=[rma_id])
    answer = client.post(address, {"act": what, **body}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def read(rma_id: str) -> ReturnRow:
    return get_return(actor=SYSTEM, return_id=decode("ret", rma_id)).row


def test_goods_come_back_at_the_desk(shop: Shop, desk: Client) -> None:
    order = encode("ord", sold(shop, ("tea", 2)).id)
    found = show(desk, f"/returns/new?q={order}&at={shop.store.id}").text
    assert "Orders found" in found
    assert "can still be refunded" in show(desk, f"/returns/new/{order}?at={shop.store.id}").text
    check = reverse("console:return_check", args=[order])
    answer = desk.post(f"{check}?at={shop.store.id}", {"n-1": "2", "why-1": "defective"})
    assert "25.00" in answer.content.decode()

    rma_id = opened(desk, shop, order)
    assert opened(desk, shop, order) == rma_id  # the button pressed twice
    act(desk, rma_id, "receive", **{"came-1": "1"})
    act(desk, rma_id, "inspect", **{"a-1": "1"})
    page = show(desk, reverse("console:return", args=[rma_id]))
    assert "12.50" in page.text
    act(desk, rma_id, "settle")
    act(desk, rma_id, "settle")

    assert read(rma_id).state == "settled"
    assert read(rma_id).number in show(desk, "/returns?state=settled").text
    assert read(rma_id).number in show(desk, "/returns?q=" + read(rma_id).number).text
    assert "12.50" in show(desk, reverse("console:return_receipt", args=[rma_id])).text
    assert not breaches()


def test_what_the_policy_refuses_is_said_and_nothing_typed_is_lost(
    shop: Shop, desk: Client
) -> None:
    order = encode("ord", sold(shop, ("tea", 1)).id)
    answer = choose(desk, shop, order, **{"n-1": "7", "note-1": "Torn box"})
    assert answer.status_code == 422
    assert "Torn box" in answer.content.decode()
    assert choose(desk, shop, order, **{"n-1": ""}).status_code == 422
    assert not breaches()


def test_an_order_from_elsewhere_needs_its_total(shop: Shop, desk: Client) -> None:
    order = encode("ord", recorded(shop))
    find = f"/returns/new?q=T-1&at={shop.store.id}"
    assert "No order was found" in show(desk, find).text
    assert order in desk.get(f"{find}&total=25.00").content.decode()
    address = reverse("console:return_open", args=[order])
    assert desk.get(f"{address}?at={shop.store.id}").status_code == 404
    assert choose(desk, shop, order, "25.00").status_code == 302


def test_a_photo_is_kept_shown_and_no_other_file(shop: Shop, desk: Client) -> None:
    order = encode("ord", sold(shop).id)
    rma_id = opened(desk, shop, order, **{"why-1": "damaged"})
    assert read(rma_id).state == "requested"
    address = reverse("console:return_photo_add", args=[rma_id])
    files = [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", b"<svg/>")]
    page = desk.post(address, {"photo": files}, follow=True).content.decode()
    assert "cannot be kept" in page
    (photo,) = get_return(actor=SYSTEM, return_id=decode("ret", rma_id)).photos
    shown = desk.get(reverse("console:return_photo", args=[rma_id, encode("rph", photo.id)]))
    assert (shown.content, shown["X-Content-Type-Options"]) == (PNG, "nosniff")
    act(desk, rma_id, "approve")
    assert read(rma_id).state == "approved"
    act(desk, rma_id, "cancel", detail="Kept after all")
    assert "Kept after all" in show(desk, reverse("console:return", args=[rma_id])).text


def test_an_exchange_is_handed_over(shop: Shop, desk: Client) -> None:
    rma_id = opened(desk, shop, encode("ord", sold(shop).id))
    act(desk, rma_id, "receive", **{"came-1": "1"})
    act(desk, rma_id, "inspect", **{"a-1": "1"})
    act(desk, rma_id, "credit")
    assert "no item" in act(desk, rma_id, "exchange", sku="moon", units="1", price="10")
    act(desk, rma_id, "exchange", sku="cup", units="1", price="10.00", tender="cash")
    row = read(rma_id)
    assert (row.credit_left_minor, row.exchange_order_id is not None) == (0, True)
    assert not breaches()


def test_the_policy_is_tried_and_put_in_force(shop: Shop, world: World) -> None:
    client = signed_in(world.owner)
    address = f"/returns/policy?of={shop.company.id}"
    page = show(client, address)
    assert page.text
    told = {
        "window_days": "14", "restocking": "12.5", "label_fee_minor": "5",
        "keep_under_minor": "", "approval_above_minor": "500", "shipping": "never",
        "split": "proportional", "final_sale": "Tea > Green", "window": ["0", "1"],
        "days-0": "90", "reason-0": "defective", "days-1": "", "signal-shared_card": "refuse",
        "try-reason": "changed_mind", "try-worth": "80", "photo-defective": "yes",
    }  # fmt: skip
    tried = client.post(f"/returns/policy/try?of={shop.company.id}", told).content.decode()
    assert "70.00" in tried
    assert get_policy(actor=SYSTEM, company_key=shop.company.key).number == 0

    assert client.post(address, told).status_code == 302
    version = get_policy(actor=SYSTEM, company_key=shop.company.key)
    policy = version.policy
    assert (version.number, policy.window_days, policy.label_fee_minor) == (1, 14, 500)
    assert (policy.windows[0].days, policy.refuse) == (90, ("shared_card",))
    assert [one.code for one in policy.reasons if one.needs_photo] == ["defective"]
    wrong = client.post(address, told | {"window_days": "soon"})
    assert wrong.status_code == 422


def test_who_may_not_handle_returns_only_looks(shop: Shop, desk: Client, world: World) -> None:
    rma_id = opened(desk, shop, encode("ord", sold(shop).id))
    viewer = signed_in(make_person("Eye", role=RoleCode.VIEWER, unit_id=shop.company.id))
    assert read(rma_id).number in show(viewer, "/returns").text
    page = show(viewer, reverse("console:return", args=[rma_id])).text
    assert 'value="receive"' not in page
    assert viewer.get("/returns/new").status_code == 403
    answer = viewer.post(reverse("console:return_act", args=[rma_id]), {"act": "cancel"})
    assert answer.status_code == 403
    stranger = signed_in(world.viewer)
    assert stranger.get(reverse("console:return", args=[rma_id])).status_code == 404


def test_an_order_is_found_by_its_buyer(world: World) -> None:
    store = world.places["store"]
    client = signed_in(world.owner)
    page = show(client, f"/returns/new?q=bea@example.com&at={store.id}").text
    assert "Orders found" in page
    assert "WEB001" in page
    assert "MARKET" not in page  # another company's
    narrow = signed_in(make_person("Till", role=RoleCode.ASSOCIATE, unit_id=store.id))
    seen = show(narrow, f"/returns/new?q=bea@example.com&at={store.id}").text
    assert "STORE001" in seen
    assert "WEB001" not in seen
