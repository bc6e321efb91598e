"""A customer's page: what is open, what to do next, in both languages and within the scope."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.builders import orders
from tests.builders.console import World
from tests.builders.customers import profile, resolve
from tests.builders.http import signed_in
from tests.builders.org import make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import get_customer
from quanqu.know.matching.models import Pair, Run
from quanqu.know.org.contracts import RoleCode
from quanqu.know.privacy import facade as privacy
from quanqu.know.privacy.contracts import NewRequest, RequestKind
from quanqu.know.privacy.models import Request

pytestmark = pytest.mark.django_db

MOST_QUERIES = 85
PAID = [{"amount_minor": 2500, "currency": "GBP", "status": "captured"}]


def section(client: Client, world: World, name: str, query: str = "") -> str:
    """Return one card of the customer's page."""
    address = reverse("console:customer", args=[world.customer_id])
    answer = client.get(f"{address}{query}")
    assert answer.status_code == 200
    found = re.search(
        rf'<section [^>]*aria-labelledby="{name}".*?</section>', answer.content.decode(), re.DOTALL
    )
    assert found is not None
    return found.group()


def subject_of(world: World) -> int:
    customer = get_customer(actor=SYSTEM, customer_id=ids.decode("cus", world.customer_id))
    return customer.subject_keys[0]


def sell(world: World, count: int, place: str = "web", status: str = "paid") -> None:
    made = [
        orders.make_order(
            world.places[place], external_id=f"W-{place}-{at}", subject_key=subject_of(world),
            status=status, payments=PAID if place != "market" else [],
            placed_at=utc_now() - timedelta(days=9 - at), number=f"W-{place}-{at}",
        )
        for at in range(count)
    ]  # fmt: skip
    orders.record(*made)


def ask(world: World, *, days_ago: int, kind: RequestKind = RequestKind.ERASURE) -> str:
    now = utc_now()
    new = NewRequest(kind, (world.customer_id,), received_at=now - timedelta(days=days_ago))
    return privacy.create_request(actor=SYSTEM, new=new, now=now).id


def pair_up(world: World) -> str:
    (other,) = resolve({"user_id": "web:twin"})
    assert other is not None
    profile(other, name="Twin Abbott")
    left, right = sorted((subject_of(world), other))
    run = Run.objects.create(state="done", started_by="Pat", queued_at=utc_now())
    made = Pair.objects.create(
        run=run, left_key=left, right_key=right, odds_bits=1.0, probability=0.82, state="open",
        reasons=[["birth", "same", 6.5, 0.4]],
    )  # fmt: skip
    return ids.encode("mpr", made.id)


def test_with_nothing_open_the_page_says_so(world: World) -> None:
    client = signed_in(world.owner)

    assert "Nothing is open." in section(client, world, "matters")
    action = section(client, world, "next-action")
    assert "other things considered" in action
    assert "No privacy request is overdue." in action


def test_what_is_open_leads_to_where_it_is_settled(world: World) -> None:
    client = signed_in(world.owner)
    request_id, pair_id = ask(world, days_ago=40), pair_up(world)
    sell(world, 1)

    matters = section(client, world, "matters")
    action = section(client, world, "next-action")

    links = re.findall(r'<a [^>]*href="([^"]+)"', matters)
    assert reverse("console:privacy_request", args=[request_id]) in links
    assert f"{reverse('console:matching_review')}?pair={pair_id}" in links
    assert "Erasure · To be verified" in matters
    assert "overdue since" in matters
    assert "82.0% sure" in matters
    assert "Order W-web-0 is not sent" in matters
    assert "Answer the overdue privacy request" in action
    for link in links:
        assert client.get(link).status_code == 200


def test_the_pair_that_is_named_is_the_pair_that_is_asked_about(world: World) -> None:
    client, first, second = signed_in(world.owner), pair_up(world), None
    pair = Pair.objects.get()
    (third,) = resolve({"user_id": "web:third"})
    assert third is not None
    left, right = sorted((pair.left_key, third))
    nearer = Pair.objects.create(
        run=pair.run, left_key=left, right_key=right, odds_bits=0.0, probability=0.5, state="open",
        reasons=[],
    )  # fmt: skip
    second = ids.encode("mpr", nearer.id)
    address = reverse("console:matching_review")

    def shown(query: str = "") -> str:
        return client.get(f"{address}{query}").content.decode()

    assert reverse("console:matching_answer", args=[second]) in shown()
    assert reverse("console:matching_answer", args=[first]) in shown(f"?pair={first}")
    client.post(reverse("console:matching_answer", args=[first]), {"answer": "unsure"})
    assert reverse("console:matching_answer", args=[second]) in shown(f"?pair={first}")
    assert client.get(f"{address}?pair=mpr_none").status_code == 404


def test_five_are_shown_and_the_address_leads_to_all(world: World) -> None:
    client = signed_in(world.owner)
    sell(world, 8)

    short = section(client, world, "matters")
    whole = section(client, world, "matters", "?matters=all")

    assert short.count("is not sent") == 5
    assert "3 more" in short
    assert "matters=all#matters" in short
    assert whole.count("is not sent") == 8
    assert "more" not in whole


def test_in_chinese_it_says_the_same(world: World) -> None:
    client = signed_in(world.owner)
    client.post(reverse("console:preference"), {"language": "zh-hans"})
    ask(world, days_ago=40)

    assert "答复已逾期的隐私请求" in section(client, world, "next-action")
    assert "未了事项" in section(client, world, "matters")


def test_of_another_company_nothing_is_shown(world: World) -> None:
    owner = signed_in(world.owner)
    company = world.places["web"].company_id
    viewer = signed_in(make_person("Pia", role=RoleCode.OWNER, unit_id=company))
    ask(world, days_ago=40)
    sell(world, 1, "web")
    sell(world, 1, "market")

    assert "W-market-0" in section(owner, world, "matters")
    matters = section(viewer, world, "matters")
    assert "W-web-0" in matters
    assert "W-market-0" not in matters
    assert "Privacy request" not in matters.partition("Not shown to you")[0]
    assert "Not shown to you: Privacy requests · Pairs to review" in matters
    assert (
        "overdue privacy request"
        not in section(viewer, world, "next-action").partition("<details")[0]
    )


def test_a_part_of_the_group_narrows_orders_and_not_requests(world: World) -> None:
    client = signed_in(world.owner)
    ask(world, days_ago=40)
    sell(world, 1, "web")
    sell(world, 1, "market")

    matters = section(client, world, "matters", f"?scope={world.places['web'].company_id}")

    assert "W-web-0" in matters
    assert "W-market-0" not in matters
    assert "Privacy request" in matters


def test_who_opted_out_is_told_of_and_not_worked_out(
    world: World, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))
    client, now = signed_in(world.owner), utc_now()
    asked = ask(world, days_ago=0, kind=RequestKind.AUTOMATED_OPT_OUT)
    privacy.verify_request(actor=SYSTEM, request_id=asked, how="passport shown", now=now)
    privacy.start_request(actor=SYSTEM, request_id=asked, now=now)
    privacy.carry_out(request_key=Request.objects.latest("key").key, now=now)

    action = section(client, world, "next-action")

    assert "Not worked out for this person" in action
    assert "considered" not in action


def test_the_page_costs_the_same_queries_whatever_is_open(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:customer", args=[world.customer_id])
    sell(world, 1)
    ask(world, days_ago=40)
    client.get(address)  # what a process reads once

    with CaptureQueriesContext(connection) as few:
        client.get(address)
    sell(world, 9)
    for _ in range(4):
        ask(world, days_ago=3)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200

    assert len(few) == len(many) <= MOST_QUERIES
