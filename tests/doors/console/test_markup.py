"""Text from outside is text on every page: markup in any name, event or file is never markup.

And every form of every page asks for its token.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.plugin import DjangoDbBlocker
from tests.builders import customers, timeline
from tests.builders.corners import NOW, Corner, make_corner, make_goods
from tests.builders.held import held_database
from tests.builders.http import signed_in
from tests.builders.org import actor_of_person, make_company, make_person, make_place
from tests.builders.walks import Route, console_routes, text_of

from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.org.contracts import PlaceType

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MARK: Final = "<i id=odd>"
ODD: Final = f"</script></textarea>{MARK}\"'`{{{{7*7}}}}"
_TEXTS: Final = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND data_type IN ('text', 'character varying')
  AND column_name IN ('name', 'title', 'description', 'label', 'brand', 'city', 'region',
      'category', 'value', 'owner', 'number', 'method', 'file_name', 'reason', 'subject')
  AND table_name !~ '^(django|auth|account|mfa|usersessions|procrastinate|audit|http|outbox)_'
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as its reader gets it."""

    route: Route
    status: int
    kind: str
    text: str


@pytest.fixture(scope="module")
def pages(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[tuple[Page, ...]]:
    """Return every page of a group whose every text holds markup."""
    home = tmp_path_factory.mktemp("odd")
    with held_database(django_db_blocker, home):
        ibis = make_company("ibis")
        corner = make_corner("aardvark", ibis, PlaceType.WEB_SHOP, 1111, home)
        owner = make_person("Owner")
        depot = make_place("depot", company=ibis)
        goods = make_goods("aardvark", ibis, actor_of_person(owner), corner.place, depot)
        _track_markup(corner)
        assert len(_write_markup_over_texts()) >= 12
        client, known = signed_in(owner), {**corner.known, **goods}
        yield tuple(_read(client, route, known) for route in console_routes())


def _track_markup(corner: Corner) -> None:
    (subject,) = customers.resolve({"email": "aardvark@example.com"}, source="odd", now=NOW)
    assert subject is not None
    later = NOW + timedelta(minutes=1)
    customers.profile(subject, at=later, source="odd", name=ODD, city=ODD, country="CN")
    issued = timeline.make_source("odd", place=corner.place.code)
    seen = timeline.make_event(
        event=ODD,
        messageId="odd-1",
        userId="aardvark-user",
        properties={ODD: ODD, "product_id": ODD, "order_id": ODD, "url": f"javascript:{ODD}"},
        context={"page": {"path": ODD, "url": ODD, "title": ODD}, "campaign": {"name": ODD}},
    )
    failed = {"type": "track", "messageId": ODD, "userId": ODD, "properties": {"a": ODD}}
    timeline.accept(issued, [seen, failed], now=NOW)
    timeline.facade.settle_everything(now=NOW)
    publish_dirty(now=later)


def _write_markup_over_texts() -> set[str]:
    """Put markup into every text a table takes it in, and return those tables."""
    struck = set()
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS)
        for table, column in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = "{column}" || %s '
                        f"WHERE \"{column}\" <> ''",
                        [ODD],
                    )
            except Error:
                continue  # the table's own constraint keeps markup out
            if cursor.rowcount:
                struck.add(table)
    return struck


def _read(client: Client, route: Route, known: dict[str, str]) -> Page:
    answer = route.call(client, known)
    return Page(route, answer.status_code, answer.get("Content-Type", ""), text_of(answer))


def test_markup_from_outside_is_markup_on_no_page(pages: tuple[Page, ...]) -> None:
    html = [page for page in pages if page.kind.startswith("text/html")]

    told = {page.route.template for page in html if MARK in page.text}
    shown = {page.route.template for page in html if "i id=odd" in page.text}

    assert not told, told
    assert len(shown) >= 12, shown


def test_no_page_fails_for_it(pages: tuple[Page, ...]) -> None:
    assert not [page.route.template for page in pages if page.status >= 500]


def test_no_address_runs_as_a_script(pages: tuple[Page, ...]) -> None:
    led = [
        page.route.template
        for page in pages
        if any(f'{name}="javascript:' in page.text for name in ("href", "src", "action"))
    ]

    assert not led, led


def _addresses(patterns: Any, prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern) and "<" not in address and "(" not in address:
            yield address.replace("^", "").replace("$", "")


def test_every_form_asks_for_its_token() -> None:
    client = signed_in(make_person("Ann"), enforce_csrf=True)

    told = {
        address: client.post(address).status_code
        for address in _addresses(get_resolver().url_patterns)
        if not address.startswith("/api/v1/")  # programs bring a key; sessions: see test_edge
    }

    assert len(told) > 60
    assert set(told.values()) <= {403, 404, 405}, told
