"""The tables of docs/rules/supply.md, run."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.builders import stock
from tests.builders.supply import NOW, breaches, cost, draft, make_order, make_world, order, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.money import Money
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    BuyingRules,
    ChargeDraft,
    ChargeKind,
    DiscrepancyKind,
    OrderAct,
    PurchaseFilters,
    PurchaseState,
    ReturnDraft,
    ReturnDraftLine,
    ReturnFrom,
    ShareBasis,
)
from quanqu.sell.supply.models import ItemCost, Supplier
from quanqu.sell.supply.queries.suppliers import current_costs
from quanqu.sell.supply.rules.machine import MOVES, follow

DOCUMENT = (Path(__file__).parents[3] / "docs" / "rules" / "supply.md").read_text("utf-8")


def table(heading, *, nth=0):
    """Return the rows of a table below a heading."""
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    tables, inside = [], False
    for line in part.splitlines():
        if line.startswith("|"):
            if not inside:
                tables.append([])
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        inside = line.startswith("|")
    return tables[nth][2:]


def test_the_states_are_those_of_the_table_and_of_the_picture():
    states = list(PurchaseState)
    told = {}
    for act, *cells in table("States"):
        for state, cell in zip(states, cells, strict=True):
            told[act, state] = cell.rpartition("→")[2].strip() or None
    drawn = {
        (was.strip(), act.strip()): to.strip()
        for line in DOCUMENT.splitlines()
        if "-->" in line and ":" in line
        for was, rest in [line.split("-->")]
        for to, act in [rest.split(":")]
    }

    assert told == {
        (act.value, state): follow(state, act)
        for act in OrderAct
        if act is not OrderAct.CREATE
        for state in states
    }
    for act, moves in MOVES.items():
        for was, to in moves.items():
            if was != to and act is not OrderAct.RECEIVE:
                assert drawn[was.value, act.value] == to.value
    assert len({act for _, act in drawn}) == len(MOVES)


@pytest.mark.django_db
def test_the_day_of_an_order_goes_as_it_is_told():
    world = make_world()
    rules = BuyingRules(world.company.key, "CNY", None, Decimal("0.05"))
    facade.set_buying_rules(actor=SYSTEM, rules=rules, now=NOW)
    items = {"tea": world.tea, "cup": world.cup}
    numbers = {"tea": 1, "cup": 2}
    order_id = ""

    def run(verb, words):
        nonlocal order_id
        told = words[len(words) % 2 :]
        pairs = dict(zip(told[::2], map(int, told[1::2]), strict=True))
        wanted = [(items[name], units) for name, units in sorted(pairs.items(), reverse=True)]
        if verb == "create":
            order_id = make_order(world, *wanted, until="draft")
        elif verb == "change":
            facade.change_order(actor=SYSTEM, order_id=order_id, draft=draft(*wanted), now=NOW)
        elif verb in {"receive", "damage"}:
            is_good = verb == "receive"
            lines = [
                (numbers[item], units * is_good, units * (not is_good))
                for item, units in pairs.items()
            ]
            receive(order_id, words[0], *lines)
        elif verb == "cancel":
            facade.cancel_order(actor=SYSTEM, order_id=order_id, reason="a test", now=NOW)
        else:
            act = {"submit": facade.submit_order, "send": facade.send_order}.get(
                verb, facade.close_order
            )
            act(actor=SYSTEM, order_id=order_id, now=NOW)

    rows = table("Receiving")
    for step, what, state, *numbers_told in rows:
        verb, *words = what.removesuffix(" refused").split()
        if what.endswith("refused"):
            with pytest.raises((RefusedError, InvalidError)):
                run(verb, words)
        else:
            run(verb, words)
        tea, cup = world.level(world.tea), world.level(world.cup)
        found = [
            tea["incoming"], tea["on_hand"], tea["damaged"], cup["incoming"], cup["on_hand"],
        ]  # fmt: skip
        assert (order(order_id).order.state, found) == (state, list(map(int, numbers_told))), step
        assert breaches() == stock.breaches() == []

    assert len(rows) == 15
    differing = facade.list_discrepancies(actor=SYSTEM, filters=PurchaseFilters(), today=NOW.date())
    assert {(one.variant_key, one.kind, one.units) for one in differing} == {
        (world.tea, DiscrepancyKind.OVER, 1),
        (world.tea, DiscrepancyKind.DAMAGED, 3),
        (world.cup, DiscrepancyKind.SHORT, 4),
    }


@pytest.mark.django_db
def test_costs_beside_the_goods_are_shared_out_as_told():
    world = make_world()
    receipt = receive(make_order(world), "one", (1, 20), (2, 6))

    for kind, amount, basis, *shares in table("Landed cost"):
        charge = ChargeDraft(ChargeKind(kind), Money.parse(amount, "CNY").minor, ShareBasis(basis))
        receipt = facade.record_charge(actor=SYSTEM, receipt_id=receipt.id, draft=charge, now=NOW)
        told = receipt.charges[-1].shares
        assert [told[1].amount, told[2].amount] == shares

    tea, cup = receipt.lines
    assert (tea.unit_landed_minor, cup.unit_landed_minor) == (Decimal("285.6"), Decimal("503.5"))
    assert "a unit of tea costs 2.856 and a cup 5.035" in DOCUMENT
    assert not breaches()


@pytest.mark.django_db
def test_goods_go_back_as_it_is_told():
    world = make_world()
    receive(make_order(world, (world.tea, 23)), "one", (1, 20, 3))
    stock.hold((world.shop.key, world.tea, 12), seconds=None, now=NOW)
    made = {}

    def run(verb, name, *words):
        if verb == "return":
            taken_from, units = words
            lines = (ReturnDraftLine(world.tea, int(units)),)
            told = ReturnDraft(name, "no good", ReturnFrom(taken_from), lines)
            made[name] = facade.return_goods(
                actor=SYSTEM, supplier_id=world.supplier_id, place_key=world.shop.key, draft=told,
                now=NOW,
            )  # fmt: skip
        else:
            amount = Money.parse(words[0], "CNY").minor
            made[name] = facade.record_credit(
                actor=SYSTEM, return_id=made[name].id, amount_minor=amount, reference=words[0],
                now=NOW,
            )  # fmt: skip

    rows = table("Going back")
    for step, what, *told in rows:
        words = what.removesuffix(" refused").split()
        if what.endswith("refused"):
            with pytest.raises(RefusedError):
                run(*words)
        else:
            run(*words)
        level = world.level(world.tea)
        sums = [
            Money(sum(getattr(one, name).minor for one in made.values()), "CNY").amount
            for name in ("expected", "credited")
        ]
        assert [str(level["on_hand"]), str(level["damaged"]), *sums] == told, step
        assert breaches() == stock.breaches() == []

    assert len(rows) == 8
    assert world.level(world.tea)["allocated"] == 12


@pytest.mark.django_db
def test_the_cost_that_counts_is_the_one_told():
    world = make_world()
    ItemCost.objects.all().delete()
    supplier = Supplier.objects.get()
    for _, amount, begins, ends in table("Costs of items"):
        told = cost(
            world.tea,
            Money.parse(amount, "CNY").minor,
            valid_from=date.fromisoformat(begins),
            valid_to=date.fromisoformat(ends) if ends else None,
        )
        recorded = NOW.replace(year=2026, month=1, day=1)
        facade.record_costs(
            actor=SYSTEM, supplier_id=world.supplier_id, drafts=[told], now=recorded
        )

    for day, expected in table("Costs of items", nth=1):
        found = current_costs(supplier, [world.tea], date.fromisoformat(day)).get(world.tea)
        assert (found.cost.amount if found else "nothing") == expected, day
