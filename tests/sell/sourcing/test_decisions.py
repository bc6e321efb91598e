"""Decisions keep their reasons, what a shadow says beside them, and go by age."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.org import make_actor, make_company
from tests.builders.sourcing import FAR, HERE, MIDDLE, NOW, Chain, body, shipped
from tests.builders.stock import CUP, TEA, level, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.personal.facade import retained
from quanqu.kernel.geo import Point, great_circle_km
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.sourcing.contracts import (
    DecisionFilters,
    DecisionNotFoundError,
    QuestionError,
    Reason,
)
from quanqu.sell.sourcing.facade import (
    get_decision,
    list_decisions,
    promise,
    shadow_profile,
    simulate,
    summarise_shadow,
)
from quanqu.sell.sourcing.models import Decision, Request, Shadow

pytestmark = pytest.mark.django_db


def test_a_decision_tells_of_every_place_why_it_does_not_ship():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 5), depot=(9, 9))

    made = chain.allocate(chain.order(1, 1))
    told = get_decision(actor=SYSTEM, request_id=made.request_id)

    far, near = told.rejections
    assert (far.place_key, far.reason, far.criterion) == (chain.depot, Reason.WORSE, "distance")
    assert (near.place_key, near.reason, near.lines) == (chain.near, Reason.TOO_FEW, (CUP,))
    km = great_circle_km(HERE, Point(*FAR)), great_circle_km(HERE, Point(*MIDDLE))
    assert far.by == km[0] // 10 - km[1] // 10
    assert told.parcels == made.parcels


def test_a_decision_keeps_no_place_of_a_customer():
    chain = Chain()
    chain.stock(near=(5, 0))

    chain.allocate(chain.order(postcode="200120"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM sourcing_decision d")
        (kept,) = cursor.fetchone()
    for secret in (str(HERE.latitude), str(HERE.longitude), "200120"):
        assert secret not in kept


def test_each_revision_is_kept_and_the_list_shows_the_last():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    first = chain.allocate()
    chain.move(first, (chain.near, TEA))
    chain.allocate(chain.order(50))

    page = list_decisions(actor=SYSTEM, filters=DecisionFilters(chain.company.key))

    assert [(one.revision, one.is_filled) for one in page.items] == [(0, False), (1, True)]
    assert page.items[1].place_keys == (chain.middle,)
    before = get_decision(actor=SYSTEM, request_id=first.request_id, revision=0)
    assert shipped(before) == {chain.near: {TEA: 1}}
    unfilled = list_decisions(actor=SYSTEM, filters=DecisionFilters(is_filled=False))
    assert len(unfilled.items) == 1
    with pytest.raises(DecisionNotFoundError):
        get_decision(actor=SYSTEM, request_id=first.request_id, revision=7)


def test_a_list_takes_few_queries_however_long_it_is():
    chain = Chain()
    chain.stock(near=(50, 0))
    for _ in range(6):
        chain.allocate()

    with CaptureQueriesContext(connection) as queries:
        page = list_decisions(actor=SYSTEM, filters=DecisionFilters(), limit=4)

    assert len(page.items) == 4
    assert len(queries) == 2


def test_only_who_has_the_right_over_the_whole_company_reads_its_decisions():
    chain = Chain()
    chain.stock(near=(5, 0))
    made = chain.allocate()
    other = make_actor("Wu", role=RoleCode.OWNER, unit_id=make_company("other").id)
    ours = make_actor("Li", role=RoleCode.VIEWER, unit_id=chain.company.id)

    assert list_decisions(actor=other, filters=DecisionFilters()).items == ()
    with pytest.raises(DecisionNotFoundError):
        get_decision(actor=other, request_id=made.request_id)
    assert len(list_decisions(actor=ours, filters=DecisionFilters()).items) == 1


def test_a_shadow_decides_beside_and_acts_on_nothing():
    chain = Chain()
    chain.stock(near=(5, 0), depot=(90, 0))
    deep = chain.profile(body("depth"), activate=False)
    shadow_profile(actor=SYSTEM, version_id=deep.id, now=NOW)

    made = chain.allocate()
    chain.allocate(chain.order(50))
    told = get_decision(actor=SYSTEM, request_id=made.request_id)

    assert shipped(made) == {chain.near: {TEA: 1}}
    (beside,) = told.shadows
    assert beside.parcels == ((chain.depot, (TEA,)),)
    assert not beside.is_same
    assert level(place=chain.depot)["allocated"] == 50
    found = summarise_shadow(actor=SYSTEM, version_id=deep.id)
    assert (found.decisions, found.same, found.parcels, found.shadow_parcels) == (2, 1, 2, 2)
    assert (found.unfilled, found.shadow_unfilled) == (0, 0)
    assert found.km < found.shadow_km
    assert Shadow.objects.count() == 2


def test_past_orders_are_simulated_and_nothing_is_held():
    chain = Chain()
    chain.stock(near=(5, 0), depot=(90, 90))
    deep = chain.profile(body("depth", parcel_minor=500), activate=False)
    past = [chain.order(1), chain.order(2, 1), chain.order(500)]

    found = simulate(actor=SYSTEM, version_id=deep.id, questions=past, now=NOW)

    assert (found.decisions, found.unfilled, found.shadow_unfilled) == (3, 1, 1)
    assert (found.parcels, found.shadow_parcels) == (2, 2)
    assert (found.cost_minor, found.shadow_cost_minor) == (0, 1000)
    assert found.same == 2  # both ship the second from the depot, and the third not at all
    assert not Request.objects.exists()
    assert level(place=chain.depot)["allocated"] == 0
    with pytest.raises(QuestionError):
        simulate(actor=SYSTEM, version_id=deep.id, questions=past * 400, now=NOW)
    other = [chain.order(company_key=make_company("other").key)]
    with pytest.raises(QuestionError):
        simulate(actor=SYSTEM, version_id=deep.id, questions=other, now=NOW)


def test_a_profile_by_age_ships_what_has_lain_longest():
    chain = Chain()
    chain.profile(body("age"))
    receive(5, place=chain.near, item=TEA, now=NOW - timedelta(days=3))
    receive(5, place=chain.middle, item=TEA, now=NOW - timedelta(days=90))

    decision = chain.allocate()

    assert shipped(decision) == {chain.middle: {TEA: 1}}
    assert decision.score == (365 - 90,)


def test_a_promise_tells_delivery_and_pickup_and_holds_nothing():
    chain = Chain()
    chain.stock(near=(5, 1), middle=(5, 5), depot=(90, 90))
    chain.offer(chain.near, opens=((540, 1200),) * 7, cut_off=960, pickup_lead_minutes=60)
    asked = chain.order(1, 1)

    told = promise(actor=SYSTEM, question=asked, now=NOW)

    assert [one.place_key for one in told.delivery] == [chain.near]
    assert told.delivery[0].hold_id is None
    assert told.arrives_at == NOW.replace(hour=8) + timedelta(hours=48)
    assert [(one.place_key, one.ready_at) for one in told.pickup] == [
        (chain.near, NOW + timedelta(hours=1)),
        (chain.middle, NOW + timedelta(hours=2)),
    ]
    assert level(place=chain.near)["allocated"] == 0
    assert not Request.objects.exists()
    nothing = promise(actor=SYSTEM, question=chain.order(500), now=NOW)
    assert (nothing.delivery, nothing.pickup, nothing.arrives_at) == ((), (), None)
    assert [line.quantity for line in nothing.unfilled] == [500]


def test_decisions_go_after_their_time_and_holds_stay():
    chain = Chain()
    chain.stock(near=(5, 0))
    chain.allocate(now=NOW - timedelta(days=200))
    kept = chain.allocate()
    (sort,) = [one for one in retained() if one.code == "sourcing_decisions"]
    moment = NOW - timedelta(days=180)

    assert sort.count(moment) == 1
    assert sort.drop(moment) == 1
    assert [row.request_id for row in Request.objects.all()] == [kept.request_id]
    assert Decision.objects.count() == 1
    assert level(place=chain.near)["allocated"] == 2
    with pytest.raises(DecisionNotFoundError):
        get_decision(actor=SYSTEM, request_id=uuid4())
