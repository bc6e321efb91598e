"""The pages of one audience: composition, overlap, the feed, days, forecast, lists."""

import csv
import io
import re
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.builders.org import actor_of_person, make_person

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.audiences.facade import refresh_audience, save_audience, work_out_past
from quanqu.know.audiences.models import Audience, AudienceChange
from quanqu.know.customers.models import Customer
from quanqu.know.org.contracts import RoleCode

pytestmark = pytest.mark.django_db

BUYERS = {
    "version": 1,
    "match": {"kind": "event", "event": "Order Completed", "window": {"last_days": 30}},
}
EVERYBODY = {
    "version": 1,
    "match": {"kind": "profile", "field": "country", "op": "ne", "value": "XX"},
}


def _gather(actor: Actor, name: str, definition: dict[str, Any]) -> str:
    now = utc_now()
    made = save_audience(actor=actor, name=name, definition=definition, now=now)
    refresh_audience(actor=actor, audience_id=made.id, as_of=NOW.date(), now=now)
    return ids.encode("aud", made.id)


@pytest.fixture
def owner(world: World) -> Actor:
    return actor_of_person(world.owner)


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def _page(client: Client, name: str, audience: str, query: str = "", status: int = 200) -> str:
    answer = client.get(f"{reverse(f'console:{name}', args=[audience])}{query}")
    assert answer.status_code == status
    return answer.content.decode()


def test_the_composition_shows_shares_indices_and_what_is_not_known(
    client: Client, owner: Actor
) -> None:
    buyers = _gather(owner, "Buyers", EVERYBODY)

    page = _page(client, "audience_composition", buyers)

    assert "Days since the last order" in page
    assert "100.0%" in page
    assert ">few</span>" in page
    assert "Nothing is known of:" in page
    empty = _gather(owner, "Nobody", {**BUYERS, "match": {**BUYERS["match"], "event": "None"}})  # type: ignore[dict-item]
    assert "Nobody to compare yet" in _page(client, "audience_composition", empty)


def test_overlap_is_chosen_told_and_drawn(client: Client, owner: Actor) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    assert "No other audience yet" in _page(client, "audience_overlap", everybody)
    buyers = _gather(owner, "Buyers", BUYERS)

    page = _page(client, "audience_overlap", everybody, f"?with={buyers}&with=junk")

    assert "In exactly which of them are they?" in page
    members = Audience.objects.count()
    assert members == 2
    assert page.count("checked") == 1
    assert reverse("console:audience", args=[buyers]) in page


def test_the_feed_filters_tells_reasons_and_goes_out_as_a_file(
    client: Client, owner: Actor, world: World
) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    row = Audience.objects.get(id=ids.decode("aud", everybody))
    assert "Nobody came or left yet" in _page(client, "audience_feed", everybody)
    key = _customer_key(world)
    for has_entered in (True, False):
        AudienceChange.objects.create(
            audience=row,
            customer_key=key,
            has_entered=has_entered,
            version=1,
            changed_at=utc_now(),
            reasons=["$.match"],
        )

    page = _page(client, "audience_feed", everybody)
    came = _page(client, "audience_feed", everybody, "?change=entered")
    answer = client.get(f"{reverse('console:audience_feed', args=[everybody])}?export=csv")

    assert "country is not" in page
    assert page.count(">Came<") + page.count(">Left<") > came.count(">Came<")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *lines = list(csv.reader(io.StringIO(text)))
    assert header == ["ID", "Customer", "Change", "What turned", "When"]
    assert [line[2] for line in lines] == ["Left", "Came"]


def _customer_key(world: World) -> int:
    return Customer.objects.get(id=ids.decode("cus", world.customer_id)).key


def test_days_show_who_was_in_it_and_nothing_before_it_was_known(
    client: Client, owner: Actor
) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    today = utc_now().astimezone(UTC).date()

    page = _page(client, "audience_days", everybody)
    before = _page(
        client, "audience_days", everybody, f"?on={(today - timedelta(days=3)).isoformat()}"
    )

    assert "At some time of the day" in page
    assert "Save as a snapshot" in page
    assert "Not known before" in before
    assert "Save as a snapshot" not in before
    assert "Work the forecast out" in page


def test_a_forecast_is_asked_for_waited_for_and_shown(client: Client, owner: Actor) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    asked = client.post(reverse("console:audience_forecast", args=[everybody]))
    assert asked.status_code == 302
    waiting = client.get(asked["Location"].partition("#")[0]).content.decode()
    assert "It is being worked out." in waiting
    assert 'hx-trigger="load delay:2s"' in waiting

    key = Audience.objects.get(id=ids.decode("aud", everybody)).key
    work_out_past(audience_key=key, now=utc_now() + timedelta(seconds=1))

    done = client.get(asked["Location"].partition("#")[0]).content.decode()
    assert "It is being worked out." not in done
    assert "How many will be in it in the next 30 days?" in done


def test_a_snapshot_is_named_saved_and_has_no_rules_to_change(client: Client, owner: Actor) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    form = reverse("console:audience_snapshot", args=[everybody])
    assert "Everybody, " in client.get(form).content.decode()
    refused = client.post(form, {"name": " "})
    assert refused.status_code == 422
    assert "An audience&#x27;s name has 1 to 120 characters." in refused.content.decode()

    made = client.post(form, {"name": "Frozen", "on": ""})

    frozen = str(re.findall(r"aud_\w+", made["Location"])[0])
    page = _page(client, "audience", frozen)
    assert "the snapshot of “Everybody”" in page
    assert "Change the rules" not in page
    assert "Duplicate" not in page
    assert "Work the forecast out" not in _page(client, "audience_days", frozen)
    _page(client, "audience_rules", frozen, status=409)
    copy = client.get(f"{reverse('console:audience_new')}?copy={frozen}")
    assert copy.status_code == 409
    assert "Snapshot" in client.get(reverse("console:audiences")).content.decode()


def test_a_file_is_looked_up_shown_and_saved(client: Client, world: World) -> None:
    form = reverse("console:audience_upload")
    text = "E-mail,Note\nada@example.com,x\nnobody@example.com,y\nADA@example.com,z\n"
    sent = client.post(form, {"file": SimpleUploadedFile("people.csv", text.encode())})
    assert sent.status_code == 302, sent.content.decode()

    page = client.get(sent["Location"]).content.decode()
    listed = str(re.findall(r"aul_\w+", sent["Location"])[0])
    rejects = client.get(reverse("console:audience_upload_rejects", args=[listed]))

    assert "No customer you may see has it" in page
    assert "An earlier row names the same customer" in page
    assert isinstance(rejects, StreamingHttpResponse)
    told = b"".join(rejects.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(told)))
    assert [line[0] for line in lines] == ["Row", "3", "4"]
    assert "example.com" not in told
    assert client.post(sent["Location"], {"name": ""}).status_code == 422
    saved = client.post(sent["Location"], {"name": "Ada only"})
    assert saved.status_code == 302
    assert client.get(sent["Location"])["Location"] == saved["Location"]
    assert "3 rows read, 2 left out." in client.get(saved["Location"]).content.decode()


def test_a_file_that_names_nobody_is_told_so_and_can_be_thrown_away(client: Client) -> None:
    form = reverse("console:audience_upload")
    for name, body, words in (
        ("people.pdf", b"%PDF", "Take a CSV, Excel (XLSX) or Parquet file"),
        ("people.csv", b"colour\nred\n", "No column of upload.csv could be read"),
        ("people.csv", b"", "empty"),
    ):
        answer = client.post(form, {"file": SimpleUploadedFile(name, body)})
        assert answer.status_code == 422
        assert words in answer.content.decode(), name
    assert "Choose a file first." in client.post(form, {}).content.decode()
    chosen = {"file": SimpleUploadedFile("x.csv", b"code\n77\n"), "column": "code"}
    sent = client.post(form, {**chosen, "type": "member_id"})
    assert "It names nobody" in client.get(sent["Location"]).content.decode()
    listed = str(re.findall(r"aul_\w+", sent["Location"])[0])
    client.post(reverse("console:audience_upload_discard", args=[listed]))
    assert client.get(sent["Location"]).status_code == 404


def test_who_may_not_see_audiences_sees_none_of_their_pages(world: World, owner: Actor) -> None:
    viewer = signed_in(world.viewer)
    assert viewer.get(reverse("console:audience_upload")).status_code == 403
    everybody = _gather(owner, "Everybody", EVERYBODY)
    for name in ("composition", "overlap", "feed", "days", "forecast", "snapshot"):
        answer = viewer.get(reverse(f"console:audience_{name}", args=[everybody]))
        assert answer.status_code == 403


def test_a_large_export_is_asked_for_decided_by_another_and_fetched(
    client: Client, owner: Actor, world: World
) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    policy = reverse("console:audience_export_policy")
    assert client.post(policy, {"most_alone": "many"}, follow=True).status_code == 200
    client.post(policy, {"most_alone": "0"})
    contacts = f"{reverse('console:audience_contacts', args=[everybody])}?use=service.email"
    assert "Ask for it" in client.get(contacts).content.decode()
    export = reverse("console:audience_export", args=[everybody])
    refused = client.get(f"{export}?format=csv&clear=1&use=service.email")
    assert refused.status_code == 409
    ask = reverse("console:audience_export_ask", args=[everybody])
    form = {"use": "service.email", "format": "csv", "reason": "Recall of a mug"}
    assert client.post(ask, {**form, "reason": "x"})["Location"].endswith("use=service.email")

    sent = client.post(ask, form)

    page = client.get(sent["Location"]).content.decode()
    assert "Recall of a mug" in page
    assert 'value="approve"' not in page  # nobody decides about their own
    request = str(re.findall(r"axr_\w+", page)[0])
    step = reverse("console:audience_export_step", args=[request])
    file = reverse("console:audience_export_file", args=[request])
    assert client.post(file).status_code == 409
    client.post(step, {"step": "approve"})
    other = signed_in(make_person("Lin", role=RoleCode.OWNER))
    assert "1 export waits for your word" in other.get(reverse("console:overview")).content.decode()
    other.post(step, {"step": "approve"})
    fetched = client.post(file)
    assert fetched.status_code == 200
    assert fetched.content.decode("utf-8-sig").count("cus_") == 6
    assert client.post(file).status_code == 409
    assert "Handed out" in client.get(sent["Location"]).content.decode()


def test_a_webhook_shows_its_secret_once_and_is_held_by_hand(client: Client, owner: Actor) -> None:
    everybody = _gather(owner, "Everybody", EVERYBODY)
    page = reverse("console:audience_webhooks", args=[everybody])
    assert "No webhook yet" in client.get(page).content.decode()
    form = {"url": "https://shop.example/in", "contents": "ids", "use": "marketing.email"}
    refused = client.post(page, {**form, "url": "http://shop.example/in"})
    assert refused.status_code == 422
    assert "This address cannot be called" in refused.content.decode()

    made = client.post(page, form)

    assert "whsec_" in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    shown = client.get(page).content.decode()
    assert "whsec_" not in shown
    webhook = str(re.findall(r"awh_\w+", shown)[0])
    step = reverse("console:audience_webhook_step", args=[everybody, webhook])
    held = client.post(step, {"step": "pause"}, follow=True).content.decode()
    assert "Let it go on" in held
    assert "Hold</button>" in client.post(step, {"step": "resume"}, follow=True).content.decode()
    assert client.post(step, {"step": "dance"}).status_code == 404
    assert "Nothing was called yet." in client.get(f"{page}?calls={webhook}").content.decode()
