"""Orders whose goods leave several places: each part goes its own way, with a hold of its own."""

from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, draft, later, make_open_shop, order
from tests.builders.goods import Shop, stock
from tests.builders.org import make_place
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceType
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LineDraft,
    LiveFilters,
    LiveOrderNotFoundError,
    LiveState,
    NotEnoughError,
    OrderHeldUpError,
    OrderHoldKind,
    OrderLineError,
    OrderStepError,
    PartFilters,
    PartNotFoundError,
    PartState,
    PartStepError,
    Step,
)
from quanqu.sell.checkout.facade import (
    advance_part,
    cancel_order,
    get_live_order,
    hold_up_order,
    list_live_orders,
    list_parts,
    move_order,
    move_part,
    place_order,
    release_order,
    settle_payment,
)
from quanqu.sell.checkout.rules.parts import state_of_order
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    LevelFilters,
    Movement,
    MovementKind,
    Posting,
    StockState,
)
from quanqu.sell.inventory.facade import expire_holds, limit_buyers, list_levels, post_movements
from quanqu.sell.payments import registry
from quanqu.sell.sourcing.queries.places import forget_places

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    forget_places()
    return make_open_shop()


def spread(shop: Shop, **more):
    """An order of tea from the store and a cup from the depot."""
    lines = (
        LineDraft(shop.items["tea"].key, 2, shop.store.key, 1_250),
        LineDraft(shop.items["cup"].key, 1, shop.depot.key, 1_250),
    )
    return order(shop, lines=lines, **more)


def sourced(shop: Shop, *lines: tuple[str, int], **more):
    """An order that says not where its goods come from."""
    told = lines or (("tea", 2),)
    drafts = tuple(LineDraft(shop.items[sku].key, units, None, 1_250) for sku, units in told)
    return order(shop, lines=drafts, **more)


def lose(shop: Shop, place, sku: str, units: int) -> None:
    """Find goods missing, and let everybody hear of it."""
    one = Movement(place.key, shop.items[sku].key, MovementKind.COUNT, StockState.ON_HAND, -units)
    post_movements(actor=SYSTEM, posting=Posting((one,), NOW, "count"), now=later(1))
    deliver_events(now=later(2))


def detail(placed):
    return get_live_order(actor=SYSTEM, order_id=placed.id)


def parts(placed):
    return [(one.place_key, one.state) for one in detail(placed).parts]


def advance(placed, part: int, step: Step, **more):
    return advance_part(
        actor=SYSTEM, order_id=placed.id, part_no=part, step=step, now=later(5), **more
    )


def on_hand(place, sku: str, shop: Shop) -> tuple[int, int]:
    filters = LevelFilters(place_key=place.key, variant_keys=frozenset({shop.items[sku].key}))
    (found,) = list_levels(actor=SYSTEM, filters=filters).items
    return found.on_hand, found.allocated


def clerk_at(*places) -> Actor:
    grant = Grant(
        frozenset({"orders.view", "orders.manage"}),
        Scope(places=frozenset(place.key for place in places)),
    )
    return Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))


def test_each_part_goes_its_own_way_and_the_order_follows(shop: Shop) -> None:
    placed = spread(shop)
    assert parts(placed) == [(shop.store.key, "waiting"), (shop.depot.key, "waiting")]
    assert not breaches()

    for part, step, state in (
        (2, Step.PICK, LiveState.PROCESSING),
        (2, Step.MAKE_READY, LiveState.PROCESSING),
        (2, Step.SHIP, LiveState.PROCESSING),
        (1, Step.PICK, LiveState.PROCESSING),
        (1, Step.SHIP, LiveState.SHIPPED),
    ):
        assert advance(placed, part, step).state is state
        assert advance(placed, part, step).state is state  # once more, it changes nothing
        assert not breaches()

    assert on_hand(shop.store, "tea", shop) == (8, 0)
    assert on_hand(shop.depot, "cup", shop) == (9, 0)
    taken = [(one.step.value, one.part_no) for one in detail(placed).steps]
    assert taken == [("place", None), ("pick", 2), ("make_ready", 2), ("ship", 2), ("pick", 1),
                     ("ship", 1)]  # fmt: skip
    with pytest.raises(OrderStepError):
        advance(placed, 1, Step.PICK)


def test_an_order_that_has_left_in_part_is_not_cancelled(shop: Shop) -> None:
    placed = spread(shop)
    advance(placed, 1, Step.PICK)
    advance(placed, 1, Step.SHIP)

    with pytest.raises(OrderStepError, match="partly gone"):
        cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW)

    assert parts(placed) == [(shop.store.key, "gone"), (shop.depot.key, "waiting")]
    assert not breaches()


def test_what_does_not_follow_is_refused_by_name(shop: Shop) -> None:
    placed = spread(shop)
    with pytest.raises(PartStepError, match=r"Part 1 .* is waiting; the step ship cannot follow"):
        advance(placed, 1, Step.SHIP)
    with pytest.raises(PartNotFoundError):
        advance(placed, 3, Step.PICK)
    with pytest.raises(ValueError, match="no step of a part"):
        advance(placed, 1, Step.DELIVER)
    mixed = (
        LineDraft(shop.items["tea"].key, 1, shop.store.key, 1),
        LineDraft(shop.items["cup"].key, 1, None, 1),
    )
    with pytest.raises(OrderLineError, match="either all lines name"):
        order(shop, lines=mixed)


def test_a_place_sees_and_moves_its_own_part_alone(shop: Shop) -> None:
    placed, elsewhere = spread(shop), order(shop, ("tea", 1))
    keeper = clerk_at(shop.depot)

    seen = list_live_orders(actor=keeper, filters=LiveFilters()).items
    assert [one.id for one in seen] == [placed.id]
    (work,) = list_parts(actor=keeper, filters=PartFilters()).items
    assert (work.part.no, [one.sku for one in work.lines]) == (2, ["cup"])
    told = {"actor": keeper, "step": Step.PICK, "now": NOW}
    assert advance_part(order_id=placed.id, part_no=2, **told).state is LiveState.PROCESSING
    with pytest.raises(PartNotFoundError):
        advance_part(order_id=placed.id, part_no=1, **told)
    with pytest.raises(LiveOrderNotFoundError):
        advance_part(order_id=elsewhere.id, part_no=1, **told)
    with pytest.raises(LiveOrderNotFoundError):
        move_order(order_id=placed.id, **told)


def test_the_work_of_a_place_is_what_is_paid_the_oldest_first(shop: Shop) -> None:
    first, second = order(shop, ("tea", 1)), spread(shop)
    order(shop, ("tea", 1), tender=SLOW.code)  # not paid yet
    gone = order(shop, ("tea", 1))
    cancel_order(actor=SYSTEM, order_id=gone.id, reason=CancelReason.BUYER, now=NOW)

    filters = PartFilters(unit_id=shop.store.id, states=(PartState.WAITING,))
    found = list_parts(actor=SYSTEM, filters=filters, limit=1)
    rest = list_parts(actor=SYSTEM, filters=filters, cursor=found.next_cursor)

    assert [one.order.id for one in (*found.items, *rest.items)] == [first.id, second.id]
    pickups = PartFilters(delivery=Delivery.PICKUP)
    assert list_parts(actor=SYSTEM, filters=pickups).items == ()


def test_sourcing_says_where_the_goods_come_from(shop: Shop) -> None:
    stock(shop.depot, shop.items["tea"], 40)

    placed = sourced(shop, ("tea", 45), ("cup", 3))

    assert parts(placed) == [(shop.depot.key, "waiting")]
    assert [one.from_place_key for one in detail(placed).lines] == [shop.depot.key] * 2
    assert place_order(actor=SYSTEM, draft=draft_of(shop, placed), now=NOW).id == placed.id
    assert not breaches()


def draft_of(shop: Shop, placed):
    lines = tuple(
        LineDraft(one.variant_key, one.quantity, None, 1_250) for one in detail(placed).lines
    )
    return draft(shop, lines=lines, order_id=placed.id)


def test_goods_no_place_has_are_told_and_nothing_stays_behind(shop: Shop) -> None:
    with pytest.raises(NotEnoughError) as refused:
        sourced(shop, ("tea", 11), ("cup", 1))
    assert refused.value.fields["short"] == [
        {"line": 1, "sku": "tea", "asked": 11, "available": 10}
    ]
    assert on_hand(shop.store, "cup", shop) == (10, 0)
    assert not breaches()


def test_a_part_that_is_short_ships_from_elsewhere(shop: Shop) -> None:
    placed = sourced(shop, ("tea", 2), ("cup", 1))
    ((first, _),) = parts(placed)
    other = shop.depot if first == shop.store.key else shop.store
    advance(placed, 1, Step.PICK)
    told = {"order_id": placed.id, "part_no": 1, "lines": [1], "move_id": uuid4()}

    moved = move_part(actor=SYSTEM, cause="short pick", now=later(6), **told)
    move_part(actor=SYSTEM, cause="short pick", now=later(7), **told)  # once more

    assert moved.state is LiveState.PROCESSING
    assert parts(placed) == [(first, "picking"), (other.key, "waiting")]
    assert [one.from_place_key for one in detail(placed).lines] == [other.key, first]
    assert not breaches()
    advance(placed, 1, Step.SHIP)
    advance(placed, 2, Step.PICK)
    assert advance(placed, 2, Step.SHIP).state is LiveState.SHIPPED
    assert not breaches()


def test_a_part_that_moves_whole_is_given_up(shop: Shop) -> None:
    placed = sourced(shop)
    ((first, _),) = parts(placed)
    move_part(actor=SYSTEM, order_id=placed.id, part_no=1, lines=[1], move_id=uuid4(),
              cause="refused", now=later(1))  # fmt: skip
    assert [state for _, state in parts(placed)] == ["cancelled", "waiting"]
    assert parts(placed)[1][0] != first
    assert not breaches()


def test_promised_goods_that_are_missing_come_from_elsewhere(shop: Shop) -> None:
    placed = sourced(shop, ("tea", 8), ("cup", 1))
    ((first, _),) = parts(placed)
    place, other = (shop.store, shop.depot) if first == shop.store.key else (shop.depot, shop.store)

    lose(shop, place, "tea", 5)

    assert parts(placed) == [(first, "waiting"), (other.key, "waiting")]
    assert detail(placed).holds == ()
    assert not breaches()


def test_goods_no_other_place_has_hold_the_order_up(shop: Shop) -> None:
    placed = sourced(shop, ("tea", 8))
    for place in (shop.store, shop.depot):
        lose(shop, place, "tea", 5)

    (held,) = detail(placed).holds
    assert (held.kind, held.released_at) == (OrderHoldKind.GOODS, None)
    with pytest.raises(OrderHeldUpError, match="held up: goods"):
        advance(placed, len(parts(placed)), Step.PICK)
    found = list_live_orders(actor=SYSTEM, filters=LiveFilters(is_held_up=True)).items
    assert [one.id for one in found] == [placed.id]
    cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.OUT_OF_STOCK, now=NOW)
    assert not breaches()


def test_an_order_whose_door_named_the_place_waits_for_a_person(shop: Shop) -> None:
    placed = order(shop, ("tea", 8))
    lose(shop, shop.store, "tea", 5)
    assert [one.kind for one in detail(placed).holds] == [OrderHoldKind.GOODS]
    assert parts(placed) == [(shop.store.key, "waiting")]
    assert not breaches()


def test_late_money_gets_the_goods_from_another_place(shop: Shop) -> None:
    placed = sourced(shop, ("tea", 8), tender=SLOW.code)
    ((first, _),) = parts(placed)
    place = shop.store if first == shop.store.key else shop.depot
    expire_holds(now=later(16 * 60))
    deliver_events(now=later(16 * 60))
    assert detail(placed).order.state is LiveState.CANCELLED
    lose(shop, place, "tea", 5)

    answer(placed, now=later(17 * 60))
    settle_payment(reference=encode("ord", placed.id), now=later(17 * 60))

    assert detail(placed).order.state is LiveState.CONFIRMED
    assert [state for _, state in parts(placed)] == ["cancelled", "waiting"]
    assert parts(placed)[1][0] != first
    assert not breaches()


def test_a_person_holds_an_order_up_and_lets_it_go_on(shop: Shop) -> None:
    placed = order(shop)
    told = {"actor": SYSTEM, "order_id": placed.id, "kind": OrderHoldKind.FRAUD}
    for _ in range(2):
        hold_up_order(note="a new address", now=NOW, **told)
    with pytest.raises(OrderHeldUpError):
        move_order(actor=SYSTEM, order_id=placed.id, step=Step.PICK, now=NOW)
    for _ in range(2):
        release_order(note="called", now=later(1), **told)
    move_order(actor=SYSTEM, order_id=placed.id, step=Step.PICK, now=later(2))

    steps = [(one.step.value, one.detail) for one in detail(placed).steps]
    assert steps[1:] == [("hold", "fraud: a new address"), ("release", "fraud: called"),
                         ("pick", "")]  # fmt: skip
    assert not breaches()


@pytest.mark.parametrize(
    ("states", "delivery", "stands"),
    [
        ("waiting waiting", "ship", "confirmed"),
        ("waiting cancelled", "ship", "confirmed"),
        ("waiting picking", "ship", "processing"),
        ("ready gone", "ship", "processing"),
        ("gone cancelled", "ship", "shipped"),
        ("ready ready", "pickup", "ready_for_pickup"),
        ("ready picking", "pickup", "processing"),
        ("ready gone", "pickup", "ready_for_pickup"),
        ("gone", "pickup", "completed"),
        ("gone", "carry_out", "completed"),
    ],
)
def test_an_order_stands_where_its_parts_do(states: str, delivery: str, stands: str) -> None:
    found = state_of_order([PartState(one) for one in states.split()], Delivery(delivery))
    assert found == stands


def test_a_pickup_from_another_store_comes_from_there(shop: Shop) -> None:
    third = make_place("north-corner", company=shop.company, place_type=PlaceType.STORE)
    placed = order(shop, ("tea", 1), delivery=Delivery.PICKUP, pickup_place_key=third.key)
    assert parts(placed) == [(shop.store.key, "waiting")]


def test_a_limit_per_buyer_counts_what_was_sourced_and_survives_a_move(shop: Shop) -> None:
    limit_buyers(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[shop.items["tea"].key],
        most=3, window_s=3_600, now=NOW,
    )  # fmt: skip
    placed = sourced(shop, ("tea", 2), subject_key=7)
    with pytest.raises(BuyerLimitError):
        sourced(shop, ("tea", 2), subject_key=7, now=later(1))
    move_part(actor=SYSTEM, order_id=placed.id, part_no=1, lines=[1], move_id=uuid4(),
              cause="refused", now=later(2))  # fmt: skip
    with pytest.raises(BuyerLimitError):
        sourced(shop, ("tea", 2), subject_key=7, now=later(3))
    assert sourced(shop, ("tea", 1), subject_key=7, now=later(4))
    assert sourced(shop, ("tea", 3), subject_key=8, now=later(5))
    assert not breaches()
