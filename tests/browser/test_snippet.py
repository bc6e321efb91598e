"""The script for web pages in a real browser, against the live tracking API."""

from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.plugin import DjangoDbBlocker
from tests.builders.console import World
from tests.builders.timeline import make_source, settled_rows

from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

EMPTY_QUEUE = "() => !Object.keys(localStorage).some(name => name.startsWith('qq_queue_'))"
KEPT = "() => [document.cookie, ...Object.keys(localStorage)].filter(each => each.includes('qq_'))"
HTML = """<!doctype html><title>Tea</title>
<button data-qq="Coupon Shown" data-qq-coupon-id="c-1">Show</button>
<a href="https://elsewhere.example/a?secret=1" onclick="event.preventDefault()">Out</a>
<a href="/price-list.pdf" onclick="event.preventDefault()">List</a>
<script>window.qq = [["track", "Called Early", {"n": 1}]]</script>
<script async src="%s/v1/qq.js" data-key="%s" %s></script>"""


class Pages(BaseHTTPRequestHandler):
    """Answers every address with the page of its shop."""

    def do_GET(self) -> None:
        body = self.server.html.encode()  # type: ignore[attr-defined] # set by Shop
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Shop:
    """A shop of another origin with the script on its pages, and what the lake got of it."""

    def __init__(self, browser: Browser, code: str, script: tuple[str, str, str]) -> None:
        self.code = code
        self.sent: list[Any] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.server.html = HTML % script  # type: ignore[attr-defined] # read by Pages
        self.context: BrowserContext = browser.new_context()
        self.page: Page = self.context.new_page()
        self.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if request.url.endswith("/v1/batch"):
            self.sent.append(request)

    def open(self, path: str) -> None:
        """Open a page and wait for the script."""
        self.page.goto(self.origin + path)
        self.page.wait_for_function("() => window.qq && window.qq.version")

    def settled(self) -> list[dict[str, Any]]:
        """Return the events of the lake once the queue of the page is empty."""
        self.page.wait_for_function(EMPTY_QUEUE)
        facade.settle_everything(now=utc_now())
        return [row for row in settled_rows() if row["source"] == self.code]


@pytest.fixture(scope="module")
def write_keys(group: World, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Make the sources for good: the server works in transactions of its own."""
    connection.close()  # under the browser's loop it is another one, ended with the last group
    with django_db_blocker.unblock():
        codes = ("snippet", "offline", "gpc", "consent", "vitals")
        return {
            code: make_source(code, place=None, allowed_origins=("*",)).write_key for code in codes
        }


@pytest.fixture
def shops(browser: Browser, address: str, write_keys: dict[str, str]) -> Iterator[Any]:
    made: list[Shop] = []

    def make(code: str, attributes: str = "") -> Shop:
        made.append(Shop(browser, code, (address, write_keys[code], attributes)))
        return made[-1]

    yield make
    for shop in made:
        shop.context.close()
        shop.server.shutdown()
        shop.server.server_close()


def test_pages_clicks_and_calls_arrive_once_with_where_the_visitor_came_from(shops: Any) -> None:
    shop = shops("snippet")
    shop.open("/tea?utm_source=letter&utm_medium=email&utm_campaign=autumn&gclid=g-1")
    shop.page.evaluate("history.pushState({}, '', '/cups')")
    shop.page.get_by_text("Show").click()
    shop.page.get_by_text("Out").click()
    shop.page.get_by_text("List").click()
    shop.page.evaluate("qq.identify('u-1', {plan: 'gold'})")

    rows = shop.settled()

    assert Counter(row["event"] for row in rows) == {
        "Page Viewed": 2, "Called Early": 1, "Coupon Shown": 1, "Outbound Link Clicked": 1,
        "File Downloaded": 1, "User Identified": 1,
    }  # fmt: skip
    assert len({row["message_id"] for row in rows}) == len(rows)
    assert {row["page_path"] for row in rows if row["type"] == "page"} == {"/tea", "/cups"}
    assert {(row["utm_source"], row["utm_medium"], row["campaign"]) for row in rows} == {
        ("letter", "email", "autumn")
    }
    landing = next(row for row in rows if row["page_path"] == "/tea" and row["type"] == "page")
    assert landing["click_id"] == "gclid"
    assert "secret" not in "".join(row["properties"] for row in rows)


def test_what_happens_offline_arrives_once_the_line_is_back(shops: Any) -> None:
    shop = shops("offline")
    shop.open("/tea")
    shop.page.wait_for_function(EMPTY_QUEUE)
    shop.context.set_offline(True)
    for number in range(5):
        shop.page.evaluate(f"qq.track('Offline {number}')")
    shop.page.evaluate("qq.flush()")
    shop.page.close()  # what was not sent lies on disk
    shop.context.set_offline(False)
    shop.page = shop.context.new_page()
    shop.open("/tea?again")

    names = Counter(row["event"] for row in shop.settled())

    assert {name: count for name, count in names.items() if name.startswith("Offline")} == {
        f"Offline {number}": 1 for number in range(5)
    }


def test_a_browser_that_signals_gpc_sends_and_keeps_nothing(shops: Any) -> None:
    shop = shops("gpc")
    signal = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})"
    shop.context.add_init_script(signal)
    shop.open("/tea")
    shop.page.evaluate("qq.track('Seen'); qq.consent(true); qq.track('Seen'); qq.flush()")
    shop.open("/tea")

    assert shop.page.evaluate(KEPT) == []
    assert shop.sent == []


def test_nothing_is_kept_before_consent_and_everything_after(shops: Any) -> None:
    shop = shops("consent", 'data-consent="required"')
    shop.open("/tea")
    shop.page.evaluate("qq.track('Before')")
    assert (shop.page.evaluate(KEPT), shop.sent) == ([], [])

    shop.page.evaluate("qq.consent(true)")
    names = {row["event"] for row in shop.settled()}
    assert names >= {"Page Viewed", "Called Early", "Before"}

    shop.page.evaluate("qq.consent(false); qq.track('After')")
    assert shop.page.evaluate(KEPT) == []
    assert "After" not in {row["event"] for row in shop.settled()}


def test_vitals_are_told_when_the_page_is_left(shops: Any) -> None:
    shop = shops("vitals")
    shop.open("/tea")
    shop.page.wait_for_function(EMPTY_QUEUE)
    with shop.page.expect_request("**/v1/batch"):
        shop.page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden'});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    told = [row for row in shop.settled() if row["event"] == "Web Vitals Measured"]

    assert len(told) == 1
    assert '"ttfb_ms"' in told[0]["properties"]
