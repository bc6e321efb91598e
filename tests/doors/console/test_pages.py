"""Every page: who may open it, what it shows, and that nobody sees beyond their scope."""

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter
from django.urls.resolvers import URLPattern
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_company, make_person

from quanqu.doors.console.shell.nav import PAGES
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import product_names

pytestmark = pytest.mark.django_db


class Reader(HTMLParser):
    """Collects the parts of a page that tests speak of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))
        if named.get("id"):
            self.ids.append(str(named["id"]))

    def handle_data(self, data: str) -> None:
        self.text += data


def show(client: Client, address: str, status: int = 200) -> Reader:
    answer = client.get(address)
    assert answer.status_code == status, address
    return Reader(answer.content.decode())


def addresses(world: World) -> dict[str, str]:
    """Return the address of every page that answers to GET."""
    keys = {
        "customer": world.customer_id,
        "order": world.order_id,
        "product": world.product_id,
        "metric": "net_sales",
        "person": world.viewer.id,
        "unit": world.places["web"].id,
        "unit_new": world.places["web"].company_id,
    }
    names = [entry.code for wing in PAGES for entry in wing.entries]
    names += ["search", "live", "failed_events", "violations", "plan", "audience_new", "import_new"]
    names += ["profile", "organisation", "people", "api_keys", "sources", "audit"]
    names += ["planned_event", "tags", "tag_new", "tag_parts"]
    plain = {name: reverse(f"console:{name}") for name in names}
    return plain | {name: reverse(f"console:{name}", args=[key]) for name, key in keys.items()}


def test_a_product_tells_what_it_sold_by_channel(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:product_figures", args=[world.product_id])

    page = show(client, address)

    assert "Units sold" in page.text
    assert "Marketplace" in page.text
    assert any(link.startswith("/orders?channel=marketplace") for link in page.links)


def test_a_metric_is_sent_as_a_file_with_exact_figures(world: World) -> None:
    address = reverse("console:metric", args=["net_sales"])

    answer = signed_in(world.owner).get(f"{address}?by=channel&export=csv")

    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *lines = list(csv.reader(io.StringIO(text)))
    assert header[:3] == ["Channel", "Currency", "Net sales"]
    assert {line[0] for line in lines} == {"Web shop", "Store", "App", "Marketplace"}
    assert all(re.fullmatch(r"-?\d+\.\d\d", line[2]) for line in lines)


def test_a_metric_by_channel_or_place_names_what_is_simulated(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:metric", args=["orders"])

    for dimension in ("channel", "place"):
        assert "(simulated)" in show(client, f"{address}?by={dimension}").text
    assert "(simulated)" not in show(client, f"{address}?by=country").text


def test_a_page_that_refuses_offers_to_start_again(world: World) -> None:
    page = show(signed_in(world.owner), f"{reverse('console:orders')}?cursor=bad", status=422)

    assert reverse("console:orders") in page.links


def test_a_touch_names_its_product(world: World) -> None:
    client = signed_in(world.owner)
    place = world.places["web"]
    names = product_names(company_keys=[place.company_key], skus=["MUG-W", "NONE"])

    assert names == {(place.company_key, "MUG-W"): "White mug"}
    assert show(client, reverse("console:customer", args=[world.customer_id])).text


def test_data_quality_says_in_words_what_to_do_and_leads_to_the_rows(world: World) -> None:
    client = signed_in(world.owner)

    page = show(client, reverse("console:quality"))
    (guests,) = {link for link in page.links if "missing=customer" in link}
    orders = show(client, guests)

    assert "guest sales" in page.text
    assert "subject_key" not in page.text
    assert "Guest" in orders.text
    assert len([link for link in orders.links if link.startswith("/orders/ord_")]) == 20


def test_the_owner_opens_every_page_in_both_languages(world: World) -> None:
    client = signed_in(world.owner)

    for language in ("en", "zh-hans"):
        client.post(reverse("console:preference"), {"language": language})
        for name, address in addresses(world).items():
            page = show(client, address)
            assert len(page.ids) == len(set(page.ids)), name


@pytest.mark.thorough
def test_no_link_of_any_page_leads_nowhere(world: World) -> None:
    client = signed_in(world.owner)
    links = {
        link
        for address in addresses(world).values()
        for link in show(client, address).links
        if link.startswith("/") and "export=" not in link and not link.startswith("/admin")
    }

    kinds = {_kind(link): link for link in sorted(links)}

    broken = {link: client.get(link).status_code for link in kinds.values()}

    assert {link: status for link, status in broken.items() if status >= 400} == {}
    assert len(kinds) > 50


def test_every_address_of_the_console_asks_a_stranger_to_sign_in(world: World) -> None:
    client = Client()
    sign_in = reverse("account_login")

    for pattern in get_resolver("quanqu.doors.console.urls").url_patterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name == "language":
            continue
        arguments = {
            name: 1 if isinstance(converter, IntConverter) else _sample(name)
            for name, converter in pattern.pattern.converters.items()
        }
        address = reverse(f"console:{pattern.name}", kwargs=arguments)
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith(sign_in), address


def test_a_viewer_sees_only_pages_of_their_rights(world: World) -> None:
    client = signed_in(world.viewer)

    page = show(client, reverse("console:overview"))

    assert reverse("console:orders") in page.links
    assert reverse("console:customers") not in page.links
    forbidden = show(client, reverse("console:customers"), 403)
    assert "customers.view" in forbidden.text
    show(client, reverse("console:people"), 403)


def test_a_viewer_of_one_company_sees_nothing_of_another(world: World) -> None:
    client = signed_in(world.viewer)
    owner = signed_in(world.owner)
    everywhere = show(owner, f"{reverse('console:orders')}?cols=place")
    here = show(client, f"{reverse('console:orders')}?cols=place")

    assert "MARKET000" in everywhere.text
    assert "MARKET000" not in here.text
    assert "WEB000" in here.text


def test_the_scope_switcher_narrows_and_never_widens(world: World) -> None:
    market = world.places["market"].id
    orders = reverse("console:orders")

    owner = show(signed_in(world.owner), f"{orders}?scope={market}")
    viewer = show(signed_in(world.viewer), f"{orders}?scope={market}")

    assert "MARKET000" in owner.text
    assert "WEB000" not in owner.text
    assert "MARKET000" not in viewer.text


def test_links_carry_scope_and_period(world: World) -> None:
    scope = world.places["web"].company_id
    query = f"scope={scope}&from=2026-01-01&to=2026-11-22&compare=none"

    page = show(signed_in(world.owner), f"{reverse('console:overview')}?{query}")

    orders = [link for link in page.links if link.startswith(reverse("console:orders"))]
    assert orders
    assert all(f"scope={scope}" in link and "from=2026" in link for link in orders)


def test_the_overview_shows_figures_of_the_metrics_room(world: World) -> None:
    scope = world.places["web"].id

    page = show(
        signed_in(world.owner),
        f"{reverse('console:overview')}?scope={scope}&from=2026-01-01&to=2026-11-22&compare=none",
    )

    # 23 of 24 orders count, of 1, 2 or 3 mugs at 12.50 in turn; one refund of 12.50.
    amounts = [1250 * (1 + at % 3) for at in range(24) if at != 7]
    orders_from = [at for at in range(24) if at != 7]
    counted = [amount for amount, at in zip(amounts, orders_from, strict=True) if 14 * at + 1 < 325]
    assert f"£{(sum(counted) - 1250) / 100:,.2f}" in page.text


def test_things_that_are_not_there_are_a_page_of_their_own(world: World) -> None:
    client = signed_in(world.owner)

    for name in ("order", "customer", "product", "audience", "import"):
        page = show(client, reverse(f"console:{name}", args=["nonsense"]), 404)
        assert "Nothing is here" in page.text


def test_a_part_of_the_group_is_all_a_manager_of_it_may_choose(world: World) -> None:
    other = make_company("elsewhere", currency="EUR")
    manager = make_person("Kim", role=RoleCode.STORE_MANAGER, unit_id=other.id)

    page = show(signed_in(manager), reverse("console:orders"))

    scopes = [link for link in page.links if "scope=" in link]
    assert scopes
    assert all(f"scope={other.id}" in link for link in scopes)


def _kind(link: str) -> tuple[str, tuple[str, ...]]:
    """Tell links apart by page and by the names of their parameters, and by which metric."""
    path, _mark, query = link.partition("?")
    shape = re.sub(r"(ord|cus|prd|per)_\w+", r"\1", path)
    names = {part.partition("=")[0] for part in query.split("&")}
    return shape, tuple(sorted(names - {"scope", "from", "to", "compare"}))


def _sample(name: str) -> Any:
    return 1 if name in ("evidence_key", "verdict_key", "part_no") else "x"
