"""Lists: filters in the address, columns, saved views, bulk, export, paging."""

import csv
import io
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import actor_of_person
from tests.doors.console.test_pages import show

from quanqu.doors.console.actions import save_view
from quanqu.doors.console.kit.lists import ListView
from quanqu.doors.console.models import SavedView
from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.sell.catalog.contracts import FindingFilters, FindingState
from quanqu.sell.catalog.facade import count_findings, find_decisions

pytestmark = pytest.mark.django_db
ORDERS = "/orders"


def rows_of(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def test_filters_in_the_address_narrow_the_list(world: World) -> None:
    client = signed_in(world.owner)

    everything = show(client, ORDERS)
    narrow = show(client, f"{ORDERS}?channel=store&state=cancelled")

    assert "96 rows" in everything.text
    assert "1 row" in narrow.text
    assert "STORE007" in narrow.text


def test_the_search_finds_by_the_beginning_of_a_number(world: World) -> None:
    page = show(signed_in(world.owner), f"{ORDERS}?q=APP01")

    assert "10 rows" in page.text


def test_nothing_found_offers_to_clear_the_filters(world: World) -> None:
    page = show(signed_in(world.owner), f"{ORDERS}?q=nonsense")

    assert "Nothing matches" in page.text
    assert ORDERS in page.links


def test_pages_follow_one_another_without_loss(world: World) -> None:
    client = signed_in(world.owner)
    seen: list[str] = []
    address = ORDERS
    for _page in range(3):
        page = show(client, address)
        seen += [link for link in page.links if link.startswith("/orders/ord_")]
        following = [link for link in page.links if "cursor=" in link]
        if not following:
            break
        address = following[-1]

    assert len(seen) == len(set(seen)) == 96


def test_columns_are_chosen_in_the_address(world: World) -> None:
    page = show(signed_in(world.owner), f"{ORDERS}?cols=where&cols=said")

    assert "State on the channel" in page.text
    assert "Refunded" not in page.text.split("Columns")[-1].split("Apply")[-1]


def test_an_export_holds_all_rows_of_the_filters_and_leaves_a_trail(world: World) -> None:
    client = signed_in(world.owner)

    answer = client.get(f"{ORDERS}?channel=store&export=csv")

    found = rows_of(b"".join(answer.streaming_content))
    assert len(found) == 25
    assert found[0][0] == "ID"
    trail = list_entries(actor=SYSTEM, filters=AuditFilters(), limit=1).items[0]
    assert (trail.action, trail.subject) == ("orders.export", "orders")


def test_an_export_needs_its_right(world: World) -> None:
    assert signed_in(world.viewer).get(f"{ORDERS}?export=csv").status_code == 403


def test_a_workbook_is_sent_as_one(world: World) -> None:
    answer = signed_in(world.owner).get(f"{ORDERS}?export=xlsx")

    assert answer.content[:2] == b"PK"
    assert ".xlsx" in answer["Content-Disposition"]


def test_a_saved_view_is_a_name_for_filters_and_belongs_to_one_person(world: World) -> None:
    client, other = signed_in(world.owner), signed_in(world.viewer)
    address = f"{ORDERS}?channel=store"
    form = {
        "page": "orders",
        "name": "Stores",
        "query": "channel=store&from=2026-01-01",
        "next": address,
    }

    client.post(reverse("console:views"), form)

    page = show(client, ORDERS)
    assert "Stores" in page.text
    assert any(link.endswith("channel=store") for link in page.links)
    assert "Stores" not in show(other, ORDERS).text
    client.post(reverse("console:views"), form)
    assert show(client, ORDERS).text.count("Stores") == 1


def test_a_view_is_deleted_by_its_owner_only(world: World) -> None:
    client, other = signed_in(world.owner), signed_in(world.viewer)
    form = {"page": "orders", "name": "Mine", "query": "channel=app", "next": ORDERS}
    client.post(reverse("console:views"), form)
    html = client.get(f"{ORDERS}?channel=app").content.decode()
    gone = html.split("/views/")[1].split("/gone")[0]

    assert other.post(reverse("console:view_gone", args=[gone])).status_code == 404
    client.post(reverse("console:view_gone", args=[gone]))

    show(client, ORDERS)  # takes the message away
    assert "Mine" not in show(client, ORDERS).text


def test_customers_are_tagged_in_bulk(world: World) -> None:
    client = signed_in(world.owner)
    form = {"action": "tag", "tag_text": "vip", "id": [world.customer_id], "next": "/customers"}

    client.post(reverse("console:customer_tags"), form)

    assert "1 row" in show(client, "/customers?tag=vip").text
    client.post(reverse("console:customer_tags"), form | {"action": "untag", "untag_text": "vip"})
    assert "Nothing matches" in show(client, "/customers?tag=vip").text


def undo_of(client: Client, address: str) -> str:
    html = client.get(address).content.decode()
    return html.split('name="undo" value="')[1].split('"')[0]


def test_tags_are_taken_back_from_those_who_got_them_only(world: World) -> None:
    client = signed_in(world.owner)
    first, *others = [
        link.split("/")[-1] for link in show(client, "/customers").links if "/cus_" in link
    ]
    tags = reverse("console:customer_tags")
    client.post(tags, {"action": "tag", "tag_text": "vip", "id": [first]})
    show(client, "/customers")
    client.post(tags, {"action": "tag", "tag_text": "vip", "id": [first, *others]})
    assert "6 rows" in show(client, "/customers?tag=vip&cols=tags").text

    client.post(tags, {"action": "untag", "untag_text": "vip", "id": [first]})
    undo = reverse("console:customer_tags_undo")
    client.post(undo, {"undo": undo_of(client, "/customers")})
    assert "6 rows" in show(client, "/customers?tag=vip").text

    client.post(tags, {"action": "untag", "untag_text": "vip", "id": others})
    show(client, "/customers")
    client.post(tags, {"action": "tag", "tag_text": "vip", "id": [first, *others]})
    client.post(undo, {"undo": undo_of(client, "/customers")})
    assert "1 row" in show(client, "/customers?tag=vip").text


def test_a_deleted_view_comes_back(world: World) -> None:
    client = signed_in(world.owner)
    form = {"page": "orders", "name": "Mine", "query": "channel=app", "next": ORDERS}
    client.post(reverse("console:views"), form)
    html = client.get(f"{ORDERS}?channel=app").content.decode()
    gone = html.split("/views/")[1].split("/gone")[0]
    client.post(reverse("console:view_gone", args=[gone]))

    client.post(reverse("console:view_undo"), {"undo": undo_of(client, ORDERS)})

    assert "Mine" in show(client, ORDERS).text


def test_findings_are_decided_in_bulk(world: World) -> None:
    client = signed_in(world.owner)
    before = count_findings(actor=SYSTEM, filters=FindingFilters())
    html = client.get(reverse("console:findings")).content.decode()
    chosen = [part.split('"')[0] for part in html.split('name="id" value="')[1:3]]

    client.post(reverse("console:finding_decisions"), {"action": "accept", "id": chosen})

    assert count_findings(actor=SYSTEM, filters=FindingFilters()) == before - 2
    accepted = FindingFilters(state=FindingState.ACCEPTED)
    assert count_findings(actor=SYSTEM, filters=accepted) == 2


def test_a_decision_about_findings_is_undone_as_it_was(world: World) -> None:
    client = signed_in(world.owner)
    page = client.get(reverse("console:findings")).content.decode()
    chosen = [part.split('"')[0] for part in page.split('name="id" value="')[1:3]]
    client.post(reverse("console:finding_decisions"), {"action": "accept", "id": chosen[:1]})
    client.get(reverse("console:findings"))
    client.post(reverse("console:finding_decisions"), {"action": "resolve", "id": chosen})
    page = client.get(reverse("console:findings")).content.decode()
    note = page.split('name="undo" value="')[1].split('"')[0]

    client.post(reverse("console:finding_undo"), {"undo": note})

    held = find_decisions(actor=SYSTEM, finding_ids=chosen)
    assert [held[key].state for key in chosen] == [FindingState.ACCEPTED, FindingState.OPEN]


def test_an_undo_that_is_not_ours_changes_nothing(world: World) -> None:
    client = signed_in(world.owner)
    before = count_findings(actor=SYSTEM, filters=FindingFilters())

    client.post(reverse("console:finding_undo"), {"undo": "made-up"})

    assert "no longer be undone" in show(client, reverse("console:findings")).text
    assert count_findings(actor=SYSTEM, filters=FindingFilters()) == before


def test_findings_are_searched_by_product_and_priced_as_money(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:findings")

    assert "White mug" in show(client, f"{address}?q=white").text
    assert "Nothing matches" in show(client, f"{address}?q=no-such-thing").text


def sorted_totals(client: Client, sort: str) -> list[str]:
    page = show(client, f"{ORDERS}?channel=store&currency=GBP&cols=total&sort={sort}")
    return re.findall(r"£[\d,.]+", page.text)


def test_headings_put_a_list_in_order(world: World) -> None:
    client = signed_in(world.owner)

    highest, lowest = (sorted_totals(client, code) for code in ("highest", "lowest"))

    assert highest == lowest[::-1]
    assert highest == sorted(highest, key=lambda text: -float(text[1:].replace(",", "")))
    assert any("sort=highest" in link for link in show(client, f"{ORDERS}?currency=GBP").links)
    assert not any("sort=highest" in link for link in show(client, ORDERS).links)


def test_customers_are_put_in_order_by_what_they_bought(world: World) -> None:
    client = signed_in(world.owner)

    for figure in ("orders", "last_order", "sales"):
        scope = f"scope={world.places['web'].company_id}"
        most = show(client, f"/customers?{scope}&sort=most_{figure}").links
        least = show(client, f"/customers?{scope}&sort=least_{figure}").links
        pages = [
            [link for link in links if link.startswith("/customers/cus_")]
            for links in (most, least)
        ]
        assert len(pages[0]) == 6
        assert pages[0] == pages[1][::-1]
    assert not any("sort=most_sales" in link for link in show(client, "/customers").links)


def test_a_form_never_leads_to_another_host(world: World) -> None:
    answer = signed_in(world.owner).post(
        reverse("console:preference"), {"theme": "dark", "next": "https://evil.example/"}
    )

    assert answer["Location"] == reverse("console:overview")


def test_no_two_lists_share_saved_views() -> None:
    import_module(settings.ROOT_URLCONF)
    lists = [one for one in _lists(ListView) if one.__module__.startswith("quanqu.")]
    pages = [one().views_page for one in lists]

    assert len(lists) > 10
    assert sorted(pages) == sorted(set(pages))


def _lists(kind: type[ListView]) -> list[type[ListView]]:
    return [one for each in kind.__subclasses__() for one in (each, *_lists(each))]


@pytest.mark.parametrize(
    ("page", "query", "moved"),
    [
        ("customers", "kind=limit", "breaches"),
        ("customers", "cols=demoted&cols=since", "breaches"),
        ("customers", "tag=vip", "customers"),
        ("customers", "kind=limit&tag=vip", "customers"),
        ("customers", "cols=since", "customers"),
        ("timeline", "code=unknown_event&source=web", "failed_events"),
        ("timeline", "cols=event&cols=mend", "violations"),
        ("timeline", "event=Order+Completed", "timeline"),
        ("timeline", "channel=store", "timeline"),
        ("orders", "kind=limit", "orders"),
    ],
)
def test_views_made_on_a_shared_page_go_to_the_list_they_speak_of(
    world: World, page: str, query: str, moved: str
) -> None:
    actor = actor_of_person(world.owner)
    save_view(actor=actor, page=page, name="Mine", query=query, now=utc_now())
    migration = import_module("quanqu.doors.console.migrations.0002_views_of_their_own_lists")

    migration._move(apps, None)

    assert SavedView.objects.get().page == moved
