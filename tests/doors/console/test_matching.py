"""The pages of matching: empty, after a run, and the review answered by hand."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.customers import profile, resolve
from tests.builders.http import signed_in
from tests.builders.org import make_group

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import customer_keys
from quanqu.know.matching import facade
from quanqu.know.matching.contracts import PairState
from quanqu.know.matching.models import Model, Pair, Run

pytestmark = pytest.mark.django_db

NOW = utc_now()
SETTINGS = {
    "comparisons": [
        {
            "output_column_name": "birth",
            "comparison_levels": [
                {"is_null_level": True, "label_for_charts": "missing"},
                {"label_for_charts": "same", "m_probability": 0.9, "u_probability": 0.01},
                {"label_for_charts": "different", "m_probability": 0.1, "u_probability": 0.99},
            ],
        }
    ]
}


@pytest.fixture
def client() -> Client:
    make_group()
    return signed_in()


def _pair() -> tuple[str, int, int]:
    left, right = resolve({"user_id": "web:ann"}, {"user_id": "shop:anna"})
    assert left is not None
    assert right is not None
    profile(left, name="Ann Abbott", city="York", email="ann@mail.example")
    profile(right, name="Anna Abbott", city="York", email="anna@mail.example")
    model = Model.objects.create(version=1, trained_at=NOW, rows=2, prior=0.1, settings=SETTINGS)
    run = Run.objects.create(
        state="done", started_by="Olive", queued_at=NOW, finished_at=NOW, customers=2, linked=0,
        review=1, upper=0.99, lower=0.02, false_links=0.1, missed=0.2, model=model,
    )  # fmt: skip
    made = Pair.objects.create(
        run=run, left_key=min(left, right), right_key=max(left, right), odds_bits=1.0,
        probability=0.66, state="open",
        reasons=[
            ["birth", "same", 6.5, 0.4], ["given", "close", 2.0, 0.0], ["phone", "missing", 0, 0],
        ],
    )  # fmt: skip
    return ids.encode("mpr", made.id), left, right


def _text(client: Client, name: str) -> str:
    answer = client.get(reverse(f"console:{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_run_the_pages_say_what_matching_is_for(client: Client) -> None:
    assert "Nothing was matched yet" in _text(client, "matching")
    assert "No pair waits for an answer" in _text(client, "matching_review")
    assert client.get(reverse("console:matching_progress")).status_code == 204


def test_a_run_is_started_once_and_its_progress_is_shown(client: Client) -> None:
    client.post(reverse("console:matching_run"))

    assert "Waiting to begin" in _text(client, "matching")
    assert "Waiting to begin" in _text(client, "matching_progress")
    assert client.post(reverse("console:matching_run")).status_code == 409
    assert Run.objects.count() == 1


def test_a_pair_is_shown_masked_with_reasons_and_revealed_on_demand(client: Client) -> None:
    pair, _, _ = _pair()
    page = _text(client, "matching_review")

    assert "Are these the same person?" in page
    assert "Date of birth" in page
    assert "+6.9" in page
    assert page.count("differs") == 1  # the names, though both are masked alike
    assert "ann@mail.example" not in page
    clear = client.post(reverse("console:matching_reveal", args=[pair])).content.decode()
    assert "ann@mail.example" in clear
    assert "anna@mail.example" in clear
    assert "What speaks for the same person" in _text(client, "matching")


def test_answers_are_given_and_undone_by_hand(client: Client) -> None:
    pair, left, right = _pair()
    answered = client.post(reverse("console:matching_answer", args=[pair]), {"answer": "same"})

    assert answered.status_code == 302
    assert f"last={pair}" in answered["Location"]
    owner = customer_keys(subject_keys=[left, right])
    assert owner[left] == owner[right]
    again = {"by_key": "1"}
    client.post(reverse("console:matching_answer_undo", args=[pair]), again)
    owner = customer_keys(subject_keys=[left, right])
    assert owner[left] != owner[right]
    assert [one.state for one in _pairs()] == [PairState.OPEN]
    wrong = client.post(reverse("console:matching_answer", args=[pair]), {"answer": "perhaps"})
    assert wrong.status_code == 422


def _pairs() -> list[object]:
    return list(facade.list_pairs(actor=SYSTEM, state=PairState.OPEN).items)
