"""A served group and a browser, for the journeys of people."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker
from tests.builders.console import World, make_world
from tests.builders.http import signed_in

CHROMIUM = os.environ.get("QUANQU_CHROMIUM", "/usr/bin/chromium")
PASSWORD = "correct horse battery staple"
Open = Callable[..., Page]
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def group(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Make the group of tests/builders/console.py for good, and empty the tables afterwards."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("QUANQU_LAKE", str(tmp_path_factory.mktemp("lake")))
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread
        try:
            world = make_world()
            for person in get_user_model().objects.all():
                person.set_password(PASSWORD)
                person.save()
            yield world
        finally:
            with connection.cursor() as cursor:  # threads of the server may still hold theirs
                cursor.execute(_OTHERS)
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def sessions(group: World) -> dict[str, str]:
    """Sign the people of the group in: tries at a password are rationed."""
    connection.close()  # under the browser's loop it is another one, ended with the last group
    people = {"owner": group.owner, "viewer": group.viewer}
    return {
        who: signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
        for who, person in people.items()
    }


@pytest.fixture(scope="module")
def address(group: World) -> Iterator[str]:
    """Serve the product on a free port of this machine."""
    server = LiveServer("localhost:0")
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Start Debian's Chromium, after the group is made and served."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, address: str, sessions: dict[str, str]) -> Iterator[Open]:
    """Return a function that signs a person in; any error of the page fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def sign_in(who: str = "owner", **options: object) -> Page:
        context = browser.new_context(base_url=address, locale="en-GB", **options)  # type: ignore[arg-type] # Playwright's own options
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[who], "url": address}
        context.add_cookies([cookie])  # type: ignore[list-item] # a SetCookieParam
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto("/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert faults == []
