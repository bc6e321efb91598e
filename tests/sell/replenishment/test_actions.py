"""Looking at stock and deciding what was proposed, on the database."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import stock
from tests.builders.replenishment import accept, expect, look, plan, proposals
from tests.builders.supply import NOW, TODAY, cost, make_order, make_world, order, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import decode
from quanqu.sell.inventory.facade import get_transfer
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import (
    ForecastPeriodError,
    PolicyDraft,
    PolicyError,
    PolicyFilters,
    PolicyMethod,
    ProposalBatchError,
    ProposalKind,
    ProposalNotFoundError,
    ProposalQuantityError,
    ProposalReasonError,
    ProposalSourceError,
    ProposalState,
    ProposalStateError,
    ReplenishmentItemError,
    ReplenishmentPlaceError,
)
from quanqu.sell.supply.contracts import PurchaseState
from quanqu.sell.supply.facade import record_costs
from quanqu.sell.supply.models import ItemCost

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def have(world, item, quantity, place=None):
    stock.receive(quantity, place=(place or world.shop).key, item=item)


def test_the_position_counts_what_is_there_coming_and_promised(world):
    have(world, world.tea, 20)
    stock.hold((world.shop.key, world.tea, 3))
    stock.hold((world.shop.key, world.tea, 4), seconds=None)
    make_order(world, (world.tea, 5))
    make_order(world, (world.tea, 6), until="draft")
    plan(world, world.tea, minimum=24, maximum=40)

    run = look(world)

    figures = proposals()[world.shop.key, world.tea].figures
    told = (figures.on_hand, figures.held, figures.allocated, figures.incoming, figures.planned)
    assert told == (20, 3, 4, 5, 6)
    assert (figures.net, figures.wanted) == (24, 16)
    assert (run.policies, run.proposed, run.unsourced, run.unforecast) == (1, 1, 0, 0)


def test_packs_and_the_least_quantity_of_the_supplier_count(world):
    drafts = [cost(world.tea, 250, pack_size=12, minimum_quantity=30)]
    record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=drafts, now=NOW)
    plan(world, world.tea, minimum=5, maximum=20)

    look(world)

    found = proposals()[world.shop.key, world.tea]
    assert (found.kind, found.quantity, found.supplier_id) == (
        ProposalKind.PURCHASE, 36, world.supplier_id,
    )  # fmt: skip
    assert found.amount.amount == "90.00"


def test_a_forecast_and_what_suppliers_took_set_the_levels(world):
    ItemCost.objects.update(valid_from=TODAY - timedelta(days=90))
    for number, took in enumerate((6, 8, 6, 8, 7)):
        sent = NOW - timedelta(days=40 + number)
        receive(
            make_order(world, (world.tea, 1), now=sent),
            f"n{number}",
            (1, 1),
            now=sent + timedelta(days=took),
        )
    plan(world, world.tea, method=PolicyMethod.FORECAST)
    expect(world, world.tea, *[(10.0, 3.0)] * 60)

    look(world)

    figures = proposals()[world.shop.key, world.tea].figures
    # mean 7 days, sample deviation 1: √(8·9 + 10²·1) = 13.115, times 1.6449 = 21.57
    assert (figures.lead_days, figures.lead_deviation_days, figures.lead_lines) == (7, 1.0, 5)
    assert (figures.safety_stock, figures.reorder_point, figures.target) == (22, 102, 172)
    assert figures.wanted == 172 - 5


def test_another_place_gives_what_it_has_too_much_of(world):
    have(world, world.tea, 50, world.depot)
    plan(world, world.tea, minimum=5, maximum=20)
    plan(world, world.tea, place=world.depot, minimum=10, maximum=30)

    look(world)
    found = proposals()[world.shop.key, world.tea]
    (document,) = accept(found.id)

    assert (found.kind, found.from_place_key, found.quantity) == (
        ProposalKind.TRANSFER, world.depot.key, 20,
    )  # fmt: skip
    made = get_transfer(actor=SYSTEM, transfer_id=decode("trf", document))
    assert [(one.variant_key, one.quantity) for one in made.lines] == [(world.tea, 20)]
    assert look(world).proposed == 0, "the draft counts at both places"


def test_accepted_once_more_names_the_same_orders_one_by_supplier_and_place(world):
    plan(world, world.tea, minimum=5, maximum=20)
    plan(world, world.cup, minimum=5, maximum=20)
    plan(world, world.cup, place=world.depot, minimum=5, maximum=8)
    look(world)
    ids = [one.id for one in proposals().values()]

    made = accept(*ids)

    assert len(made) == 2
    assert accept(*ids) == made
    shop = next(one for one in map(order, made) if one.order.place_key == world.shop.key)
    assert {line.variant_key: line.ordered for line in shop.lines} == {
        world.tea: 20, world.cup: 20,
    }  # fmt: skip
    assert shop.order.state is PurchaseState.DRAFT
    assert shop.order.expected_on == NOW.date() + timedelta(days=7)
    assert look(world).proposed == 0


def test_a_persons_quantity_stays_and_is_what_is_ordered(world):
    drafts = [cost(world.tea, 250, pack_size=6)]
    record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=drafts, now=NOW)
    plan(world, world.tea, minimum=5, maximum=20)
    look(world)
    found = proposals()[world.shop.key, world.tea]
    with pytest.raises(ProposalQuantityError):
        facade.change_quantity(actor=SYSTEM, proposal_id=found.id, quantity=7, now=NOW)

    facade.change_quantity(actor=SYSTEM, proposal_id=found.id, quantity=12, now=NOW)
    have(world, world.tea, 1)
    look(world)

    changed = proposals()[world.shop.key, world.tea]
    assert (changed.id, changed.units, changed.figures.net) == (found.id, 12, 1)
    (document,) = accept(changed.id)
    assert order(document).lines[0].ordered == 12
    with pytest.raises(ProposalStateError):
        facade.change_quantity(actor=SYSTEM, proposal_id=found.id, quantity=6, now=NOW)


def test_a_dismissed_item_is_quiet_until_its_day(world):
    plan(world, world.tea, minimum=5, maximum=20)
    look(world)
    found = proposals()[world.shop.key, world.tea]
    told = {"actor": SYSTEM, "proposal_ids": [found.id], "now": NOW}

    with pytest.raises(ProposalReasonError):
        facade.dismiss_proposals(**told, reason=" ")
    assert facade.dismiss_proposals(**told, reason="end of season", quiet_days=3) == 1
    assert facade.dismiss_proposals(**told, reason="again") == 0

    look(world, days=3)
    assert not proposals()
    look(world, days=4)
    assert len(proposals()) == 1
    assert proposals(ProposalState.DISMISSED)[world.shop.key, world.tea].reason == "end of season"


def test_what_nobody_needs_any_more_lapses(world):
    plan(world, world.tea, minimum=5, maximum=20)
    look(world)
    have(world, world.tea, 50)

    look(world)

    assert not proposals()
    lapsed = proposals(ProposalState.LAPSED)[world.shop.key, world.tea]
    with pytest.raises(ProposalStateError):
        accept(lapsed.id)
    plan(world, world.cup, minimum=5, maximum=20)
    look(world)
    assert facade.stop_policies(actor=SYSTEM, ats=[(world.shop.key, world.cup)]) == 1
    look(world)
    assert not proposals()


def test_what_nobody_sells_is_told_and_cannot_be_accepted(world):
    past = [cost(world.tea, 250, valid_from=NOW.date(), valid_to=NOW.date())]
    record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=past, now=NOW)
    plan(world, world.tea, minimum=5, maximum=20)
    plan(world, world.cup, method=PolicyMethod.FORECAST, minimum=1, maximum=1)

    run = look(world, days=1)

    assert (run.unsourced, run.unforecast) == (1, 1)
    found = proposals()
    assert found[world.shop.key, world.tea].kind is ProposalKind.UNSOURCED
    with pytest.raises(ProposalSourceError):
        accept(*[one.id for one in found.values()])
    assert len(proposals()) == 2, "all or none"


def test_an_older_set_of_forecasts_changes_nothing(world):
    assert expect(world, world.tea, (5.0, 1.0), (5.0, 1.0)) == 2
    assert expect(world, world.tea, (9.0, 1.0), made_at=NOW - timedelta(hours=1)) == 0
    assert expect(world, world.tea, (7.0, 1.0)) == 1, "a set replaces all periods of an item"
    with pytest.raises(ForecastPeriodError):
        expect(world, world.tea, (7.0, 1.0), made_at=NOW + timedelta(hours=1))
    with pytest.raises(ForecastPeriodError):
        expect(world, world.tea, (float("nan"), 1.0))
    with pytest.raises(ForecastPeriodError):
        expect(world, world.tea)


def test_nobody_plans_or_decides_beyond_their_places(world):
    keeper = world.buyer(places=(world.depot,))
    looker = world.buyer("supply.view")
    plan(world, world.tea, minimum=5, maximum=20)
    look(world)
    (found,) = proposals().values()
    draft = PolicyDraft(world.shop.key, world.tea)

    for actor in (keeper, looker):
        with pytest.raises((ReplenishmentPlaceError, NotAllowedError)):
            facade.set_policies(actor=actor, drafts=[draft], now=NOW)
        with pytest.raises((ReplenishmentPlaceError, NotAllowedError)):
            expect(world, world.tea, (1.0, 0.0), actor=actor)
        with pytest.raises((ProposalNotFoundError, NotAllowedError)):
            accept(found.id, actor=actor)
    assert not proposals(actor=keeper)
    assert facade.count_policies(actor=keeper, filters=PolicyFilters()) == 0
    with pytest.raises(ProposalNotFoundError):
        facade.get_proposal(actor=keeper, proposal_id=found.id)
    stranger = make_world("south").buyer()
    with pytest.raises(ReplenishmentPlaceError):
        look(world, actor=stranger)
    assert not facade.list_runs(actor=stranger)


def test_a_transfer_needs_the_right_to_move_what_another_place_gives(world):
    have(world, world.tea, 50, world.depot)
    plan(world, world.tea, minimum=5, maximum=20)
    plan(world, world.tea, place=world.depot)
    look(world)

    with pytest.raises(NotAllowedError):
        accept(
            next(iter(proposals().values())).id, actor=world.buyer("supply.view", "supply.manage")
        )

    assert len(proposals()) == 1


def test_policies_that_cannot_be_are_refused_by_line(world):
    other = make_world("south")
    good = {"place_key": world.shop.key, "variant_key": world.tea}
    for wrong in (
        {"minimum": 9, "maximum": 3},
        {"minimum": -1},
        {"service_rate": Decimal("0.49")},
        {"service_rate": Decimal("0.95001")},
        {"cover_days": 0},
        {"supplier_id": other.supplier_id},
    ):
        with pytest.raises(PolicyError) as refused:
            facade.set_policies(
                actor=SYSTEM,
                drafts=[
                    PolicyDraft(world.depot.key, world.tea),
                    PolicyDraft(**(good | wrong)),
                ],
                now=NOW,
            )
        assert refused.value.fields["line"] == 2
    twice = [PolicyDraft(**good), PolicyDraft(**good)]
    with pytest.raises(PolicyError):
        facade.set_policies(actor=SYSTEM, drafts=twice, now=NOW)
    with pytest.raises(ReplenishmentItemError):
        plan(world, other.tea)
    assert facade.count_policies(actor=SYSTEM, filters=PolicyFilters()) == 0
    with pytest.raises(ProposalBatchError):
        accept()
    with pytest.raises(ProposalNotFoundError):
        accept(uuid4())


def test_a_look_takes_as_many_statements_for_many_items_as_for_one(world):
    plan(world, world.tea, minimum=5, maximum=20)
    with CaptureQueriesContext(
        connection,
    ) as few:
        look(world)
    for place in (world.shop, world.depot):
        for item in (world.tea, world.cup):
            plan(world, item, place=place, minimum=5, maximum=20)
    with CaptureQueriesContext(connection) as many:
        look(world)
    assert len(few) == len(many)
