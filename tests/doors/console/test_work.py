"""What people do on the pages: build, import, reveal, join and part, hand out rights."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.doors.console.test_pages import Reader, show

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceFilters
from quanqu.know.audiences.facade import list_audiences
from quanqu.know.customers.facade import find_customers, get_customer, merge_customers
from quanqu.know.org.contracts import PersonInfo

pytestmark = pytest.mark.django_db
BUYERS = {
    "version": 1,
    "match": {
        "kind": "and",
        "nodes": [{"kind": "event", "event": "Order Completed", "value": 2}],
    },
}


def trail(action: str) -> list[str]:
    found = list_entries(actor=SYSTEM, filters=AuditFilters(action=action))
    return [entry.subject for entry in found.items]


def preview(client: Client, definition: object) -> dict[str, object]:
    answer = client.post(
        reverse("console:audience_preview"), json.dumps(definition), "application/json"
    )
    found: dict[str, object] = answer.json()
    return found


def test_the_builder_counts_and_says_the_rules_in_words(world: World) -> None:
    client = signed_in(world.owner)

    told = preview(client, BUYERS)

    assert told["count"] == "6"
    assert "of 6 customers" in str(told["note"])
    assert "Order completed" in str(told["sentence"])
    assert len(told["sample"]) == 5  # type: ignore[arg-type]
    client.post(reverse("console:preference"), {"language": "zh-hans"})
    assert "客户" in str(preview(client, BUYERS)["sentence"])


def test_the_builder_offers_what_is_in_the_data(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:audience_found")

    def found(**asked: str) -> list[dict[str, str]]:
        told: list[dict[str, str]] = client.get(address, asked).json()["found"]
        return told

    keys = found(what="keys", origin="event", event="Order Completed")
    assert "properties.revenue" in {one["name"] for one in keys}
    values = found(what="values", origin="event", event="Order Completed", field="currency")
    assert {"value": "GBP", "note": "69"} in values
    assert (
        found(what="values", origin="event", event="Order Completed", field="currency", text="x")
        == []
    )
    assert client.get(address, {"what": "values", "field": "shoe_size"}).status_code == 422
    page = show(client, reverse("console:audience_new")).text
    assert "Lapsing" in page
    assert "Reads but does not buy" not in page


def test_the_builder_marks_what_is_wrong_where_it_is(world: World) -> None:
    wrong = {"version": 1, "match": {"kind": "profile", "field": "shoe_size", "op": "eq"}}

    told = preview(signed_in(world.owner), wrong)

    assert told["count"] == "–"
    assert [one["path"] for one in told["problems"]] == ["$.match.field"]  # type: ignore[attr-defined]
    assert preview(signed_in(world.owner), ["no object"])["count"] == "–"


def _saved(client: Client, name: str = "Twice") -> tuple[str, dict[str, str]]:
    form = {"name": name, "description": "", "definition": json.dumps(BUYERS)}
    client.post(reverse("console:audience_new"), form)
    saved = list_audiences(actor=SYSTEM, filters=AudienceFilters()).items[0]
    return ids.encode("aud", saved.id), form


def test_an_audience_is_saved_worked_out_changed_exported_and_archived(world: World) -> None:
    client = signed_in(world.owner)
    identity, form = _saved(client)
    address = reverse("console:audience", args=[identity])
    assert "being worked out" in show(client, address).text

    client.post(reverse("console:audience_refresh", args=[identity]))

    page = show(client, address)
    assert len([link for link in page.links if link.startswith("/customers/cus_")]) == 6
    assert "being worked out" not in page.text
    export = client.get(reverse("console:audience_export", args=[identity]) + "?format=csv")
    assert export.content.count(b"\n") == 7
    client.post(reverse("console:audience_rules", args=[identity]), form | {"name": "Thrice"})
    assert "Thrice" in show(client, reverse("console:audiences")).text
    client.post(reverse("console:audience_archive", args=[identity]))
    assert "Thrice" not in show(client, reverse("console:audiences")).text
    assert "Take back" in show(client, address).text
    client.post(reverse("console:audience_restoration", args=[identity]))
    assert "Thrice" in show(client, reverse("console:audiences")).text
    assert trail("audiences.restore") == [identity]


def test_versions_are_compared_and_an_older_one_is_taken_up(world: World) -> None:
    client = signed_in(world.owner)
    identity, form = _saved(client)
    many = {**BUYERS, "match": {"kind": "event", "event": "Order Completed", "value": 99}}
    rules = reverse("console:audience_rules", args=[identity])
    client.post(rules, form | {"definition": json.dumps(many)})

    page = show(client, reverse("console:audience", args=[identity]) + "?beside=1").text

    assert "Version 1 beside version 2" in page
    assert "at least 99" in page
    assert "at least 2" in page
    builder = client.get(f"{rules}?version=1").content.decode()
    assert '"value": 2' in builder
    assert "These are the rules of version 1" in builder
    copy = client.get(f"{reverse('console:audience_new')}?copy={identity}").content.decode()
    assert "Twice (copy)" in copy
    assert '"value": 99' in copy


def test_a_page_says_why_a_customer_is_in_an_audience(world: World) -> None:
    client = signed_in(world.owner)
    identity, _ = _saved(client)
    address = reverse("console:audience_why", args=[identity])

    told = client.post(address, {"q": world.customer_id}).content.decode()

    assert "fits the rules" in told
    assert re.search(r"This customer: \d+", told)
    assert client.get(address, {"customer": world.customer_id}).status_code == 200
    nobody = client.post(address, {"q": "nobody@example.net"}).content.decode()
    assert "No customer you may see" in nobody
    assert client.get(address, {"customer": "cus_none"}).status_code == 404


def test_a_wrong_definition_keeps_what_was_typed(world: World) -> None:
    wrong = {"version": 1, "match": {"kind": "profile", "field": "shoe_size", "op": "eq"}}
    form = {"name": "Odd", "description": "kept", "definition": json.dumps(wrong)}

    answer = signed_in(world.owner).post(reverse("console:audience_new"), form)

    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert "shoe_size" in answer.content.decode()


def test_personal_data_is_masked_until_it_is_revealed_and_that_leaves_a_trail(
    world: World,
) -> None:
    client = signed_in(world.owner)
    address = reverse("console:customer", args=[world.customer_id])

    assert "@example.com" in show(client, address).text
    masked = show(client, address).text
    revealed = client.post(reverse("console:customer_reveal", args=[world.customer_id]))

    clear = re.findall(r"\w+@example\.com", revealed.content.decode())
    assert clear
    assert clear[0] not in masked
    assert trail("customers.reveal")


def test_nobody_reveals_without_the_right(world: World) -> None:
    client = signed_in(world.viewer)

    answer = client.post(reverse("console:customer_reveal", args=[world.customer_id]))

    assert answer.status_code == 403


def test_withdrawn_evidence_takes_a_customer_apart(world: World) -> None:
    client = signed_in(world.owner)
    one, other = (
        find_customers(actor=SYSTEM, value=f"{name}@example.com")[0] for name in ("ada", "bea")
    )
    from_page = reverse("console:customer", args=[ids.encode("cus", one.id)])
    merge_customers(actor=SYSTEM, customer_id=one.id, other_id=other.id, now=NOW)
    joined = get_customer(actor=SYSTEM, customer_id=one.id)
    assert len(joined.row.identifiers) == 2
    identity = ids.encode("cus", joined.row.id)

    evidence = joined.evidence[0].key
    client.post(reverse("console:evidence_withdrawal", args=[identity, evidence]))

    assert len(get_customer(actor=SYSTEM, customer_id=joined.row.id).row.identifiers) == 1
    assert show(client, from_page)


def test_the_search_finds_pages_customers_orders_and_products(world: World) -> None:
    def links(who: PersonInfo, text: str) -> list[str]:
        answer = signed_in(who).post(
            reverse("console:search"), {"q": text}, headers={"HX-Request": "true"}
        )
        found = Reader(answer.content.decode()).links
        return [link for link in found if not link.startswith("/search")]

    assert reverse("console:quality") in links(world.owner, "data qual")
    assert reverse("console:audience_new") in links(world.owner, "audience")
    assert reverse("console:audience_new") not in links(world.viewer, "audience")
    assert links(world.owner, "ada@example.com")[0].startswith("/customers/cus_")
    assert links(world.owner, "WEB003")[0].startswith("/orders/ord_")
    assert links(world.owner, "web-003")[0].startswith("/orders/ord_")
    assert links(world.owner, "white mug")[0].startswith("/products/prd_")
    assert links(world.owner, "MUG-W")[0].startswith("/products/prd_")
    assert links(world.owner, "zzzz") == []
    assert links(world.viewer, "ada@example.com") == []


def test_the_search_page_shows_every_result_and_keeps_the_text_out_of_its_address(
    world: World,
) -> None:
    client = signed_in(world.owner)

    answer = client.post(reverse("console:search"), {"q": "WEB0"})
    page = show(client, answer["Location"])

    assert "WEB0" not in answer["Location"]
    assert len([link for link in page.links if link.startswith("/orders/ord_")]) == 24
    empty = show(client, client.post(reverse("console:search"), {"q": "zzzz"})["Location"])
    assert "Nothing is called" in empty.text
    assert "What are you looking for?" in show(client, reverse("console:search")).text


def test_the_live_tail_is_filtered_by_channel(world: World) -> None:
    client = signed_in(world.owner)
    tail = reverse("console:live_tail")

    everything, store = show(client, tail), show(client, f"{tail}?channel=store")

    assert "Order completed" in everything.text
    assert "Marketplace" in everything.text
    assert "Marketplace" not in store.text


def test_the_plan_is_changed_and_restored(world: World) -> None:
    client = signed_in(world.owner)
    form = {"event": "Product Viewed", "rule": "block"}

    client.post(reverse("console:planned_event_rule"), form)
    assert "changed here" in show(client, f"{reverse('console:plan')}?q=Product Viewed").text

    client.post(reverse("console:planned_event_restore"), form)
    assert "changed here" not in show(client, f"{reverse('console:plan')}?q=Product Viewed").text


def test_a_key_is_shown_once_and_can_be_stopped(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:api_keys")
    form = {"name": "Stock", "role": "viewer", "unit_id": world.places["web"].company_id}

    made = client.post(address, form).content.decode()

    token = re.findall(r"qq_live_[\w-]+", made)[0]
    assert token not in client.get(address).content.decode()
    key_id = re.findall(r"/settings/keys/([^/]+)/gone", client.get(address).content.decode())[0]
    client.post(reverse("console:api_key_gone", args=[key_id]))
    assert "Revoked" in show(client, address).text


def test_a_person_is_added_given_a_link_and_kept_out(world: World) -> None:
    client = signed_in(world.owner)
    form = {
        "name": "Ida",
        "email": "ida@example.com",
        "role": "analyst",
        "unit_id": world.places["web"].company_id,
    }

    address = client.post(reverse("console:people"), form)["Location"]

    person = address.rstrip("/").split("/")[-1]
    link = client.post(reverse("console:person_link", args=[person])).content.decode()
    assert "/account/link/" in link
    client.post(reverse("console:person_state", args=[person]), {"state": "shut"})
    assert "May not sign in" in show(client, reverse("console:people")).text
    taken = client.post(reverse("console:people"), form)
    assert taken.status_code == 422
    assert "another person" in taken.content.decode()


def test_a_source_shows_its_write_key_once_and_is_switched_off(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:sources")
    form = {
        "name": "Till",
        "kind": "pos",
        "place_key": world.places["store"].key,
        "allowed_origins": "",
    }

    made = client.post(address, form)

    assert "shown only this once" in made.content.decode()
    html = client.get(address).content.decode()
    assert "shown only this once" not in html
    source = next(
        one
        for one in re.findall(r"/settings/sources/(src_\w+)", html)
        if "Till" in show(client, reverse("console:source", args=[one])).text
    )
    client.post(reverse("console:source_state", args=[source]), {"state": "off"})
    assert "Off" in show(client, address).text


def test_a_file_goes_through_the_wizard_to_a_waiting_run(world: World) -> None:
    client = signed_in(world.owner)
    body = (
        "Order No,Order date,SKU,Qty,Unit price,E-mail\n"
        "A-1,2026-11-01 10:20,SKU-1,2,12.50,gil@example.com\n"
        "A-2,2026-11-02 11:00,SKU-1,x,12.50,gil@example.com\n"
    )
    form = {"channel": "generic", "place": world.places["web"].id}
    file = SimpleUploadedFile("new.csv", body.encode(), "text/csv")

    columns = client.post(reverse("console:import_new"), form | {"file": file})["Location"]

    page = client.get(columns).content.decode()
    chosen = dict(re.findall(r'name="(c\d)".*?<option value="(\w+)" selected', page, re.DOTALL))
    assert "order_id" in chosen.values()
    check = client.post(columns, chosen | {"shape": "order_lines"})["Location"]
    seen = show(client, check)
    assert "Of the first 2 rows 1 fit and 1 would be rejected." in seen.text
    assert "£25.00" in seen.text
    run = client.post(check.replace("/check", "/start"), {"dry": "1"})["Location"]
    waiting = show(client, run)
    assert "Waiting" in waiting.text
    assert "dry run" in waiting.text
    assert "new.csv" in show(client, reverse("console:imports")).text
    assert "new.csv" in show(client, reverse("console:jobs")).text


def test_a_file_of_no_known_kind_is_refused_in_words(world: World) -> None:
    file = SimpleUploadedFile("photo.exe", b"MZ", "application/octet-stream")

    answer = signed_in(world.owner).post(
        reverse("console:import_new"), {"channel": "generic", "file": file}
    )

    assert answer.status_code == 422
    assert "photo.exe" in answer.content.decode()


def test_an_upload_belongs_to_whoever_sent_it(world: World) -> None:
    file = SimpleUploadedFile("own.csv", b"a,b\n1,2\n", "text/csv")
    sent = signed_in(world.owner).post(
        reverse("console:import_new"), {"channel": "generic", "file": file}
    )

    assert signed_in(world.viewer).get(sent["Location"]).status_code == 403
