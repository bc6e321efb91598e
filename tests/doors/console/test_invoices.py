"""Invoices in the console: set up, written, downloaded, taken back, by who may."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Shop
from tests.builders.http import signed_in
from tests.builders.invoices import CODE, breaches, make_seller
from tests.builders.org import make_person
from tests.builders.returns import make_open_shop, sold

from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.invoicing.models import Invoice, Seller, TaxRule

pytestmark = pytest.mark.django_db
HEAD = "region,category,treatment,rate,valid_from,source\n"


@pytest.fixture
def shop(world: World) -> Shop:
    return make_open_shop()


@pytest.fixture
def owner(shop: Shop) -> Client:
    return signed_in(make_person("Owner", role=RoleCode.OWNER, unit_id=shop.company.id))


def show(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def write(client: Client, order: str, **body: str) -> Any:
    page = show(client, reverse("console:invoice_new"))
    found = re.search(r'name="once" value="(\w+)"', page)
    assert found
    told = {"order": order, "kind": "company", "title": "海蓝", "tax_id": CODE}
    return client.post(reverse("console:invoice_new"), told | {"once": found.group(1)} | body)


def test_an_order_is_invoiced_downloaded_and_taken_back(shop: Shop, owner: Client) -> None:
    make_seller(shop)
    order = encode("ord", sold(shop, ("tea", 2)).id)

    wrong = write(owner, order, tax_id="91350100M000100Y44")
    assert wrong.status_code == 422
    assert 'value="海蓝"' in wrong.content.decode()
    answer = write(owner, order)
    assert answer.status_code == 302
    page = show(owner, answer["Location"])
    assert "A00000001" in page
    row = Invoice.objects.get()
    address = encode("inv", row.id)
    file = owner.get(reverse("console:invoice_file", args=[address, "json"]))
    assert file.json()["gross"] == "25.00"
    back = owner.post(reverse("console:invoice_act", args=[address]), {"reason": "title"})
    assert "R00000001" in show(owner, back["Location"])
    assert "A00000001" in show(owner, reverse("console:invoices"))
    assert not breaches()


def test_rules_are_taken_in_or_refused_with_reasons(shop: Shop, owner: Client) -> None:
    address = reverse("console:tax_rules")

    def take(text: str) -> Any:
        told = {"company": shop.company.id, "act": "rules"}
        return owner.post(address, told | {"file": SimpleUploadedFile("r.csv", text.encode())})

    refused = take(HEAD + "CN,goods,S,0,2026-01-01,law\n")
    assert refused.status_code == 422
    assert "Row 2:" in refused.content.decode()
    assert not TaxRule.objects.exists()
    assert take(HEAD + "CN,goods,S,13%,2026-01-01,law\n").status_code == 302
    one = {
        "company": shop.company.id, "act": "rule", "region": "CN", "category": "books",
        "treatment": "S", "rate": "9", "valid_from": "2026-01-01", "source": "a law",
    }  # fmt: skip
    assert owner.post(address, one).status_code == 302
    assert owner.post(address, one | {"rate": "nine"}).status_code == 422
    page = show(owner, f"{address}?company={shop.company.id}")
    assert "13%" in page
    assert "9%" in page


def test_a_seller_is_saved_or_refused_keeping_what_was_typed(shop: Shop, owner: Client) -> None:
    address = reverse("console:tax_rules")
    told = {
        "company": shop.company.id, "act": "seller", "regime": "fapiao", "rounding": "line",
        "region": "CN", "name": "北方", "tax_id": CODE, "country": "CN", "category": "goods",
        "shipping_category": "goods", "series": "A", "red_series": "R", "payment_days": "14",
    }  # fmt: skip

    wrong = owner.post(address, told | {"tax_id": "1"})
    assert wrong.status_code == 422
    assert 'value="北方"' in wrong.content.decode()
    assert not Seller.objects.exists()
    assert owner.post(address, told).status_code == 302
    assert Seller.objects.get().body["name"] == "北方"


def test_who_may_not_write_sees_no_button_and_no_file(shop: Shop, owner: Client) -> None:
    make_seller(shop)
    write(owner, encode("ord", sold(shop, ("tea", 1)).id))
    address = encode("inv", Invoice.objects.get().id)
    looker = signed_in(make_person("Ana", role=RoleCode.ASSOCIATE, unit_id=shop.store.id))

    page = show(looker, reverse("console:invoice", args=[address]))

    assert "/act" not in page
    assert looker.get(reverse("console:invoice_file", args=[address, "json"])).status_code == 403
    assert looker.get(reverse("console:invoice_new")).status_code == 403
    assert looker.post(reverse("console:tax_rules"), {"act": "rules"}).status_code == 403
    elsewhere = signed_in(make_person("Bo", role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id))
    assert elsewhere.get(reverse("console:invoice", args=[address])).status_code == 404
