"""From an order that is paid to goods that are delivered, on a database."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from tests.builders.checkout import make_open_shop
from tests.builders.fulfilment import (
    breaches,
    collect,
    event,
    label,
    make_carrier,
    notice,
    pack,
    pick,
    pickup_code,
    price,
    sell,
)
from tests.builders.goods import NOW
from tests.builders.org import make_actor

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.kernel.time import Period
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveState,
    OrderStepError,
    PartState,
    PickupCodeError,
    Step,
)
from quanqu.sell.checkout.facade import advance_part, cancel_order, get_live_order
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import (
    IdCheck,
    ListState,
    Measures,
    NoAddressError,
    NoOfferError,
    NothingToPickError,
    ParcelFieldError,
    ParcelFilters,
    ParcelState,
    ParcelStateError,
    PartWorkError,
    PartWorkNotFoundError,
    PickLineError,
    PickListNotFoundError,
    PickListStateError,
    PickState,
    TrackingSignatureError,
)
from quanqu.sell.fulfilment.models import Parcel, PickLine, Work
from quanqu.sell.fulfilment.rules.tracking import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_open_shop()


@pytest.fixture
def carrier(shop):
    name = encode("cac", make_carrier(shop.company.key).id)
    price(name)
    return name


def state_of(placed):
    return get_live_order(actor=SYSTEM, order_id=placed.id).order.state


def hand_over(placed, part_no=1):
    return facade.hand_over_parcels(
        actor=SYSTEM, order_id=placed.id, part_no=part_no, now=NOW + timedelta(hours=1)
    )


def send(shop, carrier, *lines):
    placed = sell(shop, *lines)
    pick(shop)
    wanted = {number: quantity for number, (_, quantity) in enumerate(lines, 1)}
    parcel = label(pack(placed, wanted), carrier)
    hand_over(placed)
    return placed, parcel


def test_an_order_is_picked_packed_labelled_handed_over_and_delivered(shop, carrier):
    placed = sell(shop, ("tea", 2), ("cup", 1))
    done = pick(shop)
    assert done.state is ListState.DONE
    assert state_of(placed) is LiveState.PROCESSING

    first, second = pack(placed, {1: 2}), pack(placed, {2: 1})
    with pytest.raises(PartWorkError):
        hand_over(placed)
    labelled = [label(one, carrier) for one in (first, second)]
    left = hand_over(placed)

    assert [one.cost_minor for one in labelled] == [651, 651]
    assert {one.state for one in left} == {ParcelState.HANDED_OVER}
    assert hand_over(placed) == left
    assert state_of(placed) is LiveState.SHIPPED
    assert facade.get_label(actor=SYSTEM, parcel_id=encode("pcl", first.id))[:5] == b"%PDF-"
    for one in left:
        assert state_of(placed) is LiveState.SHIPPED
        note(one, ParcelState.DELIVERED, signed_by="Li Wei")
    assert state_of(placed) is LiveState.DELIVERED
    detail = facade.get_parcel(actor=SYSTEM, parcel_id=encode("pcl", first.id))
    assert (detail.signed_by, detail.events[0].state) == ("L*** W***", ParcelState.DELIVERED)
    assert breaches() == []


def note(parcel, state, *, name=None, **more):
    return facade.note_parcel(
        actor=SYSTEM, parcel_id=encode("pcl", parcel.id), event_id=name or str(uuid4()),
        state=state, now=NOW + timedelta(days=1), **more,
    )  # fmt: skip


def test_more_than_the_part_has_is_never_packed(shop):
    placed = sell(shop, ("tea", 3))
    pick(shop)
    kept = pack(placed, {1: 2})

    for lines in ({1: 2}, {1: 0}, {1: -1}, {2: 1}, {}):
        with pytest.raises(ParcelFieldError):
            pack(placed, lines)
    with pytest.raises(ParcelFieldError):
        pack(placed, {1: 1}, measures=Measures(0))
    with pytest.raises(ParcelFieldError):
        pack(placed, {1: 1}, measures=Measures(5, 100))
    assert pack(placed, {1: 2}, id=kept.id) == kept
    with pytest.raises(ParcelFieldError):
        pack(placed, {1: 1}, id=kept.id)
    assert breaches() == []


def test_what_is_not_picked_is_not_packed(shop):
    placed = sell(shop, ("tea", 1))
    with pytest.raises(PartWorkError):
        pack(placed, {1: 1})
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    facade.claim_pick_list(actor=SYSTEM, list_id=encode("pkl", made.id), now=NOW)

    with pytest.raises(PartWorkError):
        pack(placed, {1: 1})


def test_an_unpacked_parcel_leaves_its_goods_to_another(shop, carrier):
    placed = sell(shop, ("tea", 2))
    pick(shop)
    parcel = label(pack(placed, {1: 2}), carrier)

    gone = facade.unpack_parcel(actor=SYSTEM, parcel_id=encode("pcl", parcel.id), now=NOW)

    assert gone.state is ParcelState.CANCELLED
    assert not gone.has_label
    again = pack(placed, {1: 2})
    assert again.number == 2
    with pytest.raises(ParcelStateError):
        label(gone, carrier)
    assert breaches() == []


def test_a_label_needs_an_address_and_a_service_that_goes_there(shop, carrier):
    placed = sell(shop, ("tea", 1), contact=None)
    pick(shop)
    with pytest.raises(NoAddressError):
        label(pack(placed, {1: 1}), carrier)

    placed = sell(shop, ("tea", 1))
    pick(shop)
    heavy = pack(placed, {1: 1}, measures=Measures(90_000))
    with pytest.raises(NoOfferError):
        label(heavy, carrier)
    assert label(heavy, carrier_of(shop, "land"), "far").state is ParcelState.LABELLED


def carrier_of(shop, code):
    name = encode("cac", make_carrier(shop.company.key, code, "LA").id)
    csv = "kind,zone,country,up_to_g,price,min_days,max_days\n" \
          "area,all,*,,,,\nstep,all,,99999,1.00,,\nterms,all,,,,1,2\n"  # fmt: skip
    price(name, csv=csv, service="far")
    return name


def test_the_part_whose_promise_is_due_first_is_listed_first(shop):
    late = sell(shop, ("tea", 1), now=NOW - timedelta(days=2))
    sell(shop, ("tea", 1))
    early = sell(shop, ("cup", 1), now=NOW - timedelta(days=1))

    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW, most_parts=2)

    assert {line.order_id for line in made.lines} == {late.id, early.id}


def test_lines_are_walked_by_zone_and_bin_and_a_zone_has_a_list_of_its_own(shop):
    facade.set_bins(
        actor=SYSTEM, place_key=shop.store.key,
        bins={shop.items["tea"].key: ("B", "B-02"), shop.items["cup"].key: ("A", "A-11")},
    )  # fmt: skip
    sell(shop, ("tea", 1), ("cup", 1))

    only = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW, zone="B")
    rest = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)

    assert [line.bin for line in only.lines] == ["B-02"]
    assert [line.bin for line in rest.lines] == ["A-11"]
    with pytest.raises(NothingToPickError):
        facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)


def test_a_list_has_one_picker_and_the_same_act_again_changes_nothing(shop):
    sell(shop, ("tea", 2))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    name, key = encode("pkl", made.id), made.lines[0].key
    ann, bob = (
        make_actor(who, role=RoleCode.ASSOCIATE, unit_id=shop.store.id) for who in ("Ann", "Bob")
    )
    claimed = facade.claim_pick_list(actor=ann, list_id=name, now=NOW)

    assert facade.claim_pick_list(actor=ann, list_id=name, now=NOW) == claimed
    with pytest.raises(PickListStateError):
        facade.claim_pick_list(actor=bob, list_id=name, now=NOW)
    with pytest.raises(PickListStateError):
        facade.pick_line(actor=bob, list_id=name, line_key=key, quantity=2, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.cancel_pick_list(actor=bob, list_id=name, now=NOW)
    with pytest.raises(PickLineError):
        facade.pick_line(actor=ann, list_id=name, line_key=key, quantity=3, now=NOW)
    done = facade.pick_line(actor=ann, list_id=name, line_key=key, quantity=2, now=NOW)
    assert facade.pick_line(actor=ann, list_id=name, line_key=key, quantity=2, now=NOW) == done
    assert done.state is ListState.DONE


def test_scanning_picks_unit_by_unit(shop):
    sell(shop, ("tea", 2))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    name = encode("pkl", made.id)
    facade.claim_pick_list(actor=SYSTEM, list_id=name, now=NOW)

    def scan(code):
        return facade.scan_item(actor=SYSTEM, list_id=name, code=code, now=NOW)

    assert scan("tea").lines[0].picked == 1
    with pytest.raises(PickLineError):
        scan("cup")
    assert scan(" tea ").state is ListState.DONE
    with pytest.raises(PickLineError):
        scan("tea")


def test_a_list_that_is_given_up_leaves_its_lines_to_another(shop):
    sell(shop, ("tea", 1))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)

    given = facade.cancel_pick_list(actor=SYSTEM, list_id=encode("pkl", made.id), now=NOW)

    assert given.state is ListState.CANCELLED
    assert facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW).lines


def test_a_short_line_holds_its_order_up_where_nobody_has_it(shop):
    placed = sell(shop, ("tea", 2), ("cup", 1))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    name = encode("pkl", made.id)
    facade.claim_pick_list(actor=SYSTEM, list_id=name, now=NOW)
    keys = {line.sku: line.key for line in made.lines}

    told = facade.pick_line(actor=SYSTEM, list_id=name, line_key=keys["tea"], quantity=1, now=NOW)

    assert {line.sku: line.state for line in told.lines}["tea"] is PickState.SHORT
    detail = get_live_order(actor=SYSTEM, order_id=placed.id)
    assert [one.kind for one in detail.holds] == ["goods"]
    facade.pick_line(actor=SYSTEM, list_id=name, line_key=keys["cup"], quantity=1, now=NOW)
    with pytest.raises(PartWorkError):
        pack(placed, {1: 2})
    found = facade.pick_line(actor=SYSTEM, list_id=name, line_key=keys["tea"], quantity=2, now=NOW)
    assert {line.state for line in found.lines} == {PickState.PICKED}
    assert breaches() == []


def test_a_cancelled_order_leaves_lists_and_parcels(shop, carrier):
    placed = sell(shop, ("tea", 1))
    pick(shop)
    parcel = label(pack(placed, {1: 1}), carrier)
    waiting = sell(shop, ("cup", 1))
    facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    for one in (placed, waiting):
        cancel_order(actor=SYSTEM, order_id=one.id, reason=CancelReason.BUYER, now=NOW)

    with pytest.raises((PartWorkError, OrderStepError)):
        hand_over(placed)
    deliver_events(now=NOW)

    found = facade.get_parcel(actor=SYSTEM, parcel_id=encode("pcl", parcel.id))
    assert found.parcel.state is ParcelState.CANCELLED
    assert not PickLine.objects.filter(order_id=waiting.id, state=PickState.OPEN.value).exists()
    assert breaches() == []


def test_parcels_follow_goods_that_left_by_another_door(shop, carrier):
    placed = sell(shop, ("tea", 1))
    pick(shop)
    parcel = label(pack(placed, {1: 1}), carrier)
    advance_part(actor=SYSTEM, order_id=placed.id, part_no=1, step=Step.SHIP, now=NOW)
    deliver_events(now=NOW)

    found = facade.get_parcel(actor=SYSTEM, parcel_id=encode("pcl", parcel.id))

    assert found.parcel.state is ParcelState.HANDED_OVER
    assert Work.objects.get(order_id=placed.id).gone_at == NOW
    assert breaches() == []


def test_events_in_any_order_and_twice_leave_a_parcel_alike():
    told = [
        (NOW, ParcelState.IN_TRANSIT),
        (NOW + timedelta(hours=3), ParcelState.OUT_FOR_DELIVERY),
        (NOW + timedelta(hours=5), ParcelState.FAILED),
        (NOW + timedelta(hours=5), ParcelState.OUT_FOR_DELIVERY),
    ]

    assert {standing(one) for one in permutations(told)} == {ParcelState.FAILED}
    assert standing([*told, *told]) is ParcelState.FAILED
    ended = [*told, (NOW - timedelta(days=1), ParcelState.DELIVERED)]
    assert standing(ended) is ParcelState.DELIVERED
    assert standing([*ended, (NOW, ParcelState.RETURNED)]) is ParcelState.RETURNED
    assert standing([]) is ParcelState.HANDED_OVER


def take(carrier, told, now=NOW):
    return facade.take_tracking(carrier_id=carrier, now=now, **told)


def test_a_carrier_tells_of_its_parcels_late_double_and_of_strange_ones(shop, carrier):
    secret = facade.renew_carrier_secret(actor=SYSTEM, carrier_id=carrier, now=NOW)
    placed, parcel = send(shop, carrier, ("tea", 1))
    later = NOW + timedelta(days=2)
    told = notice(
        secret,
        event(parcel, "e2", "delivered", later, signed_by="Li", photo_sha256="a" * 64),
        event(parcel, "e1", "in_transit", NOW + timedelta(hours=2), location="Suzhou"),
        {**event(parcel, "e3", "failed"), "tracking_number": "QC99"},
        now=later,
    )

    first, second = take(carrier, told, later), take(carrier, told, later)

    assert (first.taken, first.repeated, first.unknown) == (2, 0, 1)
    assert (second.taken, second.repeated, second.unknown) == (0, 2, 1)
    assert state_of(placed) is LiveState.DELIVERED
    found = facade.get_parcel(actor=SYSTEM, parcel_id=encode("pcl", parcel.id))
    assert [one.state for one in found.events] == [ParcelState.IN_TRANSIT, ParcelState.DELIVERED]
    assert (found.parcel.delivered_at, found.proof_photo) == (later, "a" * 64)
    assert breaches() == []


def test_what_another_signed_is_refused_and_changes_nothing(shop, carrier):
    secret = facade.renew_carrier_secret(actor=SYSTEM, carrier_id=carrier, now=NOW)
    placed, parcel = send(shop, carrier, ("tea", 1))
    told = notice(secret, event(parcel, "e1", "delivered"))
    facade.renew_carrier_secret(actor=SYSTEM, carrier_id=carrier, now=NOW)

    for name in (carrier, "cac_x", encode("cac", uuid4())):
        with pytest.raises(TrackingSignatureError):
            take(name, told)
    assert state_of(placed) is LiveState.SHIPPED


def test_a_carrier_that_has_a_parcel_nobody_handed_over_has_it(shop, carrier):
    secret = facade.renew_carrier_secret(actor=SYSTEM, carrier_id=carrier, now=NOW)
    placed = sell(shop, ("tea", 1))
    pick(shop)
    parcel = label(pack(placed, {1: 1}), carrier)

    take(carrier, notice(secret, event(parcel, "e1", "in_transit")))

    assert state_of(placed) is LiveState.SHIPPED
    found = facade.list_parcels(actor=SYSTEM, filters=ParcelFilters(order_id=placed.id)).items
    assert [one.state for one in found] == [ParcelState.IN_TRANSIT]
    assert breaches() == []


def test_a_pickup_waits_on_a_shelf_and_goes_with_the_code(shop):
    placed = collect(shop, ("tea", 2))
    pick(shop)
    for _ in range(2):
        facade.make_ready(actor=SYSTEM, order_id=placed.id, part_no=1, now=NOW, shelf="C4")
    (waiting,) = facade.list_pickups(actor=SYSTEM, place_id=shop.store.id, text="小明")
    assert (waiting.name, waiting.shelf, waiting.units) == ("王**", "C4", 2)
    assert facade.list_pickups(actor=SYSTEM, place_id=shop.store.id, text="nobody") == []
    assert facade.list_pickups(actor=SYSTEM, place_id=shop.store.id, text=placed.number)

    def hand(code):
        facade.hand_over_pickup(
            actor=SYSTEM, order_id=placed.id, part_no=1, pickup_code=code,
            id_check=IdCheck.ID_CARD, now=NOW,
        )  # fmt: skip

    with pytest.raises(PickupCodeError):
        hand("")
    hand(pickup_code(placed))
    hand("whatever: it is gone")

    assert state_of(placed) is LiveState.COMPLETED
    work = Work.objects.get(order_id=placed.id)
    assert (work.id_check, work.contact_enc) == ("id_card", None)
    assert facade.list_pickups(actor=SYSTEM, place_id=shop.store.id) == []
    assert breaches() == []


def test_what_nobody_collects_is_free_again_after_the_days_of_the_place(shop):
    placed = collect(shop, ("tea", 2))
    pick(shop)
    facade.make_ready(actor=SYSTEM, order_id=placed.id, part_no=1, now=NOW)
    facade.set_keep_days(actor=SYSTEM, place_key=shop.store.key, days=3, now=NOW)

    assert facade.release_no_shows(now=NOW + timedelta(days=3)) == 0
    assert facade.release_no_shows(now=NOW + timedelta(days=3, seconds=1)) == 1
    assert facade.release_no_shows(now=NOW + timedelta(days=9)) == 0

    detail = get_live_order(actor=SYSTEM, order_id=placed.id)
    assert detail.order.cancel_reason is CancelReason.NOT_COLLECTED
    assert Work.objects.get(order_id=placed.id).is_no_show
    assert breaches() == []


def test_the_board_has_each_part_in_its_column_and_marks_the_late(shop, carrier):
    late = sell(shop, ("tea", 1), now=NOW - timedelta(days=3))
    gone, _ = send(shop, carrier, ("cup", 1)), pick_nothing(shop)
    sell(shop, ("tea", 1))

    board = facade.get_board(actor=SYSTEM, place_id=shop.store.id, now=NOW + timedelta(hours=2))

    assert [card.order_id for card in board.gone.cards] == [gone[0].id]
    assert [card.order_id for card in board.picking.cards] == [late.id]
    assert board.picking.late == 1
    assert [card.is_late for card in board.to_pick.cards] == [False]
    assert board.ready.cards == ()


def pick_nothing(shop):
    with pytest.raises(NothingToPickError):
        facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)


def test_who_works_elsewhere_sees_and_does_nothing_here(shop, carrier):
    placed = sell(shop, ("tea", 1))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    other = make_actor("Far", role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    viewer = make_actor("Eve", role=RoleCode.VIEWER, unit_id=shop.store.id)

    with pytest.raises(PickListNotFoundError):
        facade.claim_pick_list(actor=other, list_id=encode("pkl", made.id), now=NOW)
    with pytest.raises(PartWorkNotFoundError):
        facade.get_part(actor=other, order_id=placed.id, part_no=1, now=NOW)
    assert facade.get_part(actor=viewer, order_id=placed.id, part_no=1, now=NOW).left == {1: 1}
    with pytest.raises(NotAllowedError):
        facade.claim_pick_list(actor=viewer, list_id=encode("pkl", made.id), now=NOW)
    with pytest.raises(NotAllowedError):
        facade.set_keep_days(
            actor=make_actor("Ann", role=RoleCode.ASSOCIATE, unit_id=shop.store.id),
            place_key=shop.store.key, days=3, now=NOW,
        )  # fmt: skip


def test_a_part_tells_what_is_left_to_pack(shop):
    placed = sell(shop, ("tea", 3))
    pick(shop)
    pack(placed, {1: 2})

    found = facade.get_part(actor=SYSTEM, order_id=placed.id, part_no=1, now=NOW)

    assert (found.left, found.unpicked, len(found.parcels)) == ({1: 1}, frozenset(), 1)
    assert found.card.state is PartState.PICKING


def test_figures_tell_of_time_promises_no_shows_and_late_parcels(shop, carrier):
    sent, parcel = send(shop, carrier, ("tea", 1))
    Work.objects.filter(order_id=sent.id).update(
        started_at=NOW, picked_at=NOW + timedelta(minutes=6), promised_at=NOW
    )
    note(parcel, ParcelState.DELIVERED, at=NOW + timedelta(hours=20))
    kept = collect(shop, ("cup", 1))
    pick(shop)
    facade.make_ready(actor=SYSTEM, order_id=kept.id, part_no=1, now=NOW)
    facade.release_no_shows(now=NOW + timedelta(days=8))
    day = Period(NOW.date(), NOW.date() + timedelta(days=1))

    found = facade.fulfilment_figures(actor=SYSTEM, period=day, zone="UTC")

    assert (found.picked, found.median_pick_s) == (2, 180.0)
    assert (found.promised, found.kept, found.kept_rate) == (2, 1, 0.5)
    assert (found.readied, found.no_shows) == (1, 1)
    (by,) = found.carriers
    assert (by.name, by.delivered, by.late) == ("Courier Express", 1, 0)
    Parcel.objects.update(expected_on=NOW.date() - timedelta(days=1))
    late = facade.fulfilment_figures(actor=SYSTEM, period=day, zone="UTC").carriers[0]
    assert late.late_rate == 1.0
    other = make_actor("Far", role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    assert facade.fulfilment_figures(actor=other, period=day, zone="UTC").promised == 0
