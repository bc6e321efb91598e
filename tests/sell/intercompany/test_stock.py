"""Stock of companies at cost and of their group, against a calculation of its own over raw rows."""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.goods import NOW, Shop, make_shop, stock
from tests.builders.http import API, program
from tests.builders.org import make_actor

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import RoleCode
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.intercompany.contracts import (
    Acquired,
    MovementKind,
    StockFigures,
    Uncosted,
    UncostedItem,
)
from quanqu.sell.intercompany.facade import value_group_stock
from quanqu.sell.intercompany.models import Movement
from quanqu.sell.intercompany.rules.valuing import value_stock
from quanqu.sell.supply import facade as supply
from quanqu.sell.supply.contracts import (
    ChargeDraft,
    ChargeKind,
    ItemCostDraft,
    PurchaseDraft,
    PurchaseLineDraft,
    ReceiptDraft,
    ReceivedLine,
    ShareBasis,
    SupplierDraft,
)

TODAY = NOW.date()


def test_profit_is_the_share_of_what_was_charged_above_the_origins_cost() -> None:
    received = [(1, 7, "CNY", 10, 10_000), (2, 7, "CNY", 2, 2_600)]
    acquired = [Acquired(2, 1, 7, "CNY", 2, 2_400)]
    own, group, without = value_stock([(1, 7, 5), (2, 7, 3)], received, acquired, {1, 2})
    # 2 has 4 units that cost 50.00, of which 4.00 are profit of 1; it holds three of the four.
    assert own == (StockFigures(1, "CNY", 5, 5_000, 0), StockFigures(2, "CNY", 3, 3_750, 300))
    assert group == (StockFigures(0, "CNY", 8, 8_450, 300),)
    assert not without


def test_what_has_no_cost_is_named_and_never_worth_nothing() -> None:
    received = [(1, 7, "CNY", 1, 100), (1, 8, "CNY", 1, 100), (1, 8, "USD", 1, 100)]
    acquired = [Acquired(1, 2, 7, "CNY", 1, 150)]
    own, group, without = value_stock([(1, 7, 2), (1, 8, 3), (1, 9, 4)], received, acquired, {1, 2})
    assert own == (StockFigures(1, "CNY", 2, 250, 0),)
    assert group == ()
    assert without == (
        UncostedItem(1, 7, 2, Uncosted.ORIGIN),
        UncostedItem(1, 8, 3, Uncosted.CURRENCIES),
        UncostedItem(1, 9, 4, Uncosted.NO_COST),
    )
    _own, group, without = value_stock([(1, 7, 2)], received, acquired, {1})
    assert (group, without) == ((StockFigures(0, "CNY", 2, 250, 0),), ())  # origin out of view


def buy(
    shop: Shop, sku: str, units: int, cost: int, freight: int = 0, currency: str = "CNY"
) -> None:
    """Receive units at a cost, and freight for them."""
    code = uuid4().hex[:8]
    supplier = supply.create_supplier(
        actor=SYSTEM,
        company_key=shop.company.key,
        draft=SupplierDraft(code, code, currency),
        now=NOW,
    )
    item = shop.items[sku].key
    supply.record_costs(
        actor=SYSTEM, supplier_id=supplier.id, drafts=[ItemCostDraft(item, cost, TODAY)], now=NOW
    )
    order = supply.create_order(
        actor=SYSTEM, supplier_id=supplier.id, place_key=shop.depot.key,
        draft=PurchaseDraft((PurchaseLineDraft(item, units),)), now=NOW,
    )  # fmt: skip
    supply.submit_order(actor=SYSTEM, order_id=order, now=NOW)
    supply.send_order(actor=SYSTEM, order_id=order, now=NOW)
    told = ReceiptDraft("note", (ReceivedLine(1, units),), NOW)
    receipt = supply.receive_goods(actor=SYSTEM, order_id=order, draft=told, now=NOW)
    if freight:
        charge = ChargeDraft(ChargeKind.FREIGHT, freight, ShareBasis.VALUE)
        supply.record_charge(actor=SYSTEM, receipt_id=receipt.id, draft=charge, now=NOW)


def moved(kind: MovementKind, giver: Shop, taker: Shop, item: int, units: int, amount: int,
          order_id: object) -> None:  # fmt: skip
    Movement.objects.create(
        kind=kind.value, source_id=uuid4(), line_no=1, order_id=order_id, order_line_no=1,
        from_company_key=giver.company.key, to_company_key=taker.company.key, variant_key=item,
        sku="tea", quantity=units, currency="CNY", amount_minor=amount, on=TODAY, at=NOW, actor="",
    )  # fmt: skip


@pytest.fixture
def group(db: None) -> tuple[Shop, Shop, Shop]:
    """Three companies: tea that north sold came back to a place of south."""
    north, south, west = make_shop("north"), make_shop("south"), make_shop("west")
    tea = north.items["tea"]
    buy(north, "tea", 9, 1_000, freight=500)
    buy(north, "tea", 5, 1_201)
    buy(north, "cup", 4, 333, freight=101)
    buy(south, "cup", 3, 299, currency="USD")
    stock(south.store, tea, 5)
    stock(south.store, south.items["tea"], 7)  # nobody ever received it
    moved(MovementKind.RETURN, north, south, tea.key, 5, 6_500, uuid4())
    back = uuid4()  # what south itself gave is taken back: no cost of its own
    moved(MovementKind.SALE, south, north, tea.key, 2, 3_000, back)
    moved(MovementKind.RETURN, north, south, tea.key, 2, 3_000, back)
    return north, south, west


def rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def lying() -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], dict[str, list[Fraction]]]]:
    """Add up what lies at each company, and what each ever received, by company and item."""
    places = {one.key: one.company_key for one in places_by_key().values()}
    held: dict[tuple[int, int], int] = defaultdict(int)
    for place, item, units in rows(
        "SELECT place_key, variant_key, quantity FROM inventory_movement "
        "WHERE state IN ('on_hand', 'quality_hold', 'in_transit')"
    ):
        held[places[place], item] += units
    pools: dict[tuple[int, int], dict[str, list[Fraction]]] = defaultdict(dict)
    for place, item, currency, units, cost, landed in rows(
        "SELECT r.place_key, p.variant_key, o.currency, l.good + l.damaged, l.unit_cost_minor, "
        "(SELECT coalesce(sum(share_minor), 0) FROM supply_chargeshare WHERE line_key = l.key) "
        "FROM supply_receiptline l JOIN supply_receipt r ON r.key = l.receipt_key "
        "JOIN supply_purchaseline p ON p.key = l.line_key "
        "JOIN supply_purchaseorder o ON o.key = r.order_key"
    ):
        pool = pools[places[place], item].setdefault(currency, [Fraction(0), Fraction(0)])
        pool[0] += units
        pool[1] += units * cost + int(landed)
    return held, pools


def reckoned() -> tuple[dict[tuple[int, str], list[int]], dict[str, list[int]], int]:
    """Work the figures out of raw rows, one after the other, by none of the code under test."""
    held, pools = lying()
    given = rows(
        "SELECT kind, from_company_key, to_company_key, variant_key, quantity, amount_minor, "
        "order_id FROM intercompany_movement"
    )
    sold = {(one[6], one[2]): one[1] for one in given if one[0] == "sale"}
    charged: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for kind, giver, taker, item, units, amount, order in given:
        origin = sold.get((order, giver), giver)
        if kind == "return" and origin != taker:
            charged[taker, item].append((origin, units, amount))
    own: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    whole: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    nameless = 0
    for (company, item), units in held.items():
        found = {code: list(pool) for code, pool in pools[company, item].items()}
        if not units:
            continue
        if not found and not charged[company, item]:
            nameless += units
            continue
        profit = Fraction(0)
        for origin, count, amount in charged[company, item]:
            pool = found.setdefault("CNY", [Fraction(0), Fraction(0)])
            pool[0] += count
            pool[1] += amount
            theirs = pools[origin, item]["CNY"]
            profit += amount - count * theirs[1] / theirs[0]
        ((currency, (count, cost)),) = found.items()
        value, part = half_up(units * cost / count), half_up(units * profit / count)
        for figures in (own[company, currency], whole[currency]):
            figures[0] += units
        own[company, currency][1] += value
        own[company, currency][2] += part
        whole[currency][1] += value - part
        whole[currency][2] += part
    return own, whole, nameless


def half_up(amount: Fraction) -> int:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def test_the_figures_are_those_of_the_raw_rows(group: tuple[Shop, Shop, Shop]) -> None:
    north, south, _west = group
    found = value_group_stock(actor=SYSTEM, today=TODAY)
    own, whole, nameless = reckoned()
    assert {
        (one.company_key, one.currency): [one.units, one.value_minor, one.profit_minor]
        for one in found.companies
    } == own
    assert {
        one.currency: [one.units, one.value_minor, one.profit_minor] for one in found.group
    } == whole
    assert [(one.company_key, one.units, one.why) for one in found.uncosted] == [
        (south.company.key, nameless, Uncosted.NO_COST)
    ]
    # North's tea cost 9 × 10.00 + 5.00 + 5 × 12.01 = 155.05 for 14; south paid 65.00 for five.
    assert own[south.company.key, "CNY"] == [5, 6_500, 963]  # 65.00 − 55.375
    assert whole["USD"] == [3, 897, 0]
    assert own[north.company.key, "CNY"][0] == 18


def test_goods_of_a_third_company_are_named_where_its_cost_is_not_known(
    group: tuple[Shop, Shop, Shop],
) -> None:
    north, south, west = group
    cup, order_id = north.items["cup"], uuid4()
    stock(south.store, cup, 2)
    moved(MovementKind.SALE, west, north, cup.key, 2, 900, order_id)
    before = value_group_stock(actor=SYSTEM, today=TODAY)
    moved(MovementKind.RETURN, north, south, cup.key, 2, 950, order_id)
    after = value_group_stock(actor=SYSTEM, today=TODAY)
    origin = UncostedItem(south.company.key, cup.key, 2, Uncosted.ORIGIN)
    assert origin in after.uncosted
    assert origin not in before.uncosted
    values = [
        sum(one.value_minor for one in found.companies if one.company_key == south.company.key)
        for found in (before, after)
    ]
    assert (values[1] - values[0], before.group) == (950, after.group)


def test_each_sees_the_companies_entrusted_to_them(group: tuple[Shop, Shop, Shop]) -> None:
    north, south, _west = group
    whole = {
        code: make_actor(code, role=RoleCode.ADMINISTRATOR, unit_id=shop.company.id)
        for code, shop in (("north", north), ("south", south))
    }
    found = value_group_stock(actor=whole["south"], today=TODAY)
    assert {one.company_key for one in found.companies} == {south.company.key}
    assert [one.profit_minor for one in found.group] == [0, 0]  # of north, which is out of view
    found = value_group_stock(actor=whole["north"], today=TODAY + timedelta(days=1))
    assert {one.company_key for one in found.companies} == {north.company.key}


def test_the_api_tells_the_same(group: tuple[Shop, Shop, Shop]) -> None:
    found = value_group_stock(actor=SYSTEM, today=TODAY)
    told = program().get(f"{API}/intercompany/stock").json()
    names = {one.id: key for key, one in companies_by_key().items()}
    assert [
        (names[one["company"]], one["units"], one["value"]["amount"]) for one in told["companies"]
    ] == [
        (one.company_key, one.units, f"{Decimal(one.value_minor) / 100:.2f}")
        for one in found.companies
    ]
    assert (told["uncosted_count"], told["uncosted_units"], told["damaged_units"]) == (1, 7, 0)
    assert told["uncosted"][0]["sku"] == "tea"
    assert told["uncosted"][0]["why"] == "no_cost"
