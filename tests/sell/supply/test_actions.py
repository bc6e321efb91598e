"""Suppliers, orders and deliveries: what is kept, what is refused, who may."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.builders import stock
from tests.builders.supply import (
    NOW,
    RIGHTS,
    TODAY,
    breaches,
    cost,
    days,
    draft,
    make_draft,
    make_order,
    make_world,
    order,
    receive,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.laws.facade import run_laws
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.facade import list_ledger
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    BuyingRules,
    ChargeDraft,
    ChargeKind,
    CostDateError,
    DiscrepancyKind,
    OrderAct,
    OrderMinimumError,
    OrderMoveError,
    OverDeliveryError,
    PurchaseFilters,
    PurchaseLineError,
    PurchaseOrderNotFoundError,
    PurchaseSort,
    PurchaseState,
    ReceiptFilters,
    ReceiptReferenceError,
    SecondPersonError,
    ShareBasis,
    SupplierCodeError,
    SupplierContact,
    SupplierFieldError,
    SupplierFileError,
    SupplierFilters,
    SupplierNotFoundError,
    SupplyPlaceError,
)

pytestmark = pytest.mark.django_db


def set_rules(world, limit=None, rate="0"):
    rules = BuyingRules(world.company.key, "CNY", limit, Decimal(rate))
    return facade.set_buying_rules(actor=SYSTEM, rules=rules, now=NOW)


def test_a_contact_rests_encrypted_is_masked_and_revealed_with_a_trail():
    world = make_world()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM supply_supplier")
        stored = repr([bytes(v) if isinstance(v, memoryview) else v for v in cursor.fetchone()])
    assert "fang" not in stored.lower()
    assert "Pier" not in stored

    found = facade.get_supplier(actor=world.buyer(), supplier_id=world.supplier_id)
    assert found.contact.is_masked
    assert "Fang" not in found.contact.name
    assert found.contact.address == "***"

    clear = facade.reveal_contact(actor=world.buyer(), supplier_id=world.supplier_id, now=NOW)
    assert clear == SupplierContact("Wu Fang", "fang@leaf.example", "+86 138 0000 0000", "Pier 4")
    with connection.cursor() as cursor:
        cursor.execute("SELECT action, subject FROM audit_record ORDER BY key DESC LIMIT 1")
        assert cursor.fetchone() == ("supply.reveal_contact", world.supplier_id)
    with pytest.raises(NotAllowedError):
        facade.reveal_contact(
            actor=world.buyer("supply.view"), supplier_id=world.supplier_id, now=NOW
        )


def test_a_masked_contact_stays_as_it_was_and_an_empty_one_is_gone():
    world = make_world()

    def change(contact):
        told = make_draft(name="Leaf", contact=contact)
        facade.change_supplier(actor=SYSTEM, supplier_id=world.supplier_id, draft=told, now=NOW)
        return facade.reveal_contact(actor=SYSTEM, supplier_id=world.supplier_id, now=NOW).email

    masked = facade.get_supplier(actor=SYSTEM, supplier_id=world.supplier_id).contact
    assert change(masked) == "fang@leaf.example"
    assert change(SupplierContact()) == ""


def test_a_code_belongs_to_one_supplier_of_a_company():
    world, other = make_world(), make_world("south")

    with pytest.raises(SupplierCodeError, match="leaf"):
        facade.create_supplier(
            actor=SYSTEM, company_key=world.company.key, draft=make_draft(), now=NOW
        )
    assert world.supplier_id != other.supplier_id
    told = make_draft(currency="EUR")
    with pytest.raises(SupplierFieldError, match="it stays CNY"):
        facade.change_supplier(actor=SYSTEM, supplier_id=world.supplier_id, draft=told, now=NOW)


def test_a_past_cost_is_never_changed():
    world = make_world()
    later = NOW + days(10)

    def tell(told, now=later):
        return facade.record_costs(
            actor=SYSTEM, supplier_id=world.supplier_id, drafts=[told], now=now
        )

    with pytest.raises(CostDateError, match="2026-12-07"):
        tell(cost(world.tea, 300, valid_from=TODAY))
    assert tell(cost(world.tea, 250, supplier_code="T-1", valid_from=later.date())) == 0
    assert tell(cost(world.tea, 300, valid_from=later.date())) == 1

    told = facade.list_costs(
        actor=SYSTEM, supplier_id=world.supplier_id, today=later.date(), variant_key=world.tea
    )
    assert [(one.cost.amount, one.is_current) for one in told] == [("3.00", True), ("2.50", False)]


def test_a_catalogue_is_taken_row_by_row_and_once():
    world = make_world()
    content = (
        "\ufeffSKU;cost;pack_size;valid_from;valid_to\n"
        "tea;2.75;6;2026-12-01;\n"
        "cup;4.00;;;\n"
        "plate;1.00;;;\n"
        "cup;4.001;;;\n"
        "cup;4.50;0;;\n"
        "cup;4.50;;2026-13-01;\n"
        "cup;4.50;;2026-12-01;2026-11-30\n"
        "cup;4.50;;2026-11-01;\n"
        ";;;;\n"
    ).encode()

    def read():
        return facade.import_catalogue(
            actor=SYSTEM, supplier_id=world.supplier_id, content=content, now=NOW
        )

    first, again = read(), read()

    assert (first.rows, first.taken, first.unchanged) == (8, 2, 0)
    assert [(one.row, one.reason) for one in first.rejected] == [
        (3, "the company sells no item 'plate'"),
        (4, "'4.001' is not an amount of CNY."),
        (5, "pack_size: '0' is no number from 1"),
        (6, "'2026-13-01' is no day written as 2026-11-22"),
        (7, "The field valid_to cannot be taken: not before valid_from."),
        (8, "A cost begins on 2026-11-27 or later: what was valid before stays as it was."),
    ]
    assert first.rejected[0].cells == ("plate", "1.00", "", "", "")
    assert (again.taken, again.unchanged, len(again.rejected)) == (0, 2, 6)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the column sku is missing"),
        (b"sku,price\n", "the column cost is missing"),
        (b"sku,cost\n\xff", "byte 9 is not UTF-8"),
        (b"sku,cost\na\x00,1", "it holds a NUL"),
        (b'sku,cost\n"a,1', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(content, told):
    world = make_world()
    with pytest.raises(SupplierFileError, match=told):
        facade.import_catalogue(
            actor=SYSTEM, supplier_id=world.supplier_id, content=content, now=NOW
        )


def test_an_order_takes_packs_and_least_quantities_of_the_supplier():
    world = make_world()
    told = cost(world.tea, 250, pack_size=6, minimum_quantity=12)
    facade.record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=[told], now=NOW)

    for units, problem in ((13, "packs of 6"), (6, "delivers 12 or more")):
        with pytest.raises(PurchaseLineError, match=problem):
            make_order(world, (world.tea, units), until="draft")
    made = order(make_order(world, (world.tea, 18), until="draft"))
    assert (made.order.number, made.order.total.amount) == ("PO-000001", "45.00")


def test_an_order_below_what_the_supplier_delivers_is_not_submitted():
    world = make_world(minimum_minor=10_000)
    order_id = make_order(world, (world.tea, 39), until="draft")

    with pytest.raises(OrderMinimumError, match=r"97\.50 CNY; Leaf & Sons delivers from 100\.00"):
        facade.submit_order(actor=SYSTEM, order_id=order_id, now=NOW)
    assert order(order_id).order.state is PurchaseState.DRAFT


def test_above_the_limit_somebody_else_approves():
    world = make_world()
    set_rules(world, limit=7_500)
    mei, jun = world.buyer(), world.buyer(name="Jun")
    small = make_order(world, (world.tea, 30), until="approved", actor=mei)
    assert order(small).order.state is PurchaseState.APPROVED
    large = make_order(world, (world.tea, 31), until="approved", actor=mei)
    assert order(large).order.state is PurchaseState.SUBMITTED

    with pytest.raises(SecondPersonError):
        facade.approve_order(actor=mei, order_id=large, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.approve_order(actor=world.buyer("supply.manage"), order_id=large, now=NOW)
    facade.reject_order(actor=jun, order_id=large, reason="too many", now=NOW)
    assert order(large).order.state is PurchaseState.DRAFT
    facade.submit_order(actor=mei, order_id=large, now=NOW)
    facade.approve_order(actor=jun, order_id=large, now=NOW)

    told = order(large)
    assert told.needs_second_person
    assert [one.act for one in told.history] == [
        OrderAct.CREATE, OrderAct.SUBMIT, OrderAct.REJECT, OrderAct.SUBMIT, OrderAct.APPROVE,
    ]  # fmt: skip
    assert (told.history[2].reason, told.history[-1].actor_name) == ("too many", "Jun")


def test_a_change_of_what_was_approved_is_the_next_version_and_submitted_anew():
    world = make_world()
    set_rules(world, limit=7_500)
    order_id = make_order(world, (world.tea, 30), until="approved")

    facade.change_order(actor=SYSTEM, order_id=order_id, draft=draft((world.tea, 900)), now=NOW)

    told = order(order_id)
    assert (told.order.state, told.order.version, told.order.total.minor) == ("draft", 2, 225_000)
    assert told.history[-1].lines[0]["ordered"] == 30
    facade.submit_order(actor=SYSTEM, order_id=order_id, now=NOW)
    assert order(order_id).order.state is PurchaseState.SUBMITTED, "the change went past nobody"


def test_sending_expects_goods_after_the_lead_time_and_cancelling_takes_them_back():
    world = make_world()
    order_id = make_order(world)

    assert order(order_id).order.expected_on == TODAY + timedelta(days=7)
    assert world.level(world.tea)["incoming"] == 30
    facade.send_order(actor=SYSTEM, order_id=order_id, now=NOW)
    assert world.level(world.tea)["incoming"] == 30
    for _ in range(2):
        facade.cancel_order(actor=SYSTEM, order_id=order_id, reason="not needed", now=NOW)
    assert world.level(world.tea)["incoming"] == 0
    with pytest.raises(SupplierFieldError, match="say why"):
        facade.cancel_order(actor=SYSTEM, order_id=order_id, reason=" ", now=NOW)
    assert not breaches()


def test_a_receipt_again_is_the_receipt_that_is_there():
    world = make_world()
    order_id = make_order(world)

    first = receive(order_id, "DN-7", (1, 10, 1))
    again = receive(order_id, "DN-7", (1, 10, 1), now=NOW + days(1))

    assert again == first
    assert (world.level(world.tea)["on_hand"], world.level(world.tea)["damaged"]) == (10, 1)
    with pytest.raises(ReceiptReferenceError, match="DN-7"):
        receive(order_id, "DN-7", (1, 11))
    facade.close_order(actor=SYSTEM, order_id=order_id, now=NOW)
    assert receive(order_id, "DN-7", (1, 10, 1)) == first
    assert not breaches()


def test_the_ledger_says_which_order_goods_came_for():
    world = make_world()
    order_id = make_order(world, (world.tea, 5))
    receipt = receive(order_id, "DN-1", (1, 5))

    rows = list_ledger(actor=SYSTEM, place_key=world.shop.key, variant_key=world.tea).items

    assert {(row.kind, row.ref, row.source) for row in rows} == {
        ("receipt", order_id, "supply"), ("incoming", order_id, "supply"),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM outbox_event WHERE name = 'supply.goods_received'")
        ((told,),) = cursor.fetchall()
    assert json.loads(told) == {
        "receipt_id": receipt.id,
        "order_id": order_id,
        "place_key": world.shop.key,
        "variant_keys": [world.tea],
    }


def test_a_delivery_that_is_refused_changes_nothing():
    world = make_world()
    set_rules(world, rate="0.1")
    order_id = make_order(world, (world.tea, 20), (world.cup, 5))

    with pytest.raises(OverDeliveryError, match="Line 1: 23 units would be 1 more than the 22"):
        receive(order_id, "x", (2, 5), (1, 23))
    assert order(order_id).order.received == 0
    assert world.level(world.cup)["on_hand"] == 0
    receive(order_id, "x", (2, 5), (1, 22))
    assert order(order_id).order.state is PurchaseState.RECEIVED
    assert not breaches()


def test_what_is_late_is_told():
    world = make_world()
    order_id = make_order(world, (world.tea, 20), expected_on=TODAY)
    receive(order_id, "x", (1, 15))

    (late,) = facade.list_discrepancies(
        actor=SYSTEM, filters=PurchaseFilters(), today=TODAY + timedelta(days=1)
    )
    assert (late.kind, late.units, late.order_id) == (DiscrepancyKind.LATE, 5, order_id)
    assert not facade.list_discrepancies(actor=SYSTEM, filters=PurchaseFilters(), today=TODAY)


def test_lists_are_narrowed_sorted_and_paged():
    world = make_world()
    ids = [
        make_order(
            world, (world.tea, 10 + at), until=("draft", "sent")[at % 2], now=NOW + days(at),
            expected_on=TODAY + timedelta(days=at),
        )
        for at in range(6)
    ]  # fmt: skip

    def listed(sort=PurchaseSort.NEWEST, **told):
        found, cursor = [], None
        while True:
            page = facade.list_orders(
                actor=SYSTEM, filters=PurchaseFilters(**told), cursor=cursor, limit=2, sort=sort
            )
            found += [ids.index(row.id) for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                assert facade.count_orders(actor=SYSTEM, filters=PurchaseFilters(**told)) == len(
                    found
                )
                return found

    assert listed() == [5, 4, 3, 2, 1, 0]
    assert listed(PurchaseSort.LOWEST) == [0, 1, 2, 3, 4, 5]
    assert listed(states=frozenset({PurchaseState.SENT})) == [5, 3, 1]
    assert listed(due_from=TODAY + timedelta(days=2), due_to=TODAY + timedelta(days=3)) == [3, 2]
    assert listed(overdue_on=TODAY + timedelta(days=4)) == [3, 1]
    assert listed(text="po-000002") == [1]
    assert listed(supplier_id=world.supplier_id, currency="EUR") == []
    assert listed(place_keys=frozenset({world.depot.key})) == []


def test_who_sees_one_place_sees_its_orders_only():
    world, other = make_world(), make_world("south")
    mine, theirs = make_order(world), make_order(world, place=world.depot)
    receive(mine, "a", (1, 1))
    hidden = receive(theirs, "b", (1, 1))
    keeper = world.buyer(places=(world.shop,))

    seen = facade.list_orders(actor=keeper, filters=PurchaseFilters()).items
    assert [row.id for row in seen] == [mine]
    (came,) = facade.list_receipts(actor=keeper, filters=ReceiptFilters()).items
    assert came.reference == "a"
    with pytest.raises(PurchaseOrderNotFoundError):
        facade.get_order(actor=keeper, order_id=theirs)
    with pytest.raises(PurchaseOrderNotFoundError):
        receive(theirs, "c", (1, 1), actor=keeper)
    for act in (facade.submit_order, facade.approve_order, facade.send_order, facade.close_order):
        with pytest.raises(PurchaseOrderNotFoundError):
            act(actor=keeper, order_id=theirs, now=NOW)
    with pytest.raises(SupplyPlaceError):
        make_order(world, place=world.depot, actor=keeper)
    with pytest.raises(SupplierNotFoundError):
        facade.get_supplier(actor=keeper, supplier_id=other.supplier_id)
    assert len(facade.list_suppliers(actor=keeper, filters=SupplierFilters()).items) == 1
    with pytest.raises(NotAllowedError):
        facade.list_orders(actor=world.buyer("orders.view"), filters=PurchaseFilters())
    assert hidden.place_key == world.depot.key


def test_what_counts_for_the_whole_company_is_not_one_places_to_set():
    world = make_world()
    keeper = world.buyer(places=(world.shop,))
    rules = BuyingRules(world.company.key, "CNY", 1)

    with pytest.raises(NotAllowedError):
        facade.set_buying_rules(actor=keeper, rules=rules, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.change_supplier(
            actor=keeper, supplier_id=world.supplier_id, draft=make_draft(), now=NOW
        )
    with pytest.raises(NotAllowedError):
        facade.record_costs(
            actor=keeper, supplier_id=world.supplier_id, drafts=[cost(world.tea, 1)], now=NOW
        )
    facade.set_buying_rules(actor=world.buyer(), rules=rules, now=NOW)
    found = facade.get_buying_rules(actor=keeper, company_key=world.company.key)
    assert found.approval_limit_minor == 1


def test_stock_is_changed_by_those_who_may():
    world = make_world()
    order_id = make_order(world, until="approved")
    clerk = world.buyer("supply.view", "supply.manage")

    with pytest.raises(NotAllowedError):
        facade.send_order(actor=clerk, order_id=order_id, now=NOW)
    assert order(order_id).order.state is PurchaseState.APPROVED
    facade.send_order(actor=world.buyer(*RIGHTS), order_id=order_id, now=NOW)
    with pytest.raises(NotAllowedError):
        receive(order_id, "x", (1, 1), actor=clerk)
    receive(order_id, "x", (1, 1), actor=world.buyer("supply.view", "stock.manage"))


def test_a_supplier_of_another_company_or_one_put_away_gets_no_order():
    world, other = make_world(), make_world("south")
    facade.change_supplier(
        actor=SYSTEM, supplier_id=world.supplier_id, draft=make_draft(is_active=False), now=NOW
    )

    with pytest.raises(SupplierFieldError, match="it is not active"):
        make_order(world)
    with pytest.raises(SupplierNotFoundError):
        facade.create_order(
            actor=SYSTEM,
            supplier_id=other.supplier_id,
            place_key=world.shop.key,
            draft=draft((world.tea, 1)),
            now=NOW,
        )
    with pytest.raises(PurchaseLineError, match="the supplier has no cost"):
        make_order(other, (world.tea, 1))


def test_nothing_is_ordered_by_an_order_without_lines():
    world = make_world()
    order_id = facade.create_order(
        actor=SYSTEM,
        supplier_id=world.supplier_id,
        place_key=world.shop.key,
        draft=draft(),
        now=NOW,
    )

    with pytest.raises(PurchaseLineError, match="at least one line"):
        facade.submit_order(actor=SYSTEM, order_id=order_id, now=NOW)
    with pytest.raises(OrderMoveError, match="PO-000001 is draft"):
        receive(order_id, "x", (1, 1))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("L1.incoming_is_ordered", "UPDATE supply_purchaseline SET waiting = 0"),
        ("L1.open_orders_wait_for_the_rest", "UPDATE supply_purchaseorder SET state = 'closed'"),
        (
            "L1.received_within_tolerance",
            "UPDATE supply_purchaseline SET received = received + 1, waiting = waiting - 1",
        ),
        ("L1.received_within_tolerance", "UPDATE supply_receiptline SET good = good + 1"),
        ("L2.landed_costs_add_up", "UPDATE supply_chargeshare SET share_minor = share_minor + 1"),
        (
            "L1.incoming_is_ordered",
            "UPDATE inventory_level SET incoming = incoming + 1",
        ),
    ],
)
def test_a_row_changed_by_hand_breaks_its_law(code, change):
    world = make_world()
    receipt = receive(make_order(world, (world.tea, 20)), "x", (1, 15))
    assert charged(receipt.id).charges
    assert not breaches() + stock.breaches()

    with connection.cursor() as cursor:
        cursor.execute(change)

    assert code in {one.law.code for one in run_laws() if one.breaches}


def charged(receipt_id):
    told = ChargeDraft(ChargeKind.FREIGHT, 1_000, ShareBasis.VALUE)
    return facade.record_charge(actor=SYSTEM, receipt_id=receipt_id, draft=told, now=NOW)
