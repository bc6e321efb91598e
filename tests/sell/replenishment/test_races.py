"""People and looks at once, each on a connection of their own."""

import pytest
from tests.builders.replenishment import accept, expect, look, plan, proposals
from tests.builders.supply import make_world
from tests.sell.supply.test_races import at_once, refused

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.replenishment.contracts import ProposalState
from quanqu.sell.replenishment.models import Forecast
from quanqu.sell.supply.contracts import PurchaseFilters
from quanqu.sell.supply.facade import count_orders

pytestmark = pytest.mark.django_db(transaction=True)


def planned():
    world = make_world()
    plan(world, world.tea, minimum=5, maximum=20)
    plan(world, world.cup, minimum=5, maximum=20)
    look(world)
    return world, [one.id for one in proposals().values()]


def orders():
    return count_orders(actor=SYSTEM, filters=PurchaseFilters())


def test_many_who_accept_the_same_make_one_order():
    _world, ids = planned()

    told = at_once(*[lambda: accept(*ids), lambda: accept(*reversed(ids))] * 3)

    assert not refused(told)
    assert len({tuple(one) for one in told}) == 1
    assert orders() == 1


def test_an_acceptance_beside_looks_is_ordered_once():
    world, ids = planned()

    told = at_once(lambda: accept(*ids), *[lambda: look(world)] * 3, lambda: accept(*ids))
    look(world)

    assert not refused(told)
    assert orders() == 1
    assert not proposals()
    assert len(proposals(ProposalState.ACCEPTED)) == 2


def test_looks_at_once_leave_one_open_proposal_each():
    world, _ids = planned()

    assert not refused(at_once(*[lambda: look(world)] * 4))

    assert len(proposals()) == 2


def test_sets_of_forecasts_at_once_leave_one_of_them_whole():
    world, _ids = planned()
    pushes = [
        lambda size=size: expect(world, world.tea, *[(float(size), 0.0)] * size)
        for size in (2, 3, 4, 5)
    ]

    assert not refused(at_once(*pushes))

    left = list(Forecast.objects.values_list("quantity", flat=True))
    assert left == [float(len(left))] * len(left)
