"""The console's pages of consent: card, recording, links, coverage, texts."""

import re

import pytest
from django.test import Client
from tests.builders.console import World
from tests.builders.http import signed_in

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.consent.facade import get_consents, list_texts

pytestmark = pytest.mark.django_db


def _reason(world: World, purpose: str, channel: str) -> str:
    found = get_consents(
        actor=SYSTEM, customer_id=ids.decode("cus", world.customer_id), at=utc_now()
    )
    (one,) = [c for c in found if (c.purpose, c.channel) == (purpose, channel)]
    return one.reason.value


def _record(client: Client, world: World, **changed: str) -> str:
    form = {"what": "marketing.sms", "status": "granted", "source": "Till", "note": "Form 9"}
    address = f"/customers/{world.customer_id}/consents"
    return client.post(address, form | changed, follow=True).content.decode()


def test_staff_record_what_a_customer_said(world: World) -> None:
    client = signed_in(world.owner)

    html = _record(client, world)

    assert _reason(world, "marketing", "sms") == "granted"
    assert "It is recorded." in html
    assert "Form 9" in html
    assert "There are" not in _record(client, world, status="withdrawn")
    assert _reason(world, "marketing", "sms") == "withdrawn"


@pytest.mark.parametrize(
    "changed", [{"what": "x"}, {"what": "marketing.ads"}, {"status": "maybe"}, {"source": ""}]
)
def test_a_wrong_form_is_told_and_changes_nothing(world: World, changed: dict[str, str]) -> None:
    html = _record(signed_in(world.owner), world, **changed)

    assert "It is recorded." not in html
    assert _reason(world, "marketing", "sms") == "not_asked"


def test_who_may_only_look_records_nothing_and_makes_no_link(world: World) -> None:
    client = signed_in(world.viewer)

    for path in ("consents", "consent-link"):
        assert client.post(f"/customers/{world.customer_id}/{path}").status_code == 403


def test_a_link_is_made_shown_once_and_ended(world: World) -> None:
    client = signed_in(world.owner)
    address = f"/customers/{world.customer_id}/consent-link"

    html = client.post(address, {"action": "make"}).content.decode()
    found = re.search(r"http://testserver(/preferences/[\w-]{43})", html)
    assert found
    opened = Client().get(found[1]).status_code
    client.post(address, {"action": "revoke"})

    assert (opened, Client().get(found[1]).status_code) == (200, 404)


def test_coverage_leads_to_the_customers_of_a_state(world: World) -> None:
    client = signed_in(world.owner)
    _record(client, world)
    publish_dirty(now=utc_now())

    page = client.get("/consent").content.decode()
    listed = client.get("/consent?use=marketing.sms&state=granted").content.decode()
    silent = client.get("/consent?use=marketing.sms&state=expired").content.decode()

    assert "use=marketing.sms&amp;state=granted" in page
    assert f"What comes from {world.places['store'].name} is made from real behaviour" in page
    assert world.customer_id in listed
    assert world.customer_id not in silent
    assert "Nobody is in this state." in silent


def test_texts_are_published_in_both_languages(world: World) -> None:
    client = signed_in(world.owner)

    form = {"purpose": "marketing", "en": "May we write?", "zh": "可以联系您吗？"}
    html = client.post("/consent/texts", form, follow=True).content.decode()
    client.post("/consent/texts", {**form, "zh": ""}, follow=True)

    assert "May we write?" in html
    assert "可以联系您吗？" in html
    assert len(list_texts()) == 2
