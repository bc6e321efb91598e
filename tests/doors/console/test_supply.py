"""The pages of buying: draft, send, receive by hand and by scan, suppliers and their costs."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.supply import World, make_order, make_world, order, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.supply.contracts import PurchaseFilters, PurchaseState, SupplierFilters
from quanqu.sell.supply.facade import get_buying_rules, list_costs, list_orders, list_suppliers

pytestmark = pytest.mark.django_db


class Drawn(HTMLParser):
    """A page as tests ask of it: fields by name, alerts, rows of tables, links, its words."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.fields: dict[str, list[dict[str, str | None]]] = {}
        self.links: list[dict[str, str | None]] = []
        self.alerts: list[str] = []
        self.rows: list[str] = []
        self.ids: set[str | None] = set()
        self.text = ""
        self.into: list[tuple[str, str]] = []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids.add(told.get("id"))
        if told.get("name"):
            self.fields.setdefault(str(told["name"]), []).append(told)
        if tag == "a":
            self.links.append(told)
        if told.get("role") == "alert":
            self.alerts.append("")
            self.into.append(("alert", tag))
        elif tag == "textarea":
            told["value"] = ""
            self.into.append(("area", str(told["name"])))
        elif tag == "tr":
            self.rows.append("")
            self.into.append(("row", tag))
        elif self.into and self.into[-1][1] == tag:
            self.into.append(("inner", tag))

    def handle_endtag(self, tag: str) -> None:
        if self.into and (
            self.into[-1][1] == tag or (self.into[-1][0], tag) == ("area", "textarea")
        ):
            self.into.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        kinds = [kind for kind, _ in self.into]
        if "alert" in kinds:
            self.alerts[-1] += data
        if "row" in kinds:
            self.rows[-1] += data
        if kinds and kinds[-1] == "area":
            field = self.fields[self.into[-1][1]][-1]
            field["value"] = f"{field['value']}{data}"

    def value(self, name: str) -> str | None:
        return self.fields[name][0].get("value")


@pytest.fixture
def world() -> World:
    return make_world(now=utc_now())


@pytest.fixture
def client(world: World) -> Client:
    return signed_in()


def page(client, name, /, *args, **query):
    answer = client.get(reverse(f"console:{name}", args=args), query)
    assert answer.status_code == 200, answer.content[:500]
    return Drawn(answer)


def send(client, name, /, *args, status=302, **body):
    answer = client.post(reverse(f"console:{name}", args=args), body)
    assert answer.status_code == status, answer.content[:500]
    return answer


def sent(world):
    return make_order(world, now=utc_now())


def test_an_order_is_drafted_from_pasted_rows_and_moved_on(client, world):
    rows = "tea\t30\ncup; 12; 3.90\n\n"
    answer = send(
        client, "purchase_new", supplier=world.supplier_id, place=world.shop.id, lines=rows
    )
    (made,) = list_orders(actor=SYSTEM, filters=PurchaseFilters()).items
    assert answer["Location"].endswith(made.id)
    assert (made.ordered, made.total.amount) == (42, "121.80")

    offered = {one["value"] for one in page(client, "purchase", made.id).fields["act"]}
    assert offered == {"submit", "cancel"}
    for act in ("submit", "send"):
        send(client, "purchase_act", made.id, act=act)
    assert order(made.id).order.state is PurchaseState.SENT
    assert world.level(world.cup)["incoming"] == 12


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("plate, 3", "Line 1: the company sells no item 'plate'."),
        ("tea, three", "Line 1: the quantity is a number from 1 to 10000000."),
        ("tea, 3\ntea, 4", "Line 2: the item is on another line already."),
        ("tea, 3, 2.505", "'2.505' is not an amount of CNY."),
    ],
)
def test_what_cannot_be_drafted_is_said_and_what_was_typed_stays(client, world, lines, told):
    answer = send(
        client, "purchase_new", supplier=world.supplier_id, place=world.shop.id, lines=lines,
        status=422,
    )  # fmt: skip
    drawn = Drawn(answer)

    assert [one.strip() for one in drawn.alerts] == [told]
    assert drawn.value("lines") == lines
    assert not list_orders(actor=SYSTEM, filters=PurchaseFilters()).items


def test_goods_are_received_and_a_wrong_count_is_said_with_what_was_typed(client, world):
    order_id = sent(world)
    body = {"good1": "31", "damaged1": "", "good2": "2", "reference": "DN-1", "note": "left bay"}

    again = Drawn(send(client, "purchase_receive", order_id, status=422, **body))
    assert "31 units would be 1 more than the 30" in again.alerts[0]
    assert {name: again.value(name) for name in body} == body
    assert world.level(world.tea)["on_hand"] == 0

    for _ in range(2):
        send(client, "purchase_receive", order_id, **(body | {"good1": "28", "damaged1": "2"}))
    assert (world.level(world.tea)["on_hand"], world.level(world.tea)["damaged"]) == (28, 2)
    words = page(client, "purchase", order_id).text
    assert "DN-1" in words
    assert "2 damaged" in words


@pytest.mark.parametrize("code", ["cup", "C-1", "4006381333931"])
def test_a_scan_counts_one_more_of_what_it_names(client, world, code):
    order_id = sent(world)

    first = send(client, "purchase_scan", order_id, status=200, code=code, good1="3")
    second = send(
        client,
        "purchase_scan",
        order_id,
        status=200,
        code=code,
        good1="3",
        good2="1",
        reference="D",
    )

    for answer, expected in ((first, "1"), (second, "2")):
        drawn = Drawn(answer)
        assert [drawn.value("good1"), drawn.value("good2")] == ["3", expected]
        assert "autofocus" in drawn.fields["code"][0]
    assert world.level(world.cup)["on_hand"] == 0, "counting receives nothing yet"


def test_a_scan_of_nothing_ordered_says_so(client, world):
    order_id = sent(world)

    drawn = Drawn(send(client, "purchase_scan", order_id, status=200, code="<b>", good1="3"))

    assert "No single line of this order has the code <b>." in drawn.text
    assert drawn.value("good1") == "3"


def test_a_second_person_is_asked_for_above_the_limit(client, world):
    send(client, "buying_rules", limit="100", over_percent="2.5")
    rules = get_buying_rules(actor=SYSTEM, company_key=world.company.key)
    assert (rules.approval_limit_minor, str(rules.over_rate)) == (10_000, "0.0250")
    order_id = make_order(world, until="draft", now=utc_now())
    send(client, "purchase_act", order_id, act="submit")

    send(client, "purchase_act", order_id, act="approve")
    assert order(order_id).order.state is PurchaseState.SUBMITTED
    assert "somebody else has to approve it" in page(client, "purchase", order_id).text
    send(signed_in(make_person("Jun")), "purchase_act", order_id, act="approve")
    assert order(order_id).order.state is PurchaseState.APPROVED


def test_who_may_only_look_is_offered_nothing_to_do(world):
    order_id = sent(world)
    manager = make_person("Bo", role=RoleCode.STORE_MANAGER, unit_id=world.shop.id)
    clerk = signed_in(manager)

    drawn = page(clerk, "purchase", order_id)
    assert "act" not in drawn.fields
    assert "receive-form" in drawn.ids, "whoever keeps the place's stock may receive"
    assert "file" not in page(clerk, "supplier", world.supplier_id).fields
    assert clerk.get(reverse("console:purchase_new")).status_code == 403
    send(clerk, "purchase_act", order_id, act="cancel", reason="not wanted", status=403)
    assert order(order_id).order.state is PurchaseState.SENT


def test_a_supplier_is_added_changed_and_its_contact_stays_unless_told(client, world):
    told = {
        "company": world.company.id, "code": "pot", "name": "Potter", "currency": "eur",
        "lead_time_days": "4", "minimum": "25.00", "is_active": "on", "email": "ida@potter.example",
    }  # fmt: skip
    send(client, "supplier_new", **(told | {"code": "a b"}), status=422)
    send(client, "supplier_new", **told)
    (made,) = list_suppliers(actor=SYSTEM, filters=SupplierFilters(text="pot")).items
    assert (made.currency, made.minimum.minor) == ("EUR", 2500)
    words = page(client, "supplier", made.id).text
    assert "ida@" not in words

    changed = {name: told[name] for name in told if name not in {"company", "email", "is_active"}}
    send(client, "supplier_change", made.id, **changed)
    answer = client.post(reverse("console:supplier_reveal", args=[made.id]))
    assert "ida@potter.example" in answer.content.decode()
    assert "Put away" in page(client, "supplier", made.id).text


def test_a_catalogue_tells_what_it_brought_and_hands_the_rest_back(client, world):
    sheet = b"sku,cost\ntea,2.80\nplate,1.00\n"
    answer = client.post(
        reverse("console:supplier_catalogue", args=[world.supplier_id]),
        {"file": SimpleUploadedFile("c.csv", sheet)},
    )

    drawn = Drawn(answer)
    assert "1 costs are recorded, 0 were known, 1 were rejected." in drawn.text
    (link,) = [one for one in drawn.links if one.get("download") == "rejected.csv"]
    assert "plate" in str(link["href"])
    costs = list_costs(actor=SYSTEM, supplier_id=world.supplier_id, today=utc_now().date())
    assert {
        one.cost.amount for one in costs if one.variant_key == world.tea and one.is_current
    } == {"2.80"}


def test_lists_show_filter_and_export(client, world):
    order_id = sent(world)
    make_order(world, until="draft", now=utc_now())
    receive(order_id, "DN", (1, 30), (2, 12), now=utc_now())

    rows = page(client, "purchases", state="received").rows[1:]
    assert len(rows) == 1
    assert "Received" in rows[0]
    assert not page(client, "purchases", overdue="yes").rows
    exported = client.get(reverse("console:purchases"), {"export": "csv"})
    assert b"".join(exported.streaming_content).decode().count("PO-0000") == 2
    assert "100.0%" in page(client, "suppliers").rows[1]
