"""Feeds: every change told, none lost, each channel its own numbers."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, hold, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.webhooks.facade import HOSTS
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.api import feeds as api
from quanqu.sell.inventory.contracts import (
    FeedCursorError,
    FeedDraft,
    FeedError,
    FeedNotFoundError,
    Kit,
    KitPart,
    PlaceClosing,
    StockRule,
)
from quanqu.sell.inventory.facade import (
    close_place,
    drop_old_changes,
    end_feed,
    follow_feeds,
    get_feed,
    list_feeds,
    make_feed,
    read_feed,
    replay_feed,
    ring_fence,
    send_feeds,
    set_kit,
    set_rules,
)


@pytest.fixture
def shop(db):
    return make_shop("north", "tea", "cup", "box")


def feed_for(shop, channel="web", *, places=(), url="", name="feed"):
    draft = FeedDraft(shop.company.key, channel, name, places, url)
    return make_feed(actor=SYSTEM, draft=draft, now=NOW)


def told(shop, feed, after=0, **more):
    """Return what a feed tells after a cursor by (place, item), and the next cursor."""
    page = read_feed(actor=SYSTEM, feed_id=feed.id, after=after, **more)
    places = {shop.store.key: "store", shop.depot.key: "depot"}
    items = {item.key: name for name, item in shop.items.items()}
    return {
        (places[one.place_key], items[one.variant_key]): one.available for one in page.changes
    }, page.cursor


def put(shop, item, units, place="store"):
    receive(units, place=getattr(shop, place).key, item=shop.items[item].key)


def take(shop, item, units, **more):
    assert hold((shop.store.key, shop.items[item].key, units), **more).is_granted


def test_a_feed_begins_with_everything_and_tells_each_change_once(shop):
    put(shop, "tea", 10)
    put(shop, "cup", 3, "depot")
    feed = feed_for(shop).feed
    first, cursor = told(shop, feed)
    assert first == {("store", "tea"): 10, ("depot", "cup"): 3}
    assert told(shop, feed, cursor) == ({}, cursor)
    take(shop, "tea", 2)
    take(shop, "tea", 3)
    assert follow_feeds(now=NOW) == 1  # two holds, one change
    assert follow_feeds(now=NOW) == 0
    assert told(shop, feed, cursor)[0] == {("store", "tea"): 5}
    take(shop, "tea", 5)
    follow_feeds(now=NOW)
    assert told(shop, feed, cursor)[0] == {("store", "tea"): 0}  # what was between is past
    assert told(shop, feed)[0] == {("store", "tea"): 0, ("depot", "cup"): 3}


def test_a_channel_is_told_what_its_rules_let_it_have(shop):
    put(shop, "tea", 10)
    rule = StockRule(3, shop.items["tea"].key, "", None, "web")
    set_rules(actor=SYSTEM, company_key=shop.company.key, rules=[(rule, True)], now=NOW)
    ats = [(shop.store.key, shop.items["tea"].key)]
    ring_fence(actor=SYSTEM, ats=ats, channel="live", units=2, now=NOW)
    web, live = feed_for(shop).feed, feed_for(shop, "live").feed
    assert told(shop, web)[0] == {("store", "tea"): 5}
    assert told(shop, live)[0] == {("store", "tea"): 10}
    box = Kit(shop.items["box"].key, (KitPart(shop.items["tea"].key, 2),))
    set_kit(actor=SYSTEM, company_key=shop.company.key, kit=box, now=NOW)
    follow_feeds(now=NOW)
    assert told(shop, web)[0] == {("store", "tea"): 5, ("store", "box"): 2}
    closing = PlaceClosing(utc_now() - timedelta(days=1))
    close_place(actor=SYSTEM, place_key=shop.store.key, closing=closing, now=closing.starts_at)
    follow_feeds(now=NOW)
    assert told(shop, web)[0] == {("store", "tea"): 0, ("store", "box"): 0}


def test_a_feed_of_some_places_tells_of_no_other(shop):
    put(shop, "tea", 10)
    put(shop, "tea", 4, "depot")
    feed = feed_for(shop, places=(shop.depot.key,)).feed
    assert told(shop, feed)[0] == {("depot", "tea"): 4}


def test_pages_go_on_and_old_changes_are_dropped(shop):
    put(shop, "tea", 10)
    put(shop, "cup", 10)
    feed = feed_for(shop).feed
    page = read_feed(actor=SYSTEM, feed_id=feed.id, limit=1)
    assert (len(page.changes), page.has_more) == (1, True)
    rest = read_feed(actor=SYSTEM, feed_id=feed.id, after=page.cursor, limit=1)
    assert (len(rest.changes), rest.has_more) == (1, False)
    assert drop_old_changes(now=NOW + timedelta(days=6)) == 0
    assert drop_old_changes(now=NOW + timedelta(days=8)) == 2
    with pytest.raises(FeedCursorError):
        read_feed(actor=SYSTEM, feed_id=feed.id, after=page.cursor)
    assert told(shop, feed)[0] == {("store", "tea"): 10, ("store", "cup"): 10}
    assert told(shop, feed, rest.cursor) == ({}, rest.cursor)
    with pytest.raises(FeedCursorError):
        read_feed(actor=SYSTEM, feed_id=feed.id, after=10**12)


def test_who_may_not_see_a_place_sees_no_feed_of_it(shop):
    feed = feed_for(shop).feed
    half = Scope(places=frozenset({shop.store.key}), companies=frozenset({shop.company.key}))
    rights = frozenset({"stock.view", "stock.manage"})
    clerk = Actor(ActorKind.PERSON, "c", "Cy", (Grant(rights, half),))
    assert list_feeds(actor=clerk) == ()
    for act in (get_feed, end_feed, read_feed):
        with pytest.raises(FeedNotFoundError):
            act(actor=clerk, feed_id=feed.id)
    nobody = Actor(ActorKind.PERSON, "n", "No")
    with pytest.raises(NotAllowedError):
        list_feeds(actor=nobody)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"channel": "nowhere"}, "no channel"),
        ({"name": ""}, "a name has"),
        ({"url": "http://127.0.0.1/in"}, "https"),
    ],
)
def test_what_is_no_feed_is_refused(shop, change, problem):
    with pytest.raises(FeedError, match=problem):
        feed_for(shop, **change)
    feed_for(shop)
    with pytest.raises(FeedError, match="of this name"):
        feed_for(shop)


class Receiver(BaseHTTPRequestHandler):
    """Takes calls, or answers what it was told to."""

    calls: list[tuple[dict[str, str], bytes]]
    status: int

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).calls.append((dict(self.headers.items()), body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_args):
        return


@pytest.fixture
def receiver(monkeypatch) -> Iterator[str]:
    Receiver.calls, Receiver.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    monkeypatch.setenv(HOSTS, f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in"
    server.shutdown()
    thread.join()
    server.server_close()


def test_webhooks_are_signed_come_in_order_and_are_repeated_until_taken(shop, receiver):
    put(shop, "tea", 10)
    made = feed_for(shop, url=receiver)
    Receiver.status = 500
    now = utc_now()
    assert send_feeds(now=now) == 0
    take(shop, "tea", 4)
    follow_feeds(now=now)
    assert send_feeds(now=now) == 0  # it waits
    assert get_feed(actor=SYSTEM, feed_id=made.feed.id).message == "HTTP 500"
    Receiver.status = 204
    later = now + timedelta(seconds=10)
    assert (send_feeds(now=later), send_feeds(now=later), send_feeds(now=later)) == (1, 1, 0)
    (failed, first), (again, repeated), (_, second) = Receiver.calls
    assert failed["webhook-id"] == again["webhook-id"]
    assert json.loads(first)["data"] == json.loads(repeated)["data"]
    assert [one["available"] for one in json.loads(repeated)["data"]["changes"]] == [10]
    assert [one["available"] for one in json.loads(second)["data"]["changes"]] == [6]
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{again['webhook-id']}.{again['webhook-timestamp']}.".encode() + repeated
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    assert again["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    feed = get_feed(actor=SYSTEM, feed_id=made.feed.id)
    assert (feed.sent, feed.failing_since) == (feed.last, None)
    replay_feed(actor=SYSTEM, feed_id=feed.id, after=0)
    assert send_feeds(now=later) == 1
    assert [one["available"] for one in json.loads(Receiver.calls[-1][1])["data"]["changes"]] == [6]


def test_a_call_broken_off_is_made_again_with_the_same_changes(shop, receiver, monkeypatch):
    put(shop, "tea", 10)
    feed = feed_for(shop, url=receiver).feed
    now = utc_now()

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("quanqu.sell.inventory.actions.feeds.send", killed)
        with pytest.raises(KeyboardInterrupt):
            send_feeds(now=now)
    take(shop, "tea", 1)
    follow_feeds(now=now)
    assert send_feeds(now=now) == 0  # still claimed
    later = now + timedelta(minutes=3)
    assert (send_feeds(now=later), send_feeds(now=later)) == (1, 1)
    said = [json.loads(body)["data"]["changes"][0]["available"] for _, body in Receiver.calls]
    assert said == [10, 9]
    assert get_feed(actor=SYSTEM, feed_id=feed.id).sent == feed.last + 1


def test_a_stream_tells_changes_with_their_cursor_and_gives_its_slot_back(shop):
    put(shop, "tea", 10)
    feed = feed_for(shop).feed
    assert api._SLOTS.acquire(blocking=False)
    parts = list(api._Stream(SYSTEM, feed.id, 0, 0))
    assert parts[0] == b"retry: 1000\n\n"
    name, key, data = parts[1].decode().strip().split("\n")
    assert (name, key) == ("event: change", f"id: {feed.last}")
    assert json.loads(data.removeprefix("data: "))["available"] == 10
    assert api._SLOTS.acquire(blocking=False)
    quiet = api._Stream(SYSTEM, feed.id, feed.last, 0)
    assert next(quiet) == b"retry: 1000\n\n"
    assert next(quiet) == b": still here\n\n"
    quiet.close()
    assert all(api._SLOTS.acquire(blocking=False) for _ in range(api.STREAMS))
    assert not api._SLOTS.acquire(blocking=False)
    for _ in range(api.STREAMS):
        api._SLOTS.release()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_goods_are_sold_and_feeds_follow_at_once():
    shop = make_shop("north", "tea", "cup", "box")
    put(shop, "tea", 40)
    feed = feed_for(shop).feed

    def work(number):
        if number % 3:
            hold((shop.store.key, shop.items["tea"].key, 1))
        else:
            follow_feeds(now=NOW)

    at_once(work, range(30))
    follow_feeds(now=NOW)
    assert told(shop, feed)[0] == {("store", "tea"): 20}
    first, cursor = told(shop, feed, 0, limit=1)
    while True:
        more, following = told(shop, feed, cursor, limit=1)
        if following == cursor:
            break
        first, cursor = first | more, following
    assert first == {("store", "tea"): 20}
