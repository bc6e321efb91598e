"""Before the first import every page teaches how to start."""

from pathlib import Path

import pytest
from django.urls import reverse
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

pytestmark = pytest.mark.django_db
LISTS = ("orders", "customers", "products", "audiences", "timeline", "imports")


@pytest.fixture(autouse=True)
def empty_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a lake with nothing in it."""
    monkeypatch.setenv("QUANQU_LAKE", str(tmp_path / "lake"))


def test_the_overview_offers_the_first_import() -> None:
    page = show(signed_in(make_person("New")), reverse("console:overview"))

    assert reverse("console:import_new") in page.links


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_it_is_for_and_offers_one_thing_to_do(name: str) -> None:
    page = show(signed_in(make_person("New")), reverse(f"console:{name}"))

    offered = {"timeline": "console:sources", "audiences": "console:audience_new"}
    assert reverse(offered.get(name, "console:import_new")) in page.links
    assert "yet" in page.text


def test_the_live_tail_shows_a_line_that_sends_a_first_event_here() -> None:
    page = show(signed_in(make_person("New")), reverse("console:live"))

    assert "http://testserver/v1/track" in page.text
    assert reverse("console:sources") in page.links
