"""Staff come in by password, link, second factor; nobody signs up; pages hold their policy."""

import logging.config
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings
from tests.builders.http import API, signed_in
from tests.builders.org import make_company, make_person

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.logs.facade import logging_settings
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.contracts import PersonInfo, RoleCode
from quanqu.project.sign_in.backend import RoleBackend

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
POLICY = "Content-Security-Policy"


def with_password(name: str = "Pam") -> PersonInfo:
    person = make_person(name)
    user = get_user_model().objects.get(pk=person.key)
    user.set_password(PASSWORD)
    user.save()
    return person


def sign_in(client: Client, *, password: str = PASSWORD, email: str = "pam@example.com") -> int:
    fields = {"login": email, "password": password}
    return client.post("/account/login/", fields).status_code


def make_link(person: PersonInfo) -> str:
    issued = facade.create_login_link(actor=SYSTEM, person_id=person.id, now=utc_now())
    return f"/account/link/{issued.token}"


def test_password_lets_in_whatever_the_letter_case_of_the_address() -> None:
    with_password()
    client = Client()

    assert sign_in(client, password="wrong") == 200
    assert sign_in(client, email="PAM@example.com") == 302
    assert client.get(f"{API}/me").json()["name"] == "Pam"
    trail = list_entries(actor=SYSTEM, filters=AuditFilters(action="org.sign_in")).items
    assert [entry.actor_name for entry in trail] == ["Pam"]


def test_person_shut_out_loses_the_session_too() -> None:
    person = with_password()
    make_person("Other")
    client = Client()
    sign_in(client)

    facade.change_person(actor=SYSTEM, person_id=person.id, is_active=False, now=utc_now())

    assert client.get(f"{API}/me").status_code == 401
    again = Client()
    sign_in(again)
    assert again.get(f"{API}/me").status_code == 401


def test_guessing_a_password_runs_out_even_for_the_right_one() -> None:
    with_password()
    for _ in range(6):
        sign_in(Client(), password="wrong")

    assert sign_in(Client()) == 429


def test_guessing_links_runs_out_for_one_address_and_not_for_others() -> None:
    link = make_link(make_person("Lea"))

    statuses = [Client().post(f"/account/link/guess-{at}").status_code for at in range(30)]
    here, there = Client().post(link), Client(REMOTE_ADDR="203.0.113.9").post(link)

    assert set(statuses) == {409}
    assert (here.status_code, there.status_code) == (429, 302)
    assert int(here["Retry-After"]) > 0
    assert b"too many tries" in here.content


def test_guessing_a_second_factor_runs_out_even_for_the_right_one() -> None:
    person = make_person("Lea")
    user = get_user_model().objects.get(pk=person.key)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client = Client()
    page = client.post(make_link(person))["Location"]

    for _ in range(12):
        assert client.post(page, {"code": "000000"}).status_code != 302
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))

    assert client.post(page, {"code": code}).status_code != 302
    assert client.get(f"{API}/me").status_code == 401


def test_nobody_signs_up() -> None:
    fields = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}

    Client().post("/account/signup/", fields)

    assert not get_user_model().objects.filter(email="new@example.com").exists()
    assert Client().get("/account/email/").status_code == 404


def test_link_asks_once_more_and_works_once() -> None:
    link, client = make_link(make_person("Lea")), Client(enforce_csrf_checks=True)

    page = client.get(link)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"  # with none a browser's own form is refused
    assert client.post(link).status_code == 403
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    done = client.post(link, {"csrfmiddlewaretoken": found.group(1)})
    assert done.status_code == 302
    assert client.get(f"{API}/me").json()["name"] == "Lea"
    assert Client().post(link).status_code == 409


def test_a_link_that_is_refused_is_in_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    link = make_link(make_person("Lea"))
    logging.config.dictConfig(logging_settings(as_json=True, level="INFO"))
    try:
        assert Client(enforce_csrf_checks=True).post(link).status_code == 403
        assert Client().get("/", headers={"Host": "odd.example"}).status_code == 400
    finally:
        told = capsys.readouterr().err
        logging.config.dictConfig(django_settings.LOGGING)

    assert "account/link/<str:token>" in told
    assert link.rsplit("/", 1)[-1] not in told
    assert "odd.example" not in told


def test_where_no_mail_is_sent_none_is_promised(settings: Any) -> None:
    assert Client().get("/account/password/reset/").status_code == 404
    assert b"/account/password/reset/" not in Client().get("/account/login/").content

    settings.SENDS_MAIL = True

    assert b"/account/password/reset/" in Client().get("/account/login/").content
    assert Client().get("/account/password/reset/").status_code == 200


def test_a_forgotten_password_is_mailed_to_people_only(settings: Any, mailoutbox: Any) -> None:
    settings.SENDS_MAIL = True
    make_person("Lea")

    answers = [
        Client().post("/account/password/reset/", {"email": email})
        for email in ("lea@example.com", "stranger@example.com")
    ]

    assert {answer["Location"] for answer in answers} == {"/account/password/reset/done/"}
    assert [mail.to for mail in mailoutbox] == [["lea@example.com"]]
    (link,) = re.findall(r"http://\S+", mailoutbox[0].body)
    assert Client().get(link, follow=True).status_code == 200


def test_old_link_is_refused() -> None:
    person = make_person("Lea")
    past = utc_now() - timedelta(hours=1)
    issued = facade.create_login_link(actor=SYSTEM, person_id=person.id, now=past)

    assert Client().post(f"/account/link/{issued.token}").status_code == 409
    assert Client().post("/account/link/forged").status_code == 409


def test_link_does_not_pass_by_the_second_factor() -> None:
    person = make_person("Lea")
    user = get_user_model().objects.get(pk=person.key)
    secret = TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance.data["secret"]
    client = Client()

    response = client.post(make_link(person))

    assert response["Location"].startswith("/account/2fa/authenticate/")
    assert client.get(f"{API}/me").status_code == 401
    assert "JBSWY3DPEHPK3PXP" not in secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))
    assert client.post(response["Location"], {"code": code}).status_code == 302
    assert client.get(f"{API}/me").json()["name"] == "Lea"
    assert Authenticator.objects.filter(user=user).count() >= 1


def test_passkey_sign_in_offers_a_challenge() -> None:
    response = Client().get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})

    assert response.status_code == 200
    assert response.json()["request_options"]["publicKey"]["challenge"]


@pytest.mark.parametrize(
    "address",
    ["/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/",
     "/account/password/set/", "/account/logout/"],
)  # fmt: skip
def test_pages_of_ones_own_sign_in_open(address: str) -> None:
    client = Client()
    client.post(make_link(make_person("Lea")))

    response = client.get(address)

    assert response.status_code == 200, response


def test_policy_is_strict_and_the_login_page_lives_with_it() -> None:
    response = Client().get("/account/login/")

    policy = dict(
        part.strip().split(" ", 1) for part in response[POLICY].split(";") if part.strip()
    )
    text = response.content.decode()
    inline = [
        tag for tag in re.findall(r"<script[^>]*>", text)
        if "src=" not in tag and "application/json" not in tag and "nonce=" not in tag
    ]  # fmt: skip
    assert response.status_code == 200
    assert "unsafe" not in policy["script-src"]
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert inline == []
    assert not re.findall(r"\son\w+=", text)
    assert not re.findall(r"(?:src|href)=\"https?://", text)


def test_policy_is_on_programs_answers_too() -> None:
    assert POLICY in Client().get(f"{API}/me").headers
    assert POLICY in Client().get("/api/docs").headers


def test_screens_of_reference_data_may_compile_and_nothing_else_may() -> None:
    response = signed_in().get("/admin/")

    assert response.status_code == 200
    assert "'unsafe-eval'" in response[POLICY]
    assert "'unsafe-eval'" not in signed_in(make_person("Two")).get("/account/logout/")[POLICY]


def test_rights_at_the_screens_are_roles_over_the_whole_group() -> None:
    company = make_company()
    people = [
        make_person("Own"),
        make_person("Vic", role=RoleCode.VIEWER),
        make_person("Part", role=RoleCode.OWNER, unit_id=company.id),
    ]
    users = [get_user_model().objects.get(pk=person.key) for person in people]

    def held(perm: str) -> list[bool]:
        return [RoleBackend().has_perm(user, perm) for user in users]

    assert held("org.view_unit") == [True, True, False]
    assert held("org.change_unit") == [True, False, False]
    assert held("mfa.view_authenticator") == [True, False, False]
    assert RoleBackend().has_module_perms(users[1], "org")


def test_console_speaks_the_persons_language() -> None:
    client = signed_in()
    body = {"language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "light"}

    assert client.put(f"{API}/me/preferences", body, "application/json").status_code == 200

    assert client.get("/api/docs").headers["Content-Language"] == "zh-hans"
    assert Client().get("/api/docs").headers["Content-Language"] == "en"


def test_cookies_are_out_of_reach_of_scripts(settings: Settings) -> None:
    client = Client()
    client.post(make_link(make_person("Lea")))

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
