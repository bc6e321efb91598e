"""What is searched for may be a person: it is in no address, and yet the search finds it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.builders.customers import resolve, seen_at
from tests.builders.http import signed_in
from tests.builders.org import make_place

from quanqu.doors.console.kit.sealing import open_text, seal_text

pytestmark = pytest.mark.django_db

EMAIL = "petra.quintessa@example.com"


@pytest.fixture
def reader() -> Client:
    """A reader of two customers at one place."""
    place = make_place("web")
    keys = resolve({"email": EMAIL}, {"email": "other@example.com"})
    seen_at(*((key, place.key) for key in keys if key is not None))
    return signed_in()


def search(reader: Client, address: str, text: str) -> str:
    answer = reader.post(address, {"q": text})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_address_of_a_search_does_not_tell_what_was_searched_for(reader: Client) -> None:
    address = search(reader, "/customers?country=GB&cursor=x", EMAIL)

    assert "petra" not in address.lower()
    assert "example" not in address.lower()
    told = parse_qs(urlsplit(address).query)
    assert set(told) == {"country", "q"}


def test_the_address_of_a_search_finds_it_again(reader: Client) -> None:
    address = search(reader, "/customers", EMAIL)

    page = reader.get(address).content.decode()

    assert "p***@example.com" in page
    assert "o***@example.com" not in page
    assert f'value="{EMAIL}"' in page


def test_an_empty_search_shows_everybody(reader: Client) -> None:
    assert search(reader, f"/customers?q={seal_text(EMAIL)}", " ") == "/customers"


@pytest.mark.parametrize("text", ["~", "~~~", "~AAAA", "~" + "A" * 80, "~é"])
def test_what_was_sealed_elsewhere_is_nothing(reader: Client, text: str) -> None:
    assert open_text(text) == ""
    assert reader.get("/customers", {"q": text}).status_code == 200


def test_the_same_text_is_sealed_in_another_way_each_time() -> None:
    assert seal_text("a") != seal_text("a")
    assert open_text(seal_text("a")) == "a"
    assert open_text("plain") == "plain"


def test_searching_everything_needs_no_address(reader: Client) -> None:
    page = reader.post("/search", {"q": EMAIL}, headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert "p***@example.com" in page.content.decode()


def test_a_search_from_elsewhere_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/customers", {"q": EMAIL}).status_code == 403
