"""The pages of models: empty, begun, the card, refused, the audience made, and scores shown."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.http import signed_in
from tests.builders.lake import own_lake
from tests.builders.org import make_group, make_person
from tests.builders.predict import NOW, make_people, save_tagged, train

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceFilters
from quanqu.know.audiences.facade import list_audiences
from quanqu.know.customers.models import Customer, CustomerScore
from quanqu.know.org.contracts import RoleCode
from quanqu.learn.predict.facade import find_model_of
from quanqu.learn.predict.models import Training

__all__ = ["own_lake"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(own_lake: Path) -> Client:
    make_group()
    return signed_in(make_person("Mei", role=RoleCode.OWNER))


def _text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_without_a_model_the_list_says_how_to_begin(client: Client) -> None:
    text = _text(client, reverse("console:models"))

    assert "No model yet" in text
    assert reverse("console:audiences") in text


def test_an_audience_leads_to_a_model_its_progress_and_its_card(client: Client) -> None:
    make_people(500)
    audience = ids.encode("aud", save_tagged())
    begin = reverse("console:audience_similar", args=[audience])
    assert begin in _text(client, reverse("console:audience", args=[audience]))
    assert "Whom may it learn from?" in _text(client, begin)

    answer = client.post(begin, {"basis": "legitimate_interests"})

    page = answer["Location"]
    waiting = _text(client, page)
    assert "Waiting to begin" in waiting
    model_id = page.rsplit("/", 1)[1].partition("?")[0]
    progress = reverse("console:model_progress", args=[model_id])
    assert "<progress" in _text(client, progress)
    assert client.get(begin)["Location"] == page  # there is one model of an audience

    Training.objects.all().delete()
    done = train(ids.decode("aud", audience))
    card = done.card
    assert card is not None
    text = _text(client, page)
    assert f"{card.auc.value:.3f}" in text
    assert f"{card.lift.value:.1f}×" in text
    assert "number of orders" in text
    assert "150" in text
    assert client.get(progress).status_code == 204
    listed = _text(client, reverse("console:models"))
    assert "VIPs" in listed
    assert f"{card.auc.value:.3f}" in listed


def test_a_refused_training_says_why(client: Client) -> None:
    make_people(320)
    audience = save_tagged()
    train(audience)
    model = find_model_of(actor=SYSTEM, audience_id=audience)
    assert model is not None

    text = _text(client, reverse("console:model", args=[ids.encode("mdl", model.id)]))

    assert "96 members of the audience may be learned from" in text
    assert "Make an audience" not in text


def test_after_a_refused_training_the_card_in_force_stays_and_the_reasons_are_told(
    client: Client,
) -> None:
    make_people(400)
    audience = save_tagged()
    train(audience)
    train(audience, basis="consent")
    model = find_model_of(actor=SYSTEM, audience_id=audience)
    assert model is not None

    text = _text(client, reverse("console:model", args=[ids.encode("mdl", model.id)]))

    assert "0 members of the audience may be learned from" in text
    assert "The scores of the training before stay in force." in text
    assert "Whom could the last training learn from?" in text
    assert "Not asked" in text
    assert "scores in force" in text
    assert "How good is it?" in text


def test_similar_people_become_an_audience_and_scores_stand_on_the_customer(
    client: Client,
) -> None:
    keys, _ = make_people(500)
    audience = save_tagged()
    train(audience, now=NOW)
    model = find_model_of(actor=SYSTEM, audience_id=audience)
    assert model is not None
    address = reverse("console:model_audience", args=[ids.encode("mdl", model.id)])

    made = client.post(address, {"name": "Like VIPs", "size": "people", "people": "12"})

    names = {row.name for row in list_audiences(actor=SYSTEM, filters=AudienceFilters()).items}
    assert names == {"VIPs", "Like VIPs"}
    sentence = _text(client, made["Location"])
    assert "score “Similar to VIPs” is at least" in sentence
    wrong = client.post(address, {"name": "x", "size": "people", "people": "many"})
    assert "Give either a share" in _text(client, wrong["Location"])
    customer = Customer.objects.get(key=keys[0])
    page = _text(client, reverse("console:customer", args=[ids.encode("cus", customer.id)]))
    value = CustomerScore.objects.get(subject_id=keys[0]).value
    assert "Similar to VIPs" in page
    assert f"{value:.3f}" in page
    assert "of 10" in page
    builder = _text(client, reverse("console:audience_new"))
    assert f"scores.{model.score}" in builder


def test_whoever_may_only_look_sees_no_button(client: Client) -> None:
    make_people(400)
    audience = save_tagged()
    train(audience)
    model = find_model_of(actor=SYSTEM, audience_id=audience)
    assert model is not None
    viewer = signed_in(make_person("Vi", role=RoleCode.STORE_MANAGER))
    model_id = ids.encode("mdl", model.id)

    text = _text(viewer, reverse("console:model", args=[model_id]))

    assert "How good is it?" in text
    assert "Train anew" not in text
    assert "Make an audience" not in text
    for name in ("model_training", "model_audience"):
        assert viewer.post(reverse(f"console:{name}", args=[model_id])).status_code == 403
