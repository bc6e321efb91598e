"""The public pages: by link only, without a session, in both languages, never by GET."""

import re

import pytest
from django.test import Client
from tests.builders.consent import answers, customer_id, make_subjects
from tests.builders.customers import make_actor

from quanqu.doors.preferences.pages import PER_ADDRESS
from quanqu.kernel.time import utc_now
from quanqu.know.consent.facade import make_preference_link, request_confirmation

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def _page(subject: int) -> str:
    made = make_preference_link(actor=make_actor(), customer_id=customer_id(subject), now=utc_now())
    return f"/preferences/{made.token}"


def _csrf(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found
    return found[1]


def _reason(subject: int) -> str:
    from_now = 10_000
    return str(answers([subject], at=from_now)[0]["reason"])


def test_the_page_shows_every_choice_and_no_personal_data(browser: Client) -> None:
    (key,) = make_subjects(1)
    answer = browser.get(_page(key))
    html = answer.content.decode()

    assert answer.status_code == 200
    assert html.count('type="checkbox"') == 12
    assert "<script" not in html
    assert "style=" not in html
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"].split("style-src-attr")[0]
    assert "7001" not in re.sub(r"/preferences/\S+|value=\"\w+\"", "", html)


def test_a_choice_is_saved_with_a_token_and_confirmed(browser: Client) -> None:
    (key,) = make_subjects(1)
    page = _page(key)
    form = {"on": ["marketing.email"], "action": "save", "lang": "en"}

    refused = browser.post(page, form)
    form["csrfmiddlewaretoken"] = _csrf(browser.get(page).content.decode())
    saved = browser.post(page, form, follow=True)
    html = saved.content.decode()

    assert refused.status_code == 403
    assert "Your choices are saved." in html
    assert re.search(r'value="marketing.email" checked', html)
    assert _reason(key) == "granted"
    form = {"action": "withdraw", "lang": "zh-hans", "csrfmiddlewaretoken": _csrf(html)}
    gone = browser.post(page, form, follow=True).content.decode()
    assert "checked" not in gone
    assert 'lang="zh-Hans"' in gone
    assert _reason(key) == "withdrawn"


def test_the_page_speaks_both_languages(browser: Client) -> None:
    (key,) = make_subjects(1)
    page = _page(key)

    chinese = browser.get(page, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).content.decode()
    english = browser.get(f"{page}?lang=en", headers={"Accept-Language": "zh"}).content.decode()

    assert "营销信息" in chinese
    assert "Save choices" not in chinese
    assert "Save choices" in english


def test_a_confirmation_works_by_post_only_and_once(browser: Client) -> None:
    (key,) = make_subjects(1)
    made = request_confirmation(
        actor=make_actor(),
        customer_id=customer_id(key),
        asked=[("marketing", "email")],
        source="Form",
        language="en",
        now=utc_now(),
    )
    page = f"/preferences/confirm/{made.token}"

    seen = [browser.get(page).status_code, browser.head(page).status_code]
    waiting = _reason(key)
    form = {"csrfmiddlewaretoken": _csrf(browser.get(page).content.decode())}
    done, again = browser.post(page, form), browser.post(page, form)

    assert (seen, waiting) == ([200, 200], "pending")
    assert (done.status_code, again.status_code) == (200, 404)
    assert _reason(key) == "granted"


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 500, "%00", "é"])
def test_a_strange_link_is_told_kindly(browser: Client, token: str) -> None:
    for page in (f"/preferences/{token}", f"/preferences/confirm/{token}"):
        answer = browser.get(page)
        assert answer.status_code == 404
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_choice_that_is_none_is_refused(browser: Client) -> None:
    (key,) = make_subjects(1)
    page = _page(key)
    form = {"on": "service.email", "csrfmiddlewaretoken": _csrf(browser.get(page).content.decode())}

    assert browser.post(page, form).status_code == 400


def test_guessing_is_limited_by_address(browser: Client) -> None:
    seen = [browser.get("/preferences/x").status_code for _ in range(PER_ADDRESS.burst + 5)]

    assert seen[0] == 404
    assert seen[-1] == 429
