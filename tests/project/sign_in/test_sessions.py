"""Sessions of staff: limits on tries, ending them, where one is led, and what is not stored."""

import pytest
from django.test import Client
from pytest_django import Settings
from tests.builders.http import API, signed_in
from tests.builders.org import make_person
from tests.project.sign_in.test_sign_in import PASSWORD, make_link, sign_in, with_password

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_answer_says_how_many_tries_are_left() -> None:
    with_password()
    fields = {"login": "pam@example.com", "password": "wrong"}

    answers = [Client().post("/account/login/", fields) for _ in range(8)]

    left = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert left == [5, 4, 3, 2, 1, 0, 0, 0]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"6"}
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
    assert "RateLimit-Limit" not in Client().get("/account/login/").headers


def test_one_ends_ones_other_sessions_and_the_trail_says_so() -> None:
    person = make_person("Lea")
    here, there, other = Client(), Client(), signed_in(make_person("Other"))
    for client in (here, there):
        client.post(make_link(person))
    page = here.get("/account/sessions/")
    assert page.content.decode().count("127.0.0.1") == 2

    assert here.post("/account/sessions/").status_code == 302

    assert there.get(f"{API}/me").status_code == 401
    assert here.get(f"{API}/me").status_code == 200
    assert other.get(f"{API}/me").status_code == 200
    (entry,) = list_entries(actor=SYSTEM, filters=AuditFilters(action="org.end_sessions")).items
    assert (entry.actor_name, entry.after) == ("Lea", {"sessions": 1})


def test_a_new_password_ends_the_other_sessions() -> None:
    with_password()
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client)
    fields = {
        "oldpassword": PASSWORD,
        "password1": "another long one",
        "password2": "another long one",
    }

    here.post("/account/password/change/", fields)

    assert there.get(f"{API}/me").status_code == 401


def test_signing_in_makes_a_session_of_a_new_name(settings: Settings) -> None:
    """Whoever planted a session into a browser must not find it signed in."""
    with_password()
    client = Client()
    client.session.save()
    planted = client.session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    sign_in(client)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_one_is_led_nowhere_else_after_signing_in(target: str) -> None:
    with_password()
    fields = {"login": "pam@example.com", "password": PASSWORD, "next": target}

    by_password = Client().post("/account/login/", fields)
    by_link = Client().post(make_link(make_person("Lea")), {"next": target})

    assert (by_password["Location"], by_link["Location"]) == ("/", "/")


@pytest.mark.parametrize(
    "address", ["/", f"{API}/me", "/customers", "/customers?export=csv", "/account/login/"]
)
def test_answers_for_one_reader_are_not_stored(address: str) -> None:
    answer = signed_in().get(address)

    assert "no-store" in answer["Cache-Control"]
    answer.close()
