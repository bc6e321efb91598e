"""Privacy on the screen: a request goes its way by buttons, rules are changed, places are shown."""

import io
import json
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import actor_of_person

from quanqu.doors.console.pages.privacy_words import SORTS
from quanqu.infra.home.facade import open_home
from quanqu.infra.personal.facade import retained
from quanqu.kernel.time import utc_now
from quanqu.know.privacy import facade
from quanqu.know.privacy.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))


def take_in(client: Client, kind: str, customer_id: str, **more: str) -> str:
    form = {"customer": customer_id, "kind": kind, "basis": "gdpr", **more}
    answer = client.post(reverse("console:privacy_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    return str(re.findall(r"prq_\w+", answer["Location"])[0])


def act(client: Client, request_id: str, name: str, text: str = "") -> str:
    address = reverse("console:privacy_act", args=[request_id])
    answer = client.post(address, {"act": name, "text": text}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_request_is_taken_in_verified_and_carried_out(world: World) -> None:
    client = signed_in(world.owner)
    request_id = take_in(client, "access", world.customer_id)

    listed = client.get(reverse("console:privacy")).content.decode()
    assert "To be verified" in listed
    assert "days left" in listed
    assert "Verified" in act(client, request_id, "verify", "passport shown")
    assert "Being carried out" in act(client, request_id, "start")
    facade.carry_out(request_key=Request.objects.get().key, now=utc_now())

    page = client.get(reverse("console:privacy_request", args=[request_id])).content.decode()
    assert "customers_identifier" in page
    package = client.get(reverse("console:privacy_package", args=[request_id]))
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert json.loads(archive.read("data.json"))["places"]["table:customers_customer"]
    assert open_home().privacy.is_dir()


def test_an_erasure_asks_for_its_name_and_shows_its_report(world: World) -> None:
    client = signed_in(world.owner)
    request_id = take_in(client, "erasure", world.customer_id)
    page = act(client, request_id, "verify", "passport shown")
    assert f'data-confirm-name="{request_id}"' in page

    act(client, request_id, "start")
    facade.carry_out(request_key=Request.objects.get().key, now=utc_now())

    page = client.get(reverse("console:privacy_request", args=[request_id])).content.decode()
    assert "proven" in page
    assert world.customer_id not in page
    report = client.get(reverse("console:privacy_report", args=[request_id])).json()
    assert facade.is_genuine(report=report)


def test_refusals_are_told_in_words_and_keep_what_was_typed(world: World) -> None:
    client = signed_in(world.owner)
    request_id = take_in(client, "restriction", world.customer_id)

    assert "3 to 500 characters" in act(client, request_id, "verify", "x")
    assert "does not allow this" in act(client, request_id, "start")
    assert "not identified" in act(client, request_id, "refuse", "not identified")
    form = {"customer": "cus_nobody", "kind": "access", "basis": "gdpr"}
    answer = client.post(reverse("console:privacy_new"), form)
    assert answer.status_code == 422
    assert 'value="cus_nobody"' in answer.content.decode()


def test_a_correction_takes_the_right_values(world: World) -> None:
    client = signed_in(world.owner)
    request_id = take_in(client, "correction", world.customer_id, right_city="York")
    act(client, request_id, "verify", "passport shown")
    act(client, request_id, "start")
    facade.carry_out(request_key=Request.objects.get().key, now=utc_now())

    customer = client.get(reverse("console:customer", args=[world.customer_id])).content.decode()
    assert "York" in customer
    assert reverse("console:privacy_new") in customer


def test_rules_and_policy_are_changed_on_their_page(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:privacy_retention")

    client.post(address, {"code": "failed_events", "days": "30"})
    assert 'value="30"' in client.get(address).content.decode()
    told = client.post(address, {"code": "failed_events", "days": "9999"}, follow=True)
    assert "failed_events takes 7 to 730 days" in told.content.decode()
    days = {"pipl_days": "15", "package_days": "7", "backup_days": "30"}
    client.post(address, {**days, "needs_second_person": "1"})
    page = client.get(address).content.decode()
    assert "checked" in page
    assert facade.get_policy(actor=actor_of_person(world.owner)).pipl_days == 15


def test_the_inventory_names_places_in_both_languages(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:privacy_inventory")

    page = client.get(address).content.decode()
    chinese = client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()

    assert "customers_profile" in page
    assert "Contact data" in page or "联系方式" in page
    assert "customers_profile" in chinese


def test_who_may_not_sees_none_of_it(world: World) -> None:
    client = signed_in(world.viewer)

    for name in ("privacy", "privacy_new", "privacy_retention", "privacy_inventory"):
        assert client.get(reverse(f"console:{name}")).status_code == 403


def test_every_sort_that_is_not_kept_for_ever_has_words() -> None:
    assert SORTS.keys() == {sort.code for sort in retained()}
